import type { Pixels } from '../optimize/pixels';
import { FIT } from './draw-pose';

/** A product as a photo shows it, fitted into a square. */
export interface FittedPhoto {
	/** Pixels per side. */
	side: number;
	/** RGB, sRGB. */
	color: Uint8ClampedArray;
	/** 1 where the product is. */
	mask: Uint8Array;
}

/** From this alpha on a pixel is the product's. */
const OPAQUE = 128;

/**
 * Fits a cut-out into a square, its box centered, its longer side `FIT` of the square's: as models are drawn.
 * Null where the cut-out is empty.
 */
export function fitPhoto({ width, height, data }: Pixels, side: number): FittedPhoto | null {
	let [left, top, right, bottom] = [width, height, -1, -1];
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			if (data[(y * width + x) * 4 + 3]! < OPAQUE) continue;
			if (x < left) left = x;
			if (x > right) right = x;
			if (y < top) top = y;
			if (y > bottom) bottom = y;
		}
	}
	if (right < 0) return null;
	const longest = Math.max(right - left, bottom - top) + 1;
	const step = longest / (side * FIT);
	const [center_x, center_y] = [(left + right + 1) / 2, (top + bottom + 1) / 2];
	const color = new Uint8ClampedArray(side * side * 3);
	const mask = new Uint8Array(side * side);
	for (let at = 0; at < side * side; at++) {
		const x0 = center_x + ((at % side) - side / 2) * step;
		const y0 = center_y + (Math.floor(at / side) - side / 2) * step;
		// The mean of what falls into the pixel: a photo is larger than its square.
		let [red, green, blue, covered, count] = [0, 0, 0, 0, 0];
		for (let y = Math.floor(y0); y < Math.max(Math.floor(y0) + 1, y0 + step); y++) {
			for (let x = Math.floor(x0); x < Math.max(Math.floor(x0) + 1, x0 + step); x++) {
				count++;
				if (x < 0 || y < 0 || x >= width || y >= height) continue;
				const from = (y * width + x) * 4;
				if (data[from + 3]! < OPAQUE) continue;
				covered++;
				red += data[from]!;
				green += data[from + 1]!;
				blue += data[from + 2]!;
			}
		}
		if (covered * 2 < count) continue;
		mask[at] = 1;
		color.set([red / covered, green / covered, blue / covered], at * 3);
	}
	return { side, color, mask };
}

/** Half as large. */
export function halvePhoto({ side, color, mask }: FittedPhoto): FittedPhoto {
	const half = side / 2;
	const small: FittedPhoto = {
		side: half,
		color: new Uint8ClampedArray(half * half * 3),
		mask: new Uint8Array(half * half)
	};
	for (let at = 0; at < half * half; at++) {
		const from = Math.floor(at / half) * 2 * side + (at % half) * 2;
		const four = [from, from + 1, from + side, from + side + 1].filter((i) => mask[i]);
		if (four.length < 2) continue;
		small.mask[at] = 1;
		for (let c = 0; c < 3; c++) {
			small.color[at * 3 + c] = four.reduce((sum, i) => sum + color[i * 3 + c]!, 0) / four.length;
		}
	}
	return small;
}
