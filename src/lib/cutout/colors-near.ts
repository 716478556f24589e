import type { Box, Planes, Raster, Size } from './raster';
import { FRESH, type Room } from './scratch';
import { tilesOf, withMargin } from './tiles';

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
 * Finds the colors near some pixels from summed-area tables (Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984),
 * tile by tile, where any are wanted. At the frame the window is cut.
 *
 * @param weightOf of pixel i, 0 to 1
 * @param wanted 1 where an answer is needed; elsewhere it is 0
 * @param wider added to both radii, pixels
 * @returns the pixel's own color where no weight is near
 */
export function colorsNear(
	picture: Raster,
	weightOf: (i: number) => number,
	wanted: Uint8Array,
	wider: number,
	room: Room = FRESH
): NearColors {
	const { width, data } = picture;
	const n = wanted.length;
	const mean: Planes = [room.floats(n), room.floats(n), room.floats(n)];
	const [red, green, blue] = mean;
	const variance = room.floats(n);
	const near = new Float64Array(SUMS);
	const far = new Float64Array(SUMS);
	let table = new Float64Array(0);
	for (const tile of tilesOf(picture)) {
		if (!anyIn(wanted, picture, tile)) continue;
		const around = withMargin(tile, FAR + wider, picture);
		const needed = (around.width + 1) * (around.height + 1) * SUMS;
		if (table.length < needed) table = new Float64Array(needed);
		sumInto(table, picture, weightOf, around);
		for (let y = tile.y; y < tile.y + tile.height; y++) {
			for (let x = tile.x; x < tile.x + tile.width; x++) {
				const i = y * width + x;
				if (!wanted[i]) continue;
				boxMean(table, around, x - around.x, y - around.y, NEAR + wider, near);
				boxMean(table, around, x - around.x, y - around.y, FAR + wider, far);
				const total = near[0]! + FAR_WEIGHT * far[0]!;
				if (total <= NO_WEIGHT) {
					red[i] = data[i * 4]! / 255;
					green[i] = data[i * 4 + 1]! / 255;
					blue[i] = data[i * 4 + 2]! / 255;
					continue;
				}
				const r = (near[1]! + FAR_WEIGHT * far[1]!) / total;
				const g = (near[2]! + FAR_WEIGHT * far[2]!) / total;
				const b = (near[3]! + FAR_WEIGHT * far[3]!) / total;
				const squares = (near[4]! + FAR_WEIGHT * far[4]!) / total;
				red[i] = r;
				green[i] = g;
				blue[i] = b;
				variance[i] = Math.max(0, squares - r * r - g * g - b * b);
			}
		}
	}
	return { mean, variance };
}

function anyIn(map: Uint8Array, { width }: Raster, box: Box): boolean {
	for (let y = box.y; y < box.y + box.height; y++) {
		const row = y * width + box.x;
		if (map.subarray(row, row + box.width).includes(1)) return true;
	}
	return false;
}

/** Entry (x, y) of the table becomes the sums over all pixels of the box left of x and above y. */
function sumInto(
	table: Float64Array,
	{ data, width }: Raster,
	weightOf: (i: number) => number,
	box: Box
): void {
	const stride = (box.width + 1) * SUMS;
	table.fill(0, 0, stride);
	for (let y = 0; y < box.height; y++) {
		let w = 0;
		let red = 0;
		let green = 0;
		let blue = 0;
		let squares = 0;
		let at = (y + 1) * stride;
		table.fill(0, at, at + SUMS);
		let i = (box.y + y) * width + box.x;
		for (let x = 0; x < box.width; x++, i++) {
			const share = weightOf(i);
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
			at += SUMS;
			table[at] = table[at - stride]! + w;
			table[at + 1] = table[at + 1 - stride]! + red;
			table[at + 2] = table[at + 2 - stride]! + green;
			table[at + 3] = table[at + 3 - stride]! + blue;
			table[at + 4] = table[at + 4 - stride]! + squares;
		}
	}
}

function boxMean(
	table: Float64Array,
	{ width, height }: Size,
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
