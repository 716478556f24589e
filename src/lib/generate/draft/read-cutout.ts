import { StageError } from '../../artifacts';
import type { Alpha } from './alpha';

interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface CutoutPixels {
	/** RGBA with straight alpha, the product with a margin around it. */
	pixels: ImageData;
	/** The product's box alone. */
	alpha: Alpha;
	/** Where the pixels lie in the alpha image's plane: x and y are minus the margin. */
	frame: Box;
	/** The product's box on the photo, and pixels of the alpha image for one of the photo's. */
	box: Box;
	scale: number;
}

/** Longest side of the product's box that is looked at, pixels. */
const LONGEST = 2048;
/** Longest side at which the product's box is looked for, pixels; opacity from which a pixel belongs to it, of 255. */
const SEARCH_SIDE = 1024;
const FAINT = 24;
/** Margin as a share of the longer side, so that neighbors on the texture stay apart in small mip levels. */
const MARGIN = 0.02;

/**
 * Reads the product's box out of a cut-out, scaled down where it is larger than any texture needs.
 *
 * @param most longest side, pixels
 * @throws StageError `nothing_found` when all of it is transparent
 */
export async function readCutout(image: Blob, bounds: Box, most = LONGEST): Promise<CutoutPixels> {
	const bitmap = await createImageBitmap(image);
	try {
		const box = tighten(bitmap, bounds);
		const longest = Math.max(box.width, box.height);
		const scale = Math.min(1, most / longest);
		const width = Math.max(1, Math.round(box.width * scale));
		const height = Math.max(1, Math.round(box.height * scale));
		const margin = Math.max(4, Math.ceil(Math.max(width, height) * MARGIN));
		const pixels = draw(bitmap, box, width, height, margin);
		const data = new Uint8Array(width * height);
		for (let y = 0; y < height; y++) {
			const row = (y + margin) * pixels.width + margin;
			for (let x = 0; x < width; x++) data[y * width + x] = pixels.data[(row + x) * 4 + 3]!;
		}
		const frame = { x: -margin, y: -margin, width: pixels.width, height: pixels.height };
		return { pixels, alpha: { width, height, data }, frame, box, scale };
	} finally {
		bitmap.close();
	}
}

/** The box of what is opaque, looked for at a small size: a photo may have 50 megapixels. */
function tighten(bitmap: ImageBitmap, bounds: Box): Box {
	const x = Math.min(Math.max(Math.floor(bounds.x), 0), bitmap.width);
	const y = Math.min(Math.max(Math.floor(bounds.y), 0), bitmap.height);
	const width = Math.min(Math.ceil(bounds.width), bitmap.width - x);
	const height = Math.min(Math.ceil(bounds.height), bitmap.height - y);
	if (!(width > 0 && height > 0)) throw new StageError('nothing_found');
	const step = Math.max(1, Math.max(width, height) / SEARCH_SIDE);
	const columns = Math.ceil(width / step);
	const rows = Math.ceil(height / step);
	const { data } = draw(bitmap, { x, y, width, height }, columns, rows, 0);
	let [left, top, right, bottom] = [columns, rows, -1, -1];
	for (let v = 0; v < rows; v++) {
		for (let u = 0; u < columns; u++) {
			if (data[(v * columns + u) * 4 + 3]! < FAINT) continue;
			left = Math.min(left, u);
			right = Math.max(right, u);
			top = Math.min(top, v);
			bottom = v;
		}
	}
	if (right < 0) throw new StageError('nothing_found');
	// Back to the photo's pixels, which the small ones do not divide evenly.
	const from = (index: number, count: number, length: number) =>
		Math.floor((index / count) * length);
	const to = (index: number, count: number, length: number) =>
		Math.ceil(((index + 1) / count) * length);
	const box = { x: from(left, columns, width), y: from(top, rows, height) };
	return {
		x: x + box.x,
		y: y + box.y,
		width: to(right, columns, width) - box.x,
		height: to(bottom, rows, height) - box.y
	};
}

function draw(
	bitmap: ImageBitmap,
	box: Box,
	width: number,
	height: number,
	margin: number
): ImageData {
	const canvas = new OffscreenCanvas(width + 2 * margin, height + 2 * margin);
	const context = canvas.getContext('2d', { willReadFrequently: true });
	if (!context) throw new StageError('thread_crashed', { message: 'no 2D canvas' });
	context.imageSmoothingQuality = 'high';
	context.drawImage(bitmap, box.x, box.y, box.width, box.height, margin, margin, width, height);
	return context.getImageData(0, 0, canvas.width, canvas.height);
}
