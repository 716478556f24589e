/**
 * How small and how true optimized models are, ours against gltfpack's and glTF-Transform's: same inputs, same WebP
 * step, equal triangles. `--models DIR` takes GLBs from there (default `../shared/data/glb` when it is there), `--only A,B`
 * those alone, `--quick` few at 25 and 10 %. `--doc` takes all at 25 and 10 %, and writes docs/optimize.md and the table in
 * the README.
 */
import { existsSync } from 'node:fs';
import { benchModel, type BenchLine } from './optimize/bench-model';
import { benchModels } from './optimize/bench-models';
import { timeKeepingLayout, timeWholeModel } from './optimize/time-optimize';
import { writeOptimizeDoc } from './optimize/write-doc';

export interface OptimizeSummary {
	models: number;
	/** Of our files: other triangles than asked for, by more than 2 %. */
	targets_missed: number;
	/** Medians of our PSNR less gltfpack's, where it reached the target. */
	psnr_gain_db: { r25: number | null; r10: number | null };
	/** The least of those, over all ratios. */
	psnr_worst_db: number | null;
	/** Medians of our bytes over gltfpack's, likewise. */
	bytes_ratio: { r25: number | null; r10: number | null };
	/** Our least PSNR at 10 % where gltfpack could not get there. */
	stuck_psnr_min_db: number | null;
	/** A 200,000 triangle model with two 2K textures to all levels, a fresh process, decoding and encoding included. */
	seconds_200k: number | null;
	cpu_seconds_200k: number | null;
	peak_mb_200k: number | null;
	/** The attribute-aware path against glTF-Transform's weld and simplify, 100,000 triangles to 10 %, warm, processor time. */
	keep_layout_time_ratio: number | null;
	empty_outputs: number;
	validator_errors: number;
	new_warnings: number;
}

const MODELS = '../shared/data/glb';
const RATIOS = [0.5, 0.25, 0.1, 0.03];

/** What `--doc` takes: a quarter of an hour on two cores. */
const DOC_RATIOS = [0.25, 0.1];

export async function bench(
	options: string[],
	print: (line: BenchLine) => void
): Promise<OptimizeSummary> {
	const value = (name: string) =>
		options.includes(name) ? options[options.indexOf(name) + 1] : undefined;
	const quick = options.includes('--quick');
	const doc = options.includes('--doc');
	const only = value('--only')?.split(',');
	const folder = value('--models') ?? (existsSync(MODELS) ? MODELS : null);
	const all = await benchModels(folder, quick);
	const models = all.filter(({ name }) => !only || only.includes(name));
	const whole = only || quick ? null : await timeWholeModel();
	const ratio = only || quick ? null : await timeKeepingLayout();
	const lines: BenchLine[] = [];
	for (const model of models) {
		console.error(`${model.name} …`);
		for (const line of await benchModel(model, quick || doc ? DOC_RATIOS : RATIOS)) {
			lines.push(line);
			print(line);
		}
	}
	const summary = summarize(models.length, lines, whole, ratio);
	if (doc) await writeOptimizeDoc(lines, summary);
	return summary;
}

/** What all lines come to. */
function summarize(
	models: number,
	lines: BenchLine[],
	whole: { seconds: number; cpu_seconds: number; peak_mb: number } | null,
	keep_layout_time_ratio: number | null
): OptimizeSummary {
	const ours = lines.filter(({ tool }) => tool === 'vitrine');
	const pairs = ours.flatMap((our) => {
		const peer = lines.find(
			({ tool, model, ratio }) => tool === 'gltfpack' && model === our.model && ratio === our.ratio
		);
		return our.score && peer?.score && peer.reached
			? [{ ratio: our.ratio, ours: our.score, theirs: peer.score }]
			: [];
	});
	const at = (ratio: number) => pairs.filter((pair) => pair.ratio === ratio);
	const gain = (ratio: number) => median(at(ratio).map((p) => p.ours.psnr - p.theirs.psnr));
	const bytes = (ratio: number) => median(at(ratio).map((p) => p.ours.bytes / p.theirs.bytes));
	const stuck = ours.filter(
		(our) =>
			our.ratio === 0.1 &&
			lines.some(
				(line) =>
					line.tool === 'gltfpack' &&
					line.model === our.model &&
					line.ratio === 0.1 &&
					!line.reached
			)
	);
	const sum = (of: (line: BenchLine) => number) =>
		ours.reduce((total, line) => total + of(line), 0);
	return {
		models,
		targets_missed: ours.filter(({ reached }) => !reached).length,
		psnr_gain_db: { r25: gain(0.25), r10: gain(0.1) },
		psnr_worst_db: least(pairs.map((p) => p.ours.psnr - p.theirs.psnr)),
		bytes_ratio: { r25: bytes(0.25), r10: bytes(0.1) },
		stuck_psnr_min_db: least(stuck.map(({ score }) => score?.psnr ?? 0)),
		seconds_200k: whole?.seconds ?? null,
		cpu_seconds_200k: whole?.cpu_seconds ?? null,
		peak_mb_200k: whole?.peak_mb ?? null,
		keep_layout_time_ratio,
		empty_outputs: ours.filter(({ score }) => score === null).length,
		validator_errors: sum(({ score }) => score?.validator_errors ?? 0),
		new_warnings: sum(({ score }) => score?.new_warnings ?? 0)
	};
}

const round = (value: number) => Math.round(value * 1000) / 1000;
const least = (values: number[]) => (values.length > 0 ? round(Math.min(...values)) : null);
function median(values: number[]): number | null {
	const sorted = values.sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
	return low === undefined || high === undefined ? null : round((low + high) / 2);
}
