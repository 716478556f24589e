import { StageError, type StageContext } from '../artifacts';
import type { CastShadow } from './cast-shadow';
import { composeRows, NOTHING, type Extent, type SoftMask } from './compose-rows';
import { timed } from './timed';

/** Rows composed at once. */
const STRIP = 256;
/** Below this share of the frame there is no product. */
const LEAST_COVERAGE = 0.002;

/**
 * Draws cut-out and mask at the photo's size, strip by strip, one full-size canvas at a time.
 * @throws StageError `nothing_found`
 */
export async function drawCutout(
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

/** The shadow as a black PNG with alpha. */
export function drawShadow({ darkness, width, height }: CastShadow): Promise<Blob> {
	const context = context2d(width, height);
	const image = context.createImageData(width, height);
	darkness.forEach((dark, i) => (image.data[i * 4 + 3] = 255 * dark));
	context.putImageData(image, 0, 0);
	return context.canvas.convertToBlob({ type: 'image/png' });
}

/** @throws StageError `engine_failed` where the browser has no canvas of this size */
export function context2d(width: number, height: number): OffscreenCanvasRenderingContext2D {
	const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
	if (!context) throw new StageError('engine_failed', { reason: 'no canvas of this size' });
	return context;
}
