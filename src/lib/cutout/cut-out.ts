import { LIMITS } from '../../../worker/contract';
import { StageError, type Cutout, type CutoutNote, type EngineName } from '../artifacts';
import type { StageContext } from '../artifacts';
import type { Device } from '../networks/network';
import { readWeights } from '../networks/weights';
import { backdropEngine } from './backdrop-engine';
import { castShadow, type CastShadow } from './cast-shadow';
import { composeRows, NOTHING, type Extent, type SoftMask } from './compose-rows';
import type { Segmentation } from './engine';
import { ENGINES } from './engines';
import { fitInside, type Raster, type Size } from './raster';
import { refineAlpha } from './refine-alpha';
import { runNetwork } from './rmbg-engine';

export interface CutOutInput {
	photo_id: string;
	/** Upright JPEG, PNG or WebP of at most 50 megapixels. */
	image: Blob;
	engine: EngineName;
	/** Default 'auto'. */
	device?: Device;
}

/** Longest side of the picture that engines see, pixels. */
const WORKING_SIDE = 1024;
/** How far a network's edges are off, pixels of its own input. */
const NETWORK_REACH = 1.5;
/** Rows composed at once. */
const STRIP = 256;
/** Below this share of the frame there is no product; above the second, no backdrop was found. */
const LEAST_COVERAGE = 0.002;
const MOST_COVERAGE = 0.97;
/** A photo with this share of transparent pixels has been cut out before. */
const ALREADY_CUT = 0.02;

/**
 * Cuts the product out of one photo, on a thread: decode, engine, edges, colors, PNGs.
 *
 * @throws StageError `photo_corrupt`, `photo_too_many_pixels`, `weights_missing`, `weights_wrong`, `nothing_found`,
 * `engine_failed`
 */
export async function cutOut(
	input: CutOutInput,
	{ onprogress }: Pick<StageContext, 'onprogress'> = {}
): Promise<Cutout> {
	const start = performance.now();
	onprogress?.({ step: 'reading', fraction: null });
	const bitmap = await createImageBitmap(input.image).catch((cause: unknown) => {
		throw new StageError('photo_corrupt', {}, { cause });
	});
	try {
		const full = { width: bitmap.width, height: bitmap.height };
		if (full.width * full.height > LIMITS.photo_pixels) {
			throw new StageError('photo_too_many_pixels', { ...full });
		}
		const working = shrunk(bitmap, fitInside(full, WORKING_SIDE));

		onprogress?.({ step: 'cutting_out', fraction: null });
		const found = ownTransparency(working) ?? (await segment(working, input, onprogress));
		onprogress?.({ step: 'refining', fraction: 0 });
		const { network } = ENGINES[input.engine];
		const reach = network ? Math.ceil((NETWORK_REACH * WORKING_SIDE) / network.side) : undefined;
		const mask = refineAlpha(working, found, reach);
		const shadow = found.edges === 'exact' ? null : castShadow(working, mask.alpha);
		const drawn = await draw(bitmap, mask, onprogress);
		return {
			photo_id: input.photo_id,
			image: drawn.image,
			mask: drawn.mask,
			...(shadow && { shadow: await drawShadow(shadow) }),
			...full,
			engine: input.engine,
			device: found.device,
			confidence: found.confidence,
			processing_time: (performance.now() - start) / 1000,
			...describe(drawn.extent, full, found.notes)
		};
	} finally {
		bitmap.close();
	}
}

async function segment(
	picture: Raster,
	{ engine, device }: CutOutInput,
	onprogress: StageContext['onprogress']
): Promise<Segmentation> {
	const { network } = ENGINES[engine];
	if (!network) return backdropEngine(picture);
	const loadModel = async () => (await readWeights(network, device)).bytes;
	return runNetwork(picture, { key: engine, shape: network, loadModel, device }, { onprogress });
}

/** A photo that came with transparency keeps exactly that. */
function ownTransparency({ data, width, height }: Raster): Segmentation | null {
	let clear = 0;
	for (let i = 3; i < data.length; i += 4) if (data[i]! < 128) clear++;
	if (clear < ALREADY_CUT * width * height) return null;
	const alpha = new Float32Array(width * height).fill(1);
	return { alpha, width, height, edges: 'exact', confidence: 1, device: 'cpu', notes: [] };
}

/** Draws cut-out and mask at the photo's size, strip by strip, one full-size canvas at a time. */
async function draw(
	bitmap: ImageBitmap,
	mask: SoftMask,
	onprogress: StageContext['onprogress']
): Promise<{ image: Blob; mask: Blob; extent: Extent }> {
	const { width, height } = bitmap;
	const sheet = context2d(width, height);
	const strip = context2d(width, Math.min(STRIP, height));
	const alphas = new Uint8Array(width * height);
	let extent = NOTHING;
	for (let top = 0; top < height; top += STRIP) {
		strip.clearRect(0, 0, width, STRIP);
		strip.drawImage(bitmap, 0, -top);
		const rows = strip.getImageData(0, 0, width, Math.min(STRIP, height - top));
		extent = composeRows(rows, top, { width, height }, mask, extent);
		sheet.putImageData(rows, 0, top);
		for (let i = 0; i < width * rows.height; i++) alphas[top * width + i] = rows.data[i * 4 + 3]!;
		onprogress?.({ step: 'refining', fraction: Math.min(1, (top + STRIP) / height) });
	}
	if (extent.area < LEAST_COVERAGE * width * height) throw new StageError('nothing_found');
	const image = await sheet.canvas.convertToBlob({ type: 'image/png' });
	for (let top = 0; top < height; top += STRIP) {
		const rows = new ImageData(width, Math.min(STRIP, height - top));
		// Gray and opaque, one 32-bit write per pixel.
		const words = new Uint32Array(rows.data.buffer);
		for (let i = 0; i < words.length; i++) {
			words[i] = (0xff000000 | (alphas[top * width + i]! * 0x010101)) >>> 0;
		}
		sheet.putImageData(rows, 0, top);
	}
	return { image, mask: await sheet.canvas.convertToBlob({ type: 'image/png' }), extent };
}

function drawShadow({ darkness, width, height }: CastShadow): Promise<Blob> {
	const context = context2d(width, height);
	const image = context.createImageData(width, height);
	darkness.forEach((dark, i) => (image.data[i * 4 + 3] = 255 * dark));
	context.putImageData(image, 0, 0);
	return context.canvas.convertToBlob({ type: 'image/png' });
}

function describe(
	{ area, left, top, right, bottom }: Extent,
	{ width, height }: { width: number; height: number },
	found: CutoutNote[]
): Pick<Cutout, 'coverage' | 'bounds' | 'notes'> {
	const coverage = area / (width * height);
	const notes = new Set(found);
	if (coverage > MOST_COVERAGE) notes.add('background_not_plain');
	if (left === 0 || top === 0 || right === width - 1 || bottom === height - 1) {
		notes.add('touches_edge');
	}
	const bounds = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
	return { coverage, bounds, notes: [...notes] };
}

function shrunk(bitmap: ImageBitmap, { width, height }: Size): ImageData {
	const context = context2d(width, height);
	context.imageSmoothingQuality = 'high';
	context.drawImage(bitmap, 0, 0, width, height);
	return context.getImageData(0, 0, width, height);
}

function context2d(width: number, height: number): OffscreenCanvasRenderingContext2D {
	const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
	if (!context) throw new StageError('engine_failed', { reason: 'no canvas of this size' });
	return context;
}
