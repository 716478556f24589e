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
	source: ArrayLike<number>,
	{ width, height }: Size,
	radius: number,
	sign: 1 | -1
): Float32Array {
	const beyond = -sign * Infinity;
	// Columns first, with rows beyond the frame that never win.
	const high = new Float32Array((height + 2 * radius) * width).fill(beyond);
	high.set(source, radius * width);
	const columns = widen(high, width, height * width, radius, sign);
	const out = new Float32Array(width * height);
	const line = new Float32Array(width + 2 * radius);
	for (let y = 0; y < height; y++) {
		line.fill(beyond);
		line.set(columns.subarray(y * width, (y + 1) * width), radius);
		out.set(widen(line, 1, width, radius, sign), y * width);
	}
	return out;
}

/**
 * The extreme of 2 `radius` + 1 values, `stride` apart, from each on; in place. Windows double in width, two of them make the
 * one that is asked for: the cost grows with the logarithm of the radius.
 */
function widen(
	values: Float32Array,
	stride: number,
	count: number,
	radius: number,
	sign: 1 | -1
): Float32Array {
	const wanted = 2 * radius + 1;
	let wide = 1;
	const merge = (step: number, until: number) => {
		if (sign > 0) {
			for (let i = 0; i < until; i++)
				if (values[i + step]! > values[i]!) values[i] = values[i + step]!;
		} else {
			for (let i = 0; i < until; i++)
				if (values[i + step]! < values[i]!) values[i] = values[i + step]!;
		}
	};
	for (; 2 * wide <= wanted; wide *= 2) merge(wide * stride, values.length - wide * stride);
	if (wide < wanted) merge((wanted - wide) * stride, count);
	return values.subarray(0, count);
}
