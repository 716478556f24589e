/**
 * How well drafts match the products they were made of: photos of solids of known shape go the automatic way, the
 * models are compared with the solids; time and memory are those of the same cut-outs in Chromium. `--sheet PATH` writes
 * pictures of both, `--doc` the table and pictures in docs, `--photos DIR`
 * the sheet drafts-of-photos.jpg of drafts of real photos besides.
 */
import { SOLIDS, type KnownSolid } from '../tests/fixtures/solids';
import { benchPhotos, type PhotoLine } from './draft/bench-photos';
import { openChromium } from './draft/open-chromium';
import { benchShape, type ShapeResult } from './draft/bench-shape';
import { writeSheet } from './draft/write-sheet';
import { writeDoc } from './draft/write-doc';

/** Not in docs: other people's photos. */
const PHOTO_SHEET = 'drafts-of-photos.jpg';

export interface DraftSummary {
	shapes: number;
	input_iou_min: number;
	/** Means over the shapes of each kind, their real size known; hull: over all shapes, six views each. */
	volume_iou: Record<'lathe' | 'extrude' | 'hull', number | null>;
	volume_iou_min: Record<'lathe' | 'extrude' | 'hull', number | null>;
	volume_iou_inflate: number | null;
	/** Of all shapes, with the real height and depth known, and with the height alone. */
	construction_right: number;
	construction_right_unsized: number;
	watertight: number;
	/** Of one photo, and of six. */
	seconds_p95: number;
	hull_seconds_p95: number;
	peak_mb: number;
	hull_peak_mb: number;
	/** What depth, as a network would tell it, changes where it refines a shape: means, the height and depth known. */
	refined: {
		shapes: number;
		volume_iou: number;
		without: number;
		error: number;
		error_without: number;
	};
	photos: { count: number; seconds_p95: number; peak_mb: number } | null;
}

export async function bench(
	options: string[],
	print: (line: ShapeResult['line'] | PhotoLine) => void
): Promise<DraftSummary> {
	const value = (flag: string) => options[options.indexOf(flag) + 1];
	const only = options.includes('--only') ? value('--only') : undefined;
	const solids = SOLIDS.filter(({ name }) => !only || name === only);
	const results: ShapeResult[] = [];
	const photos_at = options.includes('--photos') ? value('--photos') : undefined;
	let photos: PhotoLine[] = [];
	const chromium = await openChromium();
	try {
		for (const solid of solids) {
			console.error(`${solid.name} …`);
			const result = await benchShape(solid, chromium);
			results.push(result);
			print(result.line);
		}
		if (photos_at) {
			photos = await benchPhotos(photos_at, chromium, PHOTO_SHEET, print);
		}
	} finally {
		await chromium.close();
	}
	const summary = summarize(
		solids,
		results.map(({ line }) => line),
		photos
	);
	const sheet = options.includes('--sheet') ? value('--sheet') : undefined;
	if (sheet) await writeSheet(results, sheet);
	if (options.includes('--doc')) {
		await writeSheet(results, 'docs/draft.jpg');
		await writeDoc(
			results.map(({ line }) => line),
			summary
		);
	}
	return summary;
}

function summarize(
	solids: KnownSolid[],
	lines: ShapeResult['line'][],
	photos: PhotoLine[]
): DraftSummary {
	const of = (construction: string) =>
		lines
			.filter((_, i) => solids[i]?.right.some((name) => name === construction))
			.map(({ volume_iou }) => volume_iou);
	const refined = lines.flatMap((line) => (line.refined ? [line.refined] : []));
	const hull = lines.map(({ hull_volume_iou }) => hull_volume_iou);
	return {
		shapes: lines.length,
		input_iou_min: least(lines.map(({ input_iou }) => input_iou)) ?? 0,
		volume_iou: { lathe: mean(of('lathe')), extrude: mean(of('extrude')), hull: mean(hull) },
		volume_iou_min: { lathe: least(of('lathe')), extrude: least(of('extrude')), hull: least(hull) },
		volume_iou_inflate: mean(of('inflate')),
		construction_right: lines.filter(({ right }) => right).length,
		construction_right_unsized: lines.filter(({ right_unsized }) => right_unsized).length,
		watertight: lines.filter((line) => line.watertight && line.hull_watertight).length,
		seconds_p95: p95(lines.map(({ seconds }) => seconds)),
		hull_seconds_p95: p95(lines.map(({ hull_seconds }) => hull_seconds)),
		peak_mb: Math.max(...lines.map(({ peak_mb }) => peak_mb)),
		hull_peak_mb: Math.max(...lines.map(({ hull_peak_mb }) => hull_peak_mb)),
		refined: {
			shapes: refined.length,
			volume_iou: mean(refined.map((one) => one.volume_iou)) ?? 0,
			without: mean(refined.map((one) => one.volume_iou_without)) ?? 0,
			error: mean(refined.map((one) => one.error)) ?? 0,
			error_without: mean(refined.map((one) => one.error_without)) ?? 0
		},
		photos:
			photos.length > 0
				? {
						count: photos.length,
						seconds_p95: p95(photos.map(({ seconds }) => seconds)),
						peak_mb: Math.max(...photos.map(({ peak_mb }) => peak_mb))
					}
				: null
	};
}

const p95 = (values: number[]) =>
	values.sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;
const round = (value: number) => Math.round(value * 1000) / 1000;
const mean = (values: number[]) =>
	values.length > 0 ? round(values.reduce((sum, value) => sum + value, 0) / values.length) : null;
const least = (values: number[]) => (values.length > 0 ? round(Math.min(...values)) : null);
