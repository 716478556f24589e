import type { Size } from '../raster';

/** A Gaussian is cut where it has less than 1 % left, in standard deviations. */
const REACH = 2.6;
/** The feather's width in standard deviations: an edge goes from 2 % to 98 % within it. */
const WIDTH = 4;

/** How far feathering looks, pixels. @param width pixels */
export const featherReach = (width: number) => Math.ceil((REACH * width) / WIDTH);

/**
 * Softens a mask's edge over a width: a Gaussian in two passes. At the frame the edge pixels are repeated.
 *
 * @param alpha 0 to 255
 * @param width pixels; 0 gives the mask itself
 */
export function featherEdge(alpha: Uint8Array, size: Size, width: number): Uint8Array {
	const reach = featherReach(width);
	if (width <= 0.05 || reach === 0) return alpha;
	const kernel = gaussian(width / WIDTH, reach);
	const rows = new Float32Array(alpha.length);
	pass(alpha, rows, size.width, size.height, 1, size.width, kernel);
	const out = new Float32Array(alpha.length);
	pass(rows, out, size.height, size.width, size.width, 1, kernel);
	return Uint8Array.from(out, Math.round);
}

function gaussian(sigma: number, reach: number): Float32Array {
	const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, i) =>
		Math.exp(-0.5 * ((i - reach) / sigma) ** 2)
	);
	const sum = kernel.reduce((total, weight) => total + weight, 0);
	return kernel.map((weight) => weight / sum);
}

/** Filters `lines` lines of `length` pixels; `step` leads along a line, `stride` to the next line. */
function pass(
	source: ArrayLike<number>,
	out: Float32Array,
	length: number,
	lines: number,
	step: number,
	stride: number,
	kernel: Float32Array
): void {
	const reach = kernel.length >> 1;
	const padded = new Float32Array(length + 2 * reach);
	for (let line = 0; line < lines; line++) {
		const start = line * stride;
		for (let i = -reach; i < length + reach; i++) {
			const inside = i < 0 ? 0 : i >= length ? length - 1 : i;
			padded[i + reach] = source[start + inside * step]!;
		}
		for (let i = 0; i < length; i++) {
			let sum = 0;
			for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * padded[i + k]!;
			out[start + i * step] = sum;
		}
	}
}
