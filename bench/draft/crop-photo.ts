import type { Alpha } from '../../src/lib/generate/draft/alpha';
import type { Picture } from './photograph';

/** A cut-out as it is read on the thread: the product's box with a margin, and its alpha alone. */
export interface Photo {
	pixels: { width: number; height: number; pixels: Uint8ClampedArray };
	alpha: Alpha;
	frame: { x: number; y: number; width: number; height: number };
	/** Where the alpha image's corner lies on the photo, and its pixels for one of the photo's. */
	place: { left: number; top: number; scale: number };
}

const MARGIN = 0.02;

/**
 * Crops a photo to its product.
 *
 * @param longest the product's longer side is scaled to this, pixels
 */
export function cropPhoto({ side, pixels }: Picture, longest: number): Photo {
	let [left, top, right, bottom] = [side, side, -1, -1];
	for (let i = 0; i < side * side; i++) {
		if (pixels[4 * i + 3]! < 24) continue;
		left = Math.min(left, i % side);
		right = Math.max(right, i % side);
		top = Math.min(top, Math.floor(i / side));
		bottom = Math.floor(i / side);
	}
	const scale = longest / Math.max(right - left + 1, bottom - top + 1);
	const width = Math.round((right - left + 1) * scale);
	const height = Math.round((bottom - top + 1) * scale);
	const margin = Math.ceil(longest * MARGIN);
	const frame = { x: -margin, y: -margin, width: width + 2 * margin, height: height + 2 * margin };
	const scaled = new Uint8ClampedArray(frame.width * frame.height * 4);
	const data = new Uint8Array(width * height);
	const read = (x: number, y: number, channel: number) =>
		x < 0 || y < 0 || x >= side || y >= side ? 0 : pixels[(y * side + x) * 4 + channel]!;
	for (let v = 0; v < frame.height; v++) {
		for (let u = 0; u < frame.width; u++) {
			const x = left + (u + 0.5 - margin) / scale - 0.5;
			const y = top + (v + 0.5 - margin) / scale - 0.5;
			const [x0, y0] = [Math.floor(x), Math.floor(y)];
			const at = (v * frame.width + u) * 4;
			for (let channel = 0; channel < 4; channel++) {
				const upper = read(x0, y0, channel) * (1 - x + x0) + read(x0 + 1, y0, channel) * (x - x0);
				const lower =
					read(x0, y0 + 1, channel) * (1 - x + x0) + read(x0 + 1, y0 + 1, channel) * (x - x0);
				scaled[at + channel] = upper * (1 - y + y0) + lower * (y - y0);
			}
			const [column, row] = [u - margin, v - margin];
			if (column >= 0 && row >= 0 && column < width && row < height) {
				data[row * width + column] = scaled[at + 3]!;
			}
		}
	}
	return {
		pixels: { width: frame.width, height: frame.height, pixels: scaled },
		alpha: { width, height, data },
		frame,
		place: { left, top, scale }
	};
}
