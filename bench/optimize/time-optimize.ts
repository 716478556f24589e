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

/** Runs of each; the fastest counts, since others on the machine only make them slower. */
const RUNS = 40;

/** Processor time of our attribute-aware path, mending included, over that of glTF-Transform's weld and simplify. */
export async function timeKeepingLayout(): Promise<number> {
	const { glb } = await makeModel({ shape: 'vase', segments: 224, noise: 0.04, texture: 64 });
	const bytes = new Uint8Array(await glb.arrayBuffer());
	const io = await createGlbIo();
	await MeshoptSimplifier.ready;
	let [ours, theirs] = [Infinity, Infinity];
	for (let i = 0; i < RUNS; i++) {
		const { surface: raw } = await readModel(bytes);
		ours = Math.min(
			ours,
			await cpuTime(async () => {
				const { surface } = await mendSurface(raw);
				await simplifySurface(surface, countTriangles(surface) * 0.1, { max_error: 1 });
			})
		);
		const document = await io.readBinary(bytes);
		theirs = Math.min(
			theirs,
			await cpuTime(() =>
				document.transform(
					weld(),
					simplify({ simplifier: MeshoptSimplifier, ratio: 0.1, error: 1 })
				)
			)
		);
	}
	return Math.round((ours / theirs) * 100) / 100;
}

/** Of all this process's threads, microseconds. */
async function cpuTime(work: () => Promise<unknown>): Promise<number> {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return user + system;
}
