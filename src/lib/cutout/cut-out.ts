import { LIMITS } from '../../../worker/contract';
import { StageError, type Cutout, type CutoutNote, type EngineName } from '../artifacts';
import type { StageContext } from '../artifacts';
import type { Device, Precision } from '../networks/network';
import { readWeights } from '../networks/weights';
import type { StoredFile } from '../networks/weights-store';
import { backdropEngine } from './backdrop-engine';
import { castShadow, type CastShadow } from './cast-shadow';
import { composeRows, NOTHING, type Extent, type SoftMask } from './compose-rows';
import type { Segmentation } from './engine';
import type { MaskNetwork } from './engines';
import { fitInside, type Raster, type Size } from './raster';
import { refineAlpha } from './refine-alpha';
import { runNetwork } from './run-network';
import { timed } from './timed';

export interface CutOutInput {
	photo_id: string;
	/** Upright JPEG, PNG or WebP of at most 50 megapixels. */
	image: Blob;
	engine: EngineName;
	/** The engine's network with its weights; null for the one without. */
	network: ReadyNetwork | null;
	/** Default 'auto'. */
	device?: Device;
}

/** A network whose weights are on this device. */
export interface ReadyNetwork {
	row: MaskNetwork;
	weights: StoredFile & { precision: Precision };
}

/** Longest side of the picture that engines see, pixels. */
const WORKING_SIDE = 1024;
/** How far a network's edges are off, pixels of its own input. */
const NETWORK_REACH = 1.5;
const PROCESSORS = ['gpu', 'cpu'] as const;
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
 * @throws StageError `photo_corrupt`, `photo_too_many_pixels`, `weights_wrong`, `nothing_found`, `engine_failed`,
 * `out_of_memory`
 */
export async function cutOut(
	input: CutOutInput,
	{ onprogress }: Pick<StageContext, 'onprogress'> = {}
): Promise<Cutout> {
	const start = performance.now();
	onprogress?.({ step: 'reading', fraction: null });
	const bitmap = await timed('decode', () => createImageBitmap(input.image)).catch(
		(cause: unknown) => {
			throw new StageError('photo_corrupt', {}, { cause });
		}
	);
	try {
		const full = { width: bitmap.width, height: bitmap.height };
		if (full.width * full.height > LIMITS.photo_pixels) {
			throw new StageError('photo_too_many_pixels', { ...full });
		}
		const size = fitInside(full, WORKING_SIDE);
		const working = await timed('decode', () => shrunk(bitmap, size));

		onprogress?.({ step: 'cutting_out', fraction: null });
		const found = ownTransparency(working) ?? (await segment(working, input, onprogress));
		onprogress?.({ step: 'refining', fraction: 0 });
		const side = input.network?.row.side;
		const reach = side ? Math.ceil((NETWORK_REACH * WORKING_SIDE) / side) : undefined;
		const mask = await timed('post', () => refineAlpha(working, found, reach));
		const shadow =
			found.edges === 'exact' ? null : await timed('post', () => castShadow(working, mask.alpha));
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
	{ engine, network, device }: CutOutInput,
	onprogress: StageContext['onprogress']
): Promise<Segmentation> {
	if (!network) return backdropEngine(picture);
	const { row, weights } = network;
	const { precision } = weights;
	return runNetwork(
		picture,
		{
			key: `${engine} ${precision} ${weights.sha256}`,
			shape: row,
			loadModel: () => readWeights(row, weights),
			device,
			runs_on: PROCESSORS.filter((processor) => row.precisions[processor].includes(precision))
		},
		{ onprogress }
	);
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
	const alphas = new Uint8Array(width * height);
	const extent = await timed('post', () => compose(bitmap, mask, sheet, alphas, onprogress));
	if (extent.area < LEAST_COVERAGE * width * height) throw new StageError('nothing_found');
	const image = await timed('encode', () => sheet.canvas.convertToBlob({ type: 'image/png' }));
	await timed('post', () => drawMask(alphas, sheet));
	const gray = await timed('encode', () => sheet.canvas.convertToBlob({ type: 'image/png' }));
	return { image, mask: gray, extent };
}

/** The cut-out, strip by strip, onto the sheet; its alphas into `alphas`. */
function compose(
	bitmap: ImageBitmap,
	mask: SoftMask,
	sheet: OffscreenCanvasRenderingContext2D,
	alphas: Uint8Array,
	onprogress: StageContext['onprogress']
): Extent {
	const { width, height } = bitmap;
	const strip = context2d(width, Math.min(STRIP, height));
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
	return extent;
}

/** The alphas as a gray, opaque picture. */
function drawMask(alphas: Uint8Array, sheet: OffscreenCanvasRenderingContext2D): void {
	const { width, height } = sheet.canvas;
	for (let top = 0; top < height; top += STRIP) {
		const rows = new ImageData(width, Math.min(STRIP, height - top));
		// One 32-bit write per pixel.
		const words = new Uint32Array(rows.data.buffer);
		for (let i = 0; i < words.length; i++) {
			words[i] = (0xff000000 | (alphas[top * width + i]! * 0x010101)) >>> 0;
		}
		sheet.putImageData(rows, 0, top);
	}
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
