import type { Planes, Raster } from './raster';

/** Weighted mean color near pixels, sRGB 0 to 1, and how far colors are from it in the square, all channels together. */
export interface NearColors {
	mean: Planes;
	variance: Float32Array;
}

/** Radius in which weights count, pixels; and the radius when there are none so near. */
const NEAR = 3;
const FAR = 10;
/** Weight of the far mean against the near one. */
const FAR_WEIGHT = 0.01;
/** Below this there is no weight near: what is left are rounding errors of the sums. */
const NO_WEIGHT = 1e-8;
/** Weight; weighted red, green, blue; weighted sum of their squares. */
const SUMS = 5;

/**
 * Finds the colors near some pixels from summed-area tables (Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984):
 * few pixels are on edges, and the others cost one addition per sum. At the frame the window is cut.
 *
 * @param weight 0 to 1, of the picture's size
 * @param wanted 1 where an answer is needed; elsewhere it is 0
 * @param wider added to both radii, pixels
 * @returns the pixel's own color where no weight is near
 */
export function colorsNear(
	picture: Raster,
	weight: Float32Array,
	wanted: Uint8Array,
	wider: number
): NearColors {
	const { width, height, data } = picture;
	const table = sumTable(picture, weight);
	const n = width * height;
	const mean: Planes = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
	const variance = new Float32Array(n);
	const near = new Float64Array(SUMS);
	const far = new Float64Array(SUMS);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			if (!wanted[i]) continue;
			boxMean(table, picture, x, y, NEAR + wider, near);
			boxMean(table, picture, x, y, FAR + wider, far);
			const total = near[0]! + FAR_WEIGHT * far[0]!;
			if (total <= NO_WEIGHT) {
				for (const c of [0, 1, 2] as const) mean[c][i] = data[i * 4 + c]! / 255;
				continue;
			}
			let spread = (near[4]! + FAR_WEIGHT * far[4]!) / total;
			for (const c of [0, 1, 2] as const) {
				const color = (near[c + 1]! + FAR_WEIGHT * far[c + 1]!) / total;
				mean[c][i] = color;
				spread -= color * color;
			}
			variance[i] = Math.max(0, spread);
		}
	}
	return { mean, variance };
}

/** Entry (x, y) holds the sums over all pixels left of x and above y. */
function sumTable({ data, width, height }: Raster, weight: Float32Array): Float64Array {
	const stride = (width + 1) * SUMS;
	const table = new Float64Array(stride * (height + 1));
	for (let y = 0; y < height; y++) {
		let w = 0;
		let red = 0;
		let green = 0;
		let blue = 0;
		let squares = 0;
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			const share = weight[i]!;
			if (share > 0) {
				const r = data[i * 4]! / 255;
				const g = data[i * 4 + 1]! / 255;
				const b = data[i * 4 + 2]! / 255;
				w += share;
				red += share * r;
				green += share * g;
				blue += share * b;
				squares += share * (r * r + g * g + b * b);
			}
			const at = (y + 1) * stride + (x + 1) * SUMS;
			table[at] = table[at - stride]! + w;
			table[at + 1] = table[at + 1 - stride]! + red;
			table[at + 2] = table[at + 2 - stride]! + green;
			table[at + 3] = table[at + 3 - stride]! + blue;
			table[at + 4] = table[at + 4 - stride]! + squares;
		}
	}
	return table;
}

function boxMean(
	table: Float64Array,
	{ width, height }: Raster,
	x: number,
	y: number,
	radius: number,
	out: Float64Array
): void {
	const left = Math.max(0, x - radius);
	const right = Math.min(width, x + radius + 1);
	const top = Math.max(0, y - radius);
	const bottom = Math.min(height, y + radius + 1);
	const area = (right - left) * (bottom - top);
	const high = top * (width + 1);
	const low = bottom * (width + 1);
	const a = (high + left) * SUMS;
	const b = (high + right) * SUMS;
	const c = (low + left) * SUMS;
	const d = (low + right) * SUMS;
	for (let k = 0; k < SUMS; k++) {
		out[k] = (table[d + k]! - table[b + k]! - table[c + k]! + table[a + k]!) / area;
	}
}
