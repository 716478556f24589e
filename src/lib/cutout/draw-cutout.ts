import { StageError, type StageContext } from '../artifacts';
import type { CastShadow } from './cast-shadow';
import { composeRows, NOTHING, type Extent, type SoftMask } from './compose-rows';

/** Rows read and composed at once: 50 megapixels stay within memory. */
const STRIP = 256;
/** Below this share of the frame there is no product. */
const LEAST_COVERAGE = 0.002;

/**
 * Draws the cut-out at the photo's size, strip by strip, on one full-size canvas.
 *
 * @param seen the photo's pixels, where they have been read at its full size, which become the cut-out's, and a canvas of it
 * @throws StageError `nothing_found`
 */
export function drawCutout(
	bitmap: ImageBitmap,
	seen: { rows: ImageData; canvas: OffscreenCanvasRenderingContext2D } | null,
	mask: SoftMask,
	onprogress: StageContext['onprogress']
): { sheet: OffscreenCanvasRenderingContext2D; extent: Extent } {
	const full = { width: bitmap.width, height: bitmap.height };
	const sheet = seen?.canvas ?? context2d(full.width, full.height);
	let extent = NOTHING;
	for (const [top, rows] of seen ? [[0, seen.rows] as const] : strips(bitmap)) {
		extent = composeRows(rows, top, full, mask, extent);
		sheet.putImageData(rows, 0, top);
		onprogress?.({ step: 'refining', fraction: (top + rows.height) / full.height });
	}
	if (extent.area < LEAST_COVERAGE * full.width * full.height) {
		throw new StageError('nothing_found');
	}
	return { sheet, extent };
}

/** The photo's pixels, some rows at once, with the first one's number. */
function* strips(bitmap: ImageBitmap): Generator<[top: number, rows: ImageData]> {
	const { width, height } = bitmap;
	const strip = context2d(width, Math.min(STRIP, height));
	for (let top = 0; top < height; top += STRIP) {
		strip.clearRect(0, 0, width, STRIP);
		strip.drawImage(bitmap, 0, -top);
		yield [top, strip.getImageData(0, 0, width, Math.min(STRIP, height - top))];
	}
}

/** What a sheet holds, as PNG. Takes it as it is now: it may be drawn on while this is encoded. */
export function encode({ canvas }: OffscreenCanvasRenderingContext2D): Promise<Blob> {
	return canvas.convertToBlob({ type: 'image/png' });
}

/** The alphas of a cut-out become a gray, opaque picture. */
export function turnIntoMask(sheet: OffscreenCanvasRenderingContext2D): void {
	const { width, height } = sheet.canvas;
	sheet.save();
	for (const [operation, color] of [
		['source-in', '#fff'],
		['destination-over', '#000']
	] as const) {
		sheet.globalCompositeOperation = operation;
		sheet.fillStyle = color;
		sheet.fillRect(0, 0, width, height);
	}
	sheet.restore();
}

/** The shadow as a black PNG with alpha. */
export function drawShadow({ darkness, width, height }: CastShadow): Promise<Blob> {
	const context = context2d(width, height);
	const image = context.createImageData(width, height);
	darkness.forEach((dark, i) => (image.data[i * 4 + 3] = 255 * dark));
	context.putImageData(image, 0, 0);
	return encode(context);
}

/** @throws StageError `engine_failed` where the browser has no canvas of this size */
export function context2d(width: number, height: number): OffscreenCanvasRenderingContext2D {
	const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
	if (!context) throw new StageError('engine_failed', { reason: 'no canvas of this size' });
	return context;
}
