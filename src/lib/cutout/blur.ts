import type { Size } from './raster';

/**
 * Box mean over (2 radius + 1)² pixels in two passes of running sums; the cost does not grow with the radius.
 * At the frame the window is cut, so that nothing darkens.
 */
export function boxBlur(
	source: Float32Array,
	{ width, height }: Size,
	radius: number
): Float32Array {
	const rows = new Float32Array(source.length);
	for (let y = 0; y < height; y++) {
		const row = y * width;
		let sum = 0;
		let count = 0;
		for (let x = 0; x < Math.min(radius, width); x++) {
			sum += source[row + x]!;
			count++;
		}
		for (let x = 0; x < width; x++) {
			if (x + radius < width) {
				sum += source[row + x + radius]!;
				count++;
			}
			if (x - radius - 1 >= 0) {
				sum -= source[row + x - radius - 1]!;
				count--;
			}
			rows[row + x] = sum / count;
		}
	}
	const out = new Float32Array(source.length);
	const sums = new Float64Array(width);
	let count = 0;
	for (let y = -radius; y < height; y++) {
		const enter = y + radius;
		if (enter < height) {
			for (let x = 0; x < width; x++) sums[x]! += rows[enter * width + x]!;
			count++;
		}
		const leave = y - radius - 1;
		if (leave >= 0) {
			for (let x = 0; x < width; x++) sums[x]! -= rows[leave * width + x]!;
			count--;
		}
		if (y >= 0) for (let x = 0; x < width; x++) out[y * width + x] = sums[x]! / count;
	}
	return out;
}

/** Largest (`sign` 1) or smallest (`sign` -1) value in the square of (2 radius + 1)² pixels. */
export function localExtreme(
	source: Float32Array,
	{ width, height }: Size,
	radius: number,
	sign: 1 | -1
): Float32Array {
	const rows = new Float32Array(source.length);
	const out = new Float32Array(source.length);
	for (let y = 0; y < height; y++) {
		slide(source, rows, y * width, 1, width, radius, sign);
	}
	for (let x = 0; x < width; x++) slide(rows, out, x, width, height, radius, sign);
	return out;
}

/** One line of `localExtreme`: a queue of candidates, each pixel enters and leaves once (Lemire 2006, arXiv:cs/0610046). */
function slide(
	source: Float32Array,
	out: Float32Array,
	start: number,
	stride: number,
	length: number,
	radius: number,
	sign: 1 | -1
): void {
	const queue = new Int32Array(length);
	let head = 0;
	let tail = 0;
	for (let k = 0; k < length + radius; k++) {
		if (k < length) {
			const value = sign * source[start + k * stride]!;
			while (tail > head && sign * source[start + queue[tail - 1]! * stride]! <= value) tail--;
			queue[tail++] = k;
		}
		const center = k - radius;
		if (center < 0) continue;
		while (queue[head]! < center - radius) head++;
		out[start + center * stride] = source[start + queue[head]! * stride]!;
	}
}
