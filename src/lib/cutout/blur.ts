import type { Size } from './raster';
import { FRESH, type Room } from './scratch';

/** Work space for planes as small as tiles, of which there are thousands: there a new array costs more than the work on it. */
const SMALL = 1 << 14;
const small = new Float32Array(SMALL);
const spaceFor = (length: number) => (length > SMALL ? new Float32Array(length) : small);

/**
 * Box mean over (2 radius + 1)² pixels in two passes of running sums; the cost does not grow with the radius.
 * At the frame the window is cut, so that nothing darkens.
 *
 * @param out takes the answer; a new array unless told
 */
export function boxBlur(
	source: Float32Array,
	{ width, height }: Size,
	radius: number,
	out: Float32Array = new Float32Array(width * height)
): Float32Array {
	const rows = spaceFor(width * height);
	// One over how many pixels of the window are within the frame.
	const share = new Float64Array(width);
	for (let x = 0; x < width; x++) {
		share[x] = 1 / (Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1);
	}
	for (let y = 0; y < height; y++) {
		const row = y * width;
		let sum = 0;
		for (let x = 0; x < Math.min(radius, width); x++) sum += source[row + x]!;
		for (let x = 0; x < width; x++) {
			if (x + radius < width) sum += source[row + x + radius]!;
			if (x > radius) sum -= source[row + x - radius - 1]!;
			rows[row + x] = sum * share[x]!;
		}
	}
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
		if (y < 0) continue;
		const part = 1 / count;
		for (let x = 0; x < width; x++) out[y * width + x] = sums[x]! * part;
	}
	return out;
}

/**
 * Largest (`sign` 1) or smallest (`sign` -1) value in the square of (2 radius + 1)² pixels. Windows double in width, two of
 * them make the one that is asked for: the cost grows with the logarithm of the radius.
 *
 * @param out takes the answer; a new array unless told
 */
export function localExtreme(
	source: Float32Array | Uint8Array,
	{ width, height }: Size,
	radius: number,
	sign: 1 | -1,
	out: Float32Array = new Float32Array(width * height)
): Float32Array {
	// What is beyond the frame never wins.
	const wide = width + 2 * radius;
	const room = wide * (height + 2 * radius);
	const values = spaceFor(room).fill(-sign * Infinity, 0, room);
	for (let y = 0; y < height; y++) {
		const row = (y + radius) * wide;
		for (let x = 0; x < width; x++) values[row + radius + x] = source[y * width + x]!;
	}
	// Windows that go on in the next row are those of no pixel.
	widen(values, radius * wide, 1, height * wide - 2 * radius, radius, sign);
	widen(values, 0, wide, height * wide, radius, sign);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) out[y * width + x] = values[y * wide + x]!;
	}
	return out;
}

/** 1 where a map of 0 and 1 has any 1 in the square of (2 radius + 1)² pixels, else 0; counted in running windows. */
export function dilate(
	map: Uint8Array,
	{ width, height }: Size,
	radius: number,
	room: Room = FRESH
): Uint8Array {
	const rows = room.bytes(width * height);
	const out = room.bytes(width * height);
	for (let y = 0; y < height; y++) {
		const row = y * width;
		let count = 0;
		for (let x = -radius; x < width; x++) {
			if (x + radius < width) count += map[row + x + radius]!;
			if (x > radius) count -= map[row + x - radius - 1]!;
			if (x >= 0) rows[row + x] = count ? 1 : 0;
		}
	}
	const counts = new Int32Array(width);
	for (let y = -radius; y < height; y++) {
		const enter = (y + radius) * width;
		const leave = (y - radius - 1) * width;
		if (y + radius < height) for (let x = 0; x < width; x++) counts[x]! += rows[enter + x]!;
		if (leave >= 0) for (let x = 0; x < width; x++) counts[x]! -= rows[leave + x]!;
		if (y >= 0) for (let x = 0; x < width; x++) out[y * width + x] = counts[x] ? 1 : 0;
	}
	return out;
}

/** The extreme of 2 `radius` + 1 values, `stride` apart, from each of `count` on; in place. */
function widen(
	values: Float32Array,
	start: number,
	stride: number,
	count: number,
	radius: number,
	sign: 1 | -1
): void {
	const wanted = 2 * radius + 1;
	const merge = sign > 0 ? keepLarger : keepSmaller;
	const end = start + count + 2 * radius * stride;
	let wide = 1;
	for (; 2 * wide <= wanted; wide *= 2) merge(values, start, end - wide * stride, wide * stride);
	if (wide < wanted) merge(values, start, start + count, (wanted - wide) * stride);
}

function keepLarger(values: Float32Array, from: number, until: number, step: number): void {
	for (let i = from; i < until; i++) {
		if (values[i + step]! > values[i]!) values[i] = values[i + step]!;
	}
}

function keepSmaller(values: Float32Array, from: number, until: number, step: number): void {
	for (let i = from; i < until; i++) {
		if (values[i + step]! < values[i]!) values[i] = values[i + step]!;
	}
}
