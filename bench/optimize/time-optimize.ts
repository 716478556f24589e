import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { simplify, weld } from '@gltf-transform/functions';
import { MeshoptSimplifier } from 'meshoptimizer';
import { createGlbIo } from '../../src/lib/optimize/glb-io';
import { mendSurface } from '../../src/lib/optimize/mend-surface';
import { readModel } from '../../src/lib/optimize/read-model';
import { simplifySurface } from '../../src/lib/optimize/simplify-surface';
import { countTriangles } from '../../src/lib/optimize/surface';
import { makeModel } from '../../tests/fixtures/models';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

/** A dense model with 2K textures through the command line tool: a fresh process, everything included. */
export async function timeWholeModel() {
	const { glb } = await makeModel({
		shape: 'vase',
		segments: 316,
		noise: 0.04,
		layout: 'seamy',
		texture: 2048,
		normal_map: true
	});
	const folder = await mkdtemp(path.join(tmpdir(), 'bench-optimize-'));
	try {
		const file = path.join(folder, 'in.glb');
		await writeFile(file, new Uint8Array(await glb.arrayBuffer()));
		const script = path.join(root, 'scripts/optimize.mjs');
		const { stdout } = await run(process.execPath, [script, file, '--out', folder]);
		const { seconds, cpu_seconds, peak_mb } = JSON.parse(stdout);
		return { seconds, cpu_seconds, peak_mb };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Our attribute-aware path over glTF-Transform's weld and simplify; the faster of three runs each. */
export async function timeKeepingLayout(): Promise<number> {
	const { glb } = await makeModel({ shape: 'vase', segments: 224, noise: 0.04, texture: 64 });
	const bytes = new Uint8Array(await glb.arrayBuffer());
	const io = await createGlbIo();
	await MeshoptSimplifier.ready;
	let [ours, theirs] = [Infinity, Infinity];
	for (let i = 0; i < 3; i++) {
		const { surface: raw } = await readModel(io, bytes);
		let started = performance.now();
		const { surface } = await mendSurface(raw);
		await simplifySurface(surface, countTriangles(surface) * 0.1, { max_error: 1 });
		ours = Math.min(ours, performance.now() - started);
		const document = await io.readBinary(bytes);
		started = performance.now();
		await document.transform(
			weld(),
			simplify({ simplifier: MeshoptSimplifier, ratio: 0.1, error: 1 })
		);
		theirs = Math.min(theirs, performance.now() - started);
	}
	return Math.round((ours / theirs) * 100) / 100;
}
