import sharp, { type Sharp } from 'sharp';
import { backdropEngine } from '../../src/lib/cutout/backdrop-engine';
import { composeRows, NOTHING } from '../../src/lib/cutout/compose-rows';
import type { Segmentation } from '../../src/lib/cutout/engine';
import { closerBox, mergeLooks } from '../../src/lib/cutout/look-closer';
import { fitInside, type Box, type Raster, type Size } from '../../src/lib/cutout/raster';
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
	/** A second look at the product was taken. */
	closer: boolean;
	phases: Phases;
	/** Most memory that was in use at the end of a phase, without the photo given. */
	peak_mb: number;
}

/**
 * The parts of `cutOut` in its order, without a browser: its canvas is sharp here.
 * @param side of a network's square input: it is asked a second time where that pays
 */
export async function cutPhoto(
	file: Buffer,
	engine: (picture: Raster, place?: Box) => Promise<Segmentation> = backdropEngine,
	{ reach, side }: { reach?: number; side?: number } = {}
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
	let picture = working;
	let found = await engine(working);
	const place = side ? (closerBox(found.alpha, found, full, side) ?? undefined) : undefined;
	if (place && side) {
		const { x: left, y: top, width, height } = place;
		const part = await pixels(
			sharp(file).extract({ left, top, width, height }).resize(fitInside(place, WORKING_SIDE))
		);
		const closer = await engine(part, place);
		found = { ...closer, alpha: mergeLooks(found, closer, place, full, side) };
		picture = part;
	}
	lap('segment');
	const mask = { ...refineAlpha(picture, found, reach), place };
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
		closer: place !== undefined,
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
