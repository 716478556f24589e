import type { LevelTarget } from '../../src/lib/optimize/levels';
import { buildLevels } from '../../src/lib/optimize/build-levels';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import type { BenchModel } from './bench-models';
import { openPeers, type PeerRun } from './run-peers';
import { readReference, scoreModel, type Reference, type Score } from './score-model';

export type Tool = 'vitrine' | 'gltfpack' | 'gltf-transform';

/** One tool's file of one model at one ratio. */
export interface BenchLine {
	model: string;
	source_triangles: number;
	tool: Tool;
	ratio: number;
	/** How it was made: our method, or the peer's settings. */
	how: string;
	/** Whether it has the triangles asked for, within 2 %. */
	reached: boolean;
	/** Null where there is no file, or an empty one. */
	score: Score | null;
	/** Wall-clock; ours is that of all ratios together, read and written. */
	seconds: number;
}

/** Within this share of the triangles asked for, a target is reached. */
const NEAR = 0.02;
/** What gltfpack is asked with, in turn; later ones only where the earlier ones missed. */
const GLTFPACK = [['-sv'], [], ['-sv', '-se', '0.1'], ['-sv', '-sp', '-se', '0.3'], ['-se', '1']];
const FIRST_SETTINGS = 2;
const GLTF_TRANSFORM = [0.01, 1];
const QUALITY = 0.8;

/** Runs all tools on one model, all ratios, and measures what they made. */
export async function benchModel(model: BenchModel, ratios: number[]): Promise<BenchLine[]> {
	const glb = await model.read();
	const reference = await readReference(glb);
	const lines = await benchOurs(model.name, glb, reference, ratios);
	const peers = await openPeers(glb);
	try {
		for (const ratio of ratios) {
			const line = (tool: Tool, run: PeerRun | null, score: Score | null): BenchLine => ({
				model: model.name,
				source_triangles: reference.triangles,
				tool,
				ratio,
				how: run?.options ?? '',
				reached: score !== null && isNear(score.triangles, ratio * reference.triangles),
				score,
				seconds: run?.seconds ?? 0
			});
			const packed: BenchLine[] = [];
			for (const [index, settings] of GLTFPACK.entries()) {
				if (index >= FIRST_SETTINGS && packed.some(({ reached }) => reached)) break;
				const run = await peers.gltfpack(ratio, settings);
				packed.push(line('gltfpack', run, run && (await scoreModel(reference, run.glb))));
			}
			lines.push(bestOf(packed));
			const transformed: BenchLine[] = [];
			for (const error of GLTF_TRANSFORM) {
				if (transformed.some(({ reached }) => reached)) break;
				const run = await peers.gltfTransform(ratio, error);
				transformed.push(
					line('gltf-transform', run, run && (await scoreModel(reference, run.glb)))
				);
			}
			lines.push(bestOf(transformed));
		}
	} finally {
		await peers.close();
	}
	return lines;
}

async function benchOurs(
	name: string,
	glb: Blob,
	reference: Reference,
	ratios: number[]
): Promise<BenchLine[]> {
	const levels = ratios.map((ratio): LevelTarget => ({
		ratio,
		max_triangles: Infinity,
		min_triangles: 0,
		max_error: 1,
		texture_size: 4096,
		texture_quality: QUALITY
	}));
	const started = performance.now();
	const built = await buildLevels(
		{ glb, texture_size: 4096, levels, place: 'keep' },
		{},
		sharpImageEncoder
	);
	const seconds = (performance.now() - started) / 1000;
	const lines: BenchLine[] = [];
	for (const { level, glb: file, triangles } of built.lods) {
		const ratio = ratios[level] ?? 1;
		const chosen = built.report.variants.find((one) => one.level === level && one.chosen);
		lines.push({
			model: name,
			source_triangles: reference.triangles,
			tool: 'vitrine',
			ratio,
			how: chosen?.method ?? '',
			reached: isNear(triangles, ratio * reference.triangles),
			score: await scoreModel(reference, file),
			seconds
		});
	}
	return lines;
}

function isNear(triangles: number, target: number): boolean {
	return Math.abs(triangles - target) <= Math.max(4, target * NEAR);
}

/** Of one tool's tries: what reached the target before what missed, then what looks better. */
function bestOf(lines: BenchLine[]): BenchLine {
	return lines.reduce((best, line) => {
		if (line.reached !== best.reached) return line.reached ? line : best;
		return (line.score?.psnr ?? 0) > (best.score?.psnr ?? 0) ? line : best;
	});
}
