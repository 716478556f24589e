import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export interface PeerRun {
	glb: Blob;
	/** Wall-clock, the whole program. */
	seconds: number;
	/** What it was asked with. */
	options: string;
}

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const CLI = path.join(root, 'node_modules/@gltf-transform/cli/bin/cli.js');
const GLTFPACK = path.join(root, 'node_modules/gltfpack/cli.js');
const LIMIT_MS = 300_000;

/** Runs the peers' command line tools on one model, in a folder of its own. Call `close` after. */
export async function openPeers(glb: Blob) {
	const folder = await mkdtemp(path.join(tmpdir(), 'bench-optimize-'));
	const at = (name: string) => path.join(folder, name);
	await writeFile(at('in.glb'), new Uint8Array(await glb.arrayBuffer()));
	const textures_started = performance.now();
	// gltfpack's npm build cannot encode textures: they go through glTF-Transform's WebP step first.
	await run(process.execPath, [CLI, 'webp', at('in.glb'), at('webp.glb')], { timeout: LIMIT_MS });
	const texture_seconds = (performance.now() - textures_started) / 1000;

	const perform = async (
		program: string,
		args: string[],
		options: string
	): Promise<PeerRun | null> => {
		const started = performance.now();
		try {
			await rm(at('out.glb'), { force: true });
			await run(program, args, { timeout: LIMIT_MS });
			const bytes = new Uint8Array(await readFile(at('out.glb')));
			return { glb: new Blob([bytes]), seconds: (performance.now() - started) / 1000, options };
		} catch {
			return null; // A peer that fails has no result.
		}
	};
	return {
		/** @param ratio share of the triangles asked for */
		async gltfpack(ratio: number, settings: string[]): Promise<PeerRun | null> {
			const args = [
				GLTFPACK,
				'-i',
				at('webp.glb'),
				'-o',
				at('out.glb'),
				'-cc',
				'-kn',
				'-si',
				String(ratio)
			];
			const made = await perform(process.execPath, [...args, ...settings], settings.join(' '));
			return made && { ...made, seconds: made.seconds + texture_seconds };
		},
		async gltfTransform(ratio: number, error: number): Promise<PeerRun | null> {
			const flags = {
				compress: 'meshopt',
				'texture-compress': 'webp',
				'simplify-ratio': ratio,
				'simplify-error': error
			};
			const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
			return perform(
				process.execPath,
				[CLI, 'optimize', at('in.glb'), at('out.glb'), ...args],
				`--simplify-error ${error}`
			);
		},
		close: () => rm(folder, { recursive: true, force: true })
	};
}
