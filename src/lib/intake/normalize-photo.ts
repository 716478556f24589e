import { LIMITS } from '../../../worker/contract';
import { StageError } from '../artifacts';
import type { TaskContext } from '../threads/tasks';

export interface PhotoFile {
	/** A file in a format the browser may decode. */
	file: Blob;
	/** Whether its format can hold transparency (every one but JPEG); its pixels decide. */
	may_have_alpha: boolean;
}

export interface NormalizedPhoto {
	/** JPEG, or PNG if any pixel is transparent. Holds no metadata. */
	image: Blob;
	width: number;
	height: number;
}

/** Loses nothing that can be seen; half the bytes of quality 1. */
const JPEG_QUALITY = 0.95;
/** The longest side every browser's canvas takes, pixels. https://jhildenbiddle.github.io/canvas-size/#/?id=test-results */
const CANVAS_SIDE = 16_384;
/** The area older iOS canvases take, pixels; above it they stay empty without an error (same source). */
const SMALL_CANVAS_AREA = 4096 * 4096;
/** Rows looked at in one go for transparency, so that the copy of the pixels stays small. */
const STRIP_ROWS = 256;

/**
 * Decodes a photo, turns it upright as its EXIF orientation says, and encodes the pixels anew, so that
 * nothing but the picture survives: no place, time, device or preview. Colors become sRGB.
 *
 * @throws StageError photo_corrupt when the browser cannot decode it, photo_too_many_pixels when it decodes to more than its header said
 */
export async function normalizePhoto(
	{ file, may_have_alpha }: PhotoFile,
	{ onprogress }: TaskContext = {}
): Promise<NormalizedPhoto> {
	onprogress?.({ step: 'reading', fraction: null });
	const bitmap = await decode(file);
	try {
		const { width, height } = bitmap;
		if (width * height > LIMITS.photo_pixels) {
			throw new StageError('photo_too_many_pixels', {
				megapixels: Math.ceil((width * height) / 1e5) / 10,
				limit: LIMITS.photo_pixels / 1e6
			});
		}
		const scale = Math.min(1, CANVAS_SIDE / Math.max(width, height));
		let canvas = draw(bitmap, scale);
		if (!may_have_alpha && isEmpty(canvas)) {
			canvas = draw(bitmap, Math.sqrt(SMALL_CANVAS_AREA / (width * height)));
		}
		bitmap.close();
		const type = may_have_alpha && isTransparent(canvas) ? 'image/png' : 'image/jpeg';
		const image = await canvas.convertToBlob({ type, quality: JPEG_QUALITY });
		return { image, width: canvas.width, height: canvas.height };
	} finally {
		bitmap.close();
	}
}

async function decode(file: Blob): Promise<ImageBitmap> {
	try {
		return await createImageBitmap(file, { imageOrientation: 'from-image' });
	} catch (error) {
		throw new StageError('photo_corrupt', {}, { cause: error });
	}
}

function draw(bitmap: ImageBitmap, scale: number): OffscreenCanvas {
	const canvas = new OffscreenCanvas(
		Math.max(1, Math.floor(bitmap.width * scale)),
		Math.max(1, Math.floor(bitmap.height * scale))
	);
	const context = contextOf(canvas);
	context.imageSmoothingQuality = 'high';
	context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
	return canvas;
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
	// The pixels are read back for encoding anyway, so keep them off the GPU.
	const context = canvas.getContext('2d', { willReadFrequently: true });
	if (!context) throw new StageError('thread_crashed', { message: 'no canvas' });
	return context;
}

/** An opaque photo that left its canvas transparent was not drawn: the canvas was too large for this browser. */
function isEmpty(canvas: OffscreenCanvas): boolean {
	const x = canvas.width >> 1;
	const y = canvas.height >> 1;
	return contextOf(canvas).getImageData(x, y, 1, 1).data[3] === 0;
}

function isTransparent(canvas: OffscreenCanvas): boolean {
	const context = contextOf(canvas);
	for (let top = 0; top < canvas.height; top += STRIP_ROWS) {
		const rows = Math.min(STRIP_ROWS, canvas.height - top);
		const { data } = context.getImageData(0, top, canvas.width, rows);
		for (let i = 3; i < data.length; i += 4) {
			if (data[i] !== 255) return true;
		}
	}
	return false;
}
