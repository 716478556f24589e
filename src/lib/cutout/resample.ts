import { LINEAR, type Planes, type Raster, type Size } from './raster';

/** Shrinks one plane to `to` by averaging areas. `to` must not be larger than `from`. */
export function shrink(source: Float32Array, from: Size, to: Size): Float32Array {
	if (from.width === to.width && from.height === to.height) return source;
	const out = new Float32Array(to.width * to.height);
	const starts = Int32Array.from({ length: to.width + 1 }, (_, x) => (x * from.width) / to.width);
	for (let y = 0; y < to.height; y++) {
		const top = Math.floor((y * from.height) / to.height);
		const bottom = Math.max(top + 1, Math.floor(((y + 1) * from.height) / to.height));
		for (let x = 0; x < to.width; x++) {
			const left = starts[x]!;
			const right = starts[x + 1]!;
			let sum = 0;
			for (let v = top; v < bottom; v++) {
				for (let u = left; u < right; u++) sum += source[v * from.width + u]!;
			}
			out[y * to.width + x] = sum / ((bottom - top) * (right - left));
		}
	}
	return out;
}

/** Linear light of a picture, shrunk to `to` by averaging areas. */
export function shrinkLinear({ data, width, height }: Raster, to: Size): Planes {
	const n = to.width * to.height;
	const planes: Planes = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
	const [red, green, blue] = planes;
	const ends = Int32Array.from({ length: to.width }, (_, x) => ((x + 1) * width) / to.width);
	for (let y = 0; y < to.height; y++) {
		const top = Math.floor((y * height) / to.height);
		const bottom = Math.floor(((y + 1) * height) / to.height);
		for (let x = 0, left = 0; x < to.width; left = ends[x++]!) {
			const right = ends[x]!;
			let r = 0;
			let g = 0;
			let b = 0;
			for (let v = top; v < bottom; v++) {
				for (let i = (v * width + left) * 4; i < (v * width + right) * 4; i += 4) {
					r += LINEAR[data[i]!]!;
					g += LINEAR[data[i + 1]!]!;
					b += LINEAR[data[i + 2]!]!;
				}
			}
			const at = y * to.width + x;
			const area = (bottom - top) * (right - left);
			red[at] = r / area;
			green[at] = g / area;
			blue[at] = b / area;
		}
	}
	return planes;
}

/** Enlarges one plane to `to` by bilinear interpolation; pixel centers are aligned. */
export function enlarge(source: Float32Array, from: Size, to: Size): Float32Array {
	if (from.width === to.width && from.height === to.height) return source;
	const out = new Float32Array(to.width * to.height);
	for (let y = 0; y < to.height; y++) {
		const v = ((y + 0.5) * from.height) / to.height - 0.5;
		enlargeRow(source, from, v, out.subarray(y * to.width, (y + 1) * to.width));
	}
	return out;
}

/** One row of an enlarged plane: `v` is the row's place in the source, in source pixels. */
export function enlargeRow(source: Float32Array, from: Size, v: number, out: Float32Array): void {
	const y0 = clamp(Math.floor(v), from.height);
	const y1 = clamp(Math.floor(v) + 1, from.height);
	const ty = v - Math.floor(v);
	for (let x = 0; x < out.length; x++) {
		const u = ((x + 0.5) * from.width) / out.length - 0.5;
		const x0 = clamp(Math.floor(u), from.width);
		const x1 = clamp(Math.floor(u) + 1, from.width);
		const tx = u - Math.floor(u);
		const top = source[y0 * from.width + x0]! * (1 - tx) + source[y0 * from.width + x1]! * tx;
		const low = source[y1 * from.width + x0]! * (1 - tx) + source[y1 * from.width + x1]! * tx;
		out[x] = top * (1 - ty) + low * ty;
	}
}

/** More than sums of a few weights are off by, being rounded. */
const ROUNDING = 1e-6;

/**
 * One row of a mask resampled with Catmull-Rom cubics (Catmull & Rom 1974, as in Keys 1981 with a = -0.5), held to 0..1.
 * Of the filters tried on masks with known truth it loses the least at edges.
 */
export function cubicRow(source: Float32Array, from: Size, v: number, out: Float32Array): void {
	const y = Math.floor(v);
	if (y === v && out.length === from.width) {
		out.set(source.subarray(y * from.width, (y + 1) * from.width));
		return;
	}
	const wy = weights(v - y);
	const column = new Float32Array(from.width + 4);
	for (let j = 0; j < 4; j++) {
		const row = clamp(y + j - 1, from.height) * from.width;
		for (let x = 0; x < from.width; x++) column[x + 2]! += source[row + x]! * wy[j]!;
	}
	column.fill(column[2]!, 0, 2).fill(column[from.width + 1]!, from.width + 2);
	const scale = from.width / out.length;
	for (let x = 0; x < out.length; x++) {
		const u = (x + 0.5) * scale - 0.5;
		const left = Math.floor(u);
		const p = column[left + 1]!;
		const q = column[left + 2]!;
		const r = column[left + 3]!;
		const s = column[left + 4]!;
		// Most of a mask is the same all around; what rounding left of 1 is 1.
		if (p === q && q === r && r === s) {
			out[x] = q < ROUNDING ? 0 : q > 1 - ROUNDING ? 1 : q;
			continue;
		}
		const t = u - left;
		// The same cubic, by Horner's rule.
		const sum = q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
		out[x] = sum < 0 ? 0 : sum > 1 ? 1 : sum;
	}
}

/** One value of an enlarged plane; `u` and `v` are its place in the source, in source pixels. */
export function sampleAt(source: Float32Array, from: Size, u: number, v: number): number {
	const x0 = clamp(Math.floor(u), from.width);
	const x1 = clamp(Math.floor(u) + 1, from.width);
	const y0 = clamp(Math.floor(v), from.height) * from.width;
	const y1 = clamp(Math.floor(v) + 1, from.height) * from.width;
	const tx = u - Math.floor(u);
	const ty = v - Math.floor(v);
	const top = source[y0 + x0]! * (1 - tx) + source[y0 + x1]! * tx;
	return top * (1 - ty) + (source[y1 + x0]! * (1 - tx) + source[y1 + x1]! * tx) * ty;
}

/** A whole mask resampled with `cubicRow`. */
export function resizeMask(source: Float32Array, from: Size, to: Size): Float32Array {
	if (from.width === to.width && from.height === to.height) return source;
	const out = new Float32Array(to.width * to.height);
	for (let y = 0; y < to.height; y++) {
		const v = ((y + 0.5) * from.height) / to.height - 0.5;
		cubicRow(source, from, v, out.subarray(y * to.width, (y + 1) * to.width));
	}
	return out;
}

function weights(t: number): [number, number, number, number] {
	const t2 = t * t;
	const t3 = t2 * t;
	return [
		(-t3 + 2 * t2 - t) / 2,
		(3 * t3 - 5 * t2 + 2) / 2,
		(-3 * t3 + 4 * t2 + t) / 2,
		(t3 - t2) / 2
	];
}

function clamp(index: number, length: number): number {
	return index < 0 ? 0 : index >= length ? length - 1 : index;
}
