import { StageError } from '../../artifacts';
import type { Alpha } from './alpha';

export interface CutoutPixels {
	/** RGBA with straight alpha, the product with a margin around it. */
	pixels: ImageData;
	/** The product's box alone. */
	alpha: Alpha;
	/** Where the pixels lie in the alpha image's plane: x and y are minus the margin. */
	frame: { x: number; y: number; width: number; height: number };
}

/** Longest side of the product's box that is looked at, pixels. */
const LONGEST = 2048;
/** Margin as a share of the longer side, so that neighbors on the texture stay apart in small mip levels. */
const MARGIN = 0.02;

/**
 * Reads the product's box out of a cut-out, scaled down where it is larger than any texture needs.
 *
 * @throws StageError `nothing_found` when nothing in it is more than half opaque
 */
export async function readCutout(
	image: Blob,
	bounds: { x: number; y: number; width: number; height: number }
): Promise<CutoutPixels> {
	const bitmap = await createImageBitmap(image);
	try {
		const box = tighten(bitmap, bounds);
		const longest = Math.max(box.width, box.height);
		const scale = Math.min(1, LONGEST / longest);
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
		return { pixels, alpha: { width, height, data }, frame };
	} finally {
		bitmap.close();
	}
}

/** The box of what is more than half opaque. */
function tighten(
	bitmap: ImageBitmap,
	bounds: { x: number; y: number; width: number; height: number }
) {
	const x = Math.min(Math.max(Math.floor(bounds.x), 0), bitmap.width);
	const y = Math.min(Math.max(Math.floor(bounds.y), 0), bitmap.height);
	const width = Math.min(Math.ceil(bounds.width), bitmap.width - x);
	const height = Math.min(Math.ceil(bounds.height), bitmap.height - y);
	if (!(width > 0 && height > 0)) throw new StageError('nothing_found');
	const { data } = draw(bitmap, { x, y, width, height }, width, height, 0);
	let [left, top, right, bottom] = [width, height, -1, -1];
	for (let v = 0; v < height; v++) {
		for (let u = 0; u < width; u++) {
			if (data[(v * width + u) * 4 + 3]! < 128) continue;
			if (u < left) left = u;
			if (u > right) right = u;
			if (v < top) top = v;
			bottom = v;
		}
	}
	if (right < 0) throw new StageError('nothing_found');
	return { x: x + left, y: y + top, width: right - left + 1, height: bottom - top + 1 };
}

function draw(
	bitmap: ImageBitmap,
	box: { x: number; y: number; width: number; height: number },
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
