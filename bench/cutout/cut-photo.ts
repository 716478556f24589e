import sharp, { type Sharp } from 'sharp';
import { backdropEngine } from '../../src/lib/cutout/backdrop-engine';
import { composeRows, NOTHING } from '../../src/lib/cutout/compose-rows';
import type { Segmentation } from '../../src/lib/cutout/engine';
import { fitInside, type Raster, type Size } from '../../src/lib/cutout/raster';
import { refineAlpha } from '../../src/lib/cutout/refine-alpha';

/** As in `cutOut`. */
const WORKING_SIDE = 1024;

/** Seconds of each phase. */
export type Phases = Record<'decode' | 'segment' | 'refine' | 'compose' | 'encode', number>;

export interface CutPhoto {
	/** RGBA at the photo's size. */
	cutout: Uint8ClampedArray;
	size: Size;
	confidence: number;
	refused: boolean;
	phases: Phases;
	/** Most memory that was in use at the end of a phase, without the photo given. */
	peak_mb: number;
}

/** The parts of `cutOut` in its order, without a browser: its canvas is sharp here. */
export async function cutPhoto(
	file: Buffer,
	engine: (picture: Raster) => Promise<Segmentation> = backdropEngine,
	reach?: number
): Promise<CutPhoto> {
	const phases: Phases = { decode: 0, segment: 0, refine: 0, compose: 0, encode: 0 };
	const before = memory();
	let peak = before;
	let start = performance.now();
	const lap = (phase: keyof Phases) => {
		phases[phase] += (performance.now() - start) / 1000;
		peak = Math.max(peak, memory());
		start = performance.now();
	};
	const full = await pixels(sharp(file));
	const size = fitInside(full, WORKING_SIDE);
	const working = await pixels(sharp(file).resize(size));
	lap('decode');
	const found = await engine(working);
	lap('segment');
	const mask = refineAlpha(working, found, reach);
	lap('refine');
	composeRows(full, 0, full, mask, NOTHING);
	lap('compose');
	await sharp(full.data, { raw: { width: full.width, height: full.height, channels: 4 } })
		.png({ compressionLevel: 3 })
		.toBuffer();
	lap('encode');
	return {
		cutout: full.data,
		size: { width: full.width, height: full.height },
		confidence: found.confidence,
		refused: found.notes.includes('background_not_plain'),
		phases,
		peak_mb: Math.round((peak - before) / 1e6)
	};
}

/** RGBA of an image, turned upright. */
export async function pixels(image: Sharp): Promise<Raster> {
	const { data, info } = await image.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
	return {
		data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength),
		width: info.width,
		height: info.height
	};
}

function memory(): number {
	const { arrayBuffers, heapUsed } = process.memoryUsage();
	return arrayBuffers + heapUsed;
}
