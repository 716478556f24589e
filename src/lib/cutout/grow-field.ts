import { boxBlur } from './blur';
import { fitSurface, surfaceAt } from './border-fit';
import { fillSmooth } from './fill-smooth';
import { visitNeighbors } from './flood';
import type { Planes, Size } from './raster';

/** A smooth color field, known in places and continued into the rest. */
export interface GrownField {
	planes: Planes;
	/** 1 where the picture itself showed it. */
	known: Uint8Array;
}

/** A backdrop changes by less than this per pixel of the field (CIELAB); black to white takes 60 pixels. */
export const MAX_SLOPE = 1.6;
/** How far from the field, as continued from its neighbors, a pixel may be to join (CIELAB). */
const JOIN_DISTANCE = 4;
const MAX_ROUNDS = 20;
/** Every so many pixels are taken for the surface, if there are enough. */
export const SAMPLED = 13;
export const LEAST_SAMPLES = 200;
/** Radius of the mean that takes the noise out, pixels. */
const DENOISE = 2;

/**
 * Grows a field from its seeds: neighbors join as long as they continue it smoothly; then it is continued into what is left.
 *
 * @param slope from `slopes`, at the same size
 * @param closed 1 where the field must not go
 */
export function growField(
	lab: Planes,
	seeds: Uint8Array,
	slope: Float32Array,
	size: Size,
	closed?: Uint8Array
): GrownField {
	const known = seeds.slice();
	let planes = continueField(lab, known, size);
	for (let round = 0; round < MAX_ROUNDS; round++) {
		if (join(lab, planes, known, slope, size, closed) < known.length / 2000) break;
		planes = continueField(lab, known, size);
	}
	return { planes, known };
}

/** CIELAB distance between two sets of planes at one pixel. */
export function distance(p: Planes, q: Planes, i: number): number {
	return Math.hypot(p[0][i]! - q[0][i]!, p[1][i]! - q[1][i]!, p[2][i]! - q[2][i]!);
}

/** Length of the gradient over all planes, per pixel, by central differences. */
export function slopes(planes: Float32Array[], { width, height }: Size): Float32Array {
	const out = new Float32Array(width * height);
	for (let y = 0; y < height; y++) {
		const up = Math.max(0, y - 1) * width;
		const down = Math.min(height - 1, y + 1) * width;
		for (let x = 0; x < width; x++) {
			const left = y * width + Math.max(0, x - 1);
			const right = y * width + Math.min(width - 1, x + 1);
			let sum = 0;
			for (const plane of planes) {
				sum += (plane[right]! - plane[left]!) ** 2 + (plane[down + x]! - plane[up + x]!) ** 2;
			}
			out[y * width + x] = Math.sqrt(sum) / 2;
		}
	}
	return out;
}

/**
 * The field: the local mean of what is known, continued into what is not. A vignette bulges where the product hides it, so
 * a surface of second order is continued, and only what it leaves is filled smoothly.
 */
function continueField(lab: Planes, known: Uint8Array, size: Size): Planes {
	const weight = boxBlur(new Float32Array(known), size, DENOISE);
	const means = lab.map((plane) => {
		const sum = boxBlur(
			plane.map((v, i) => (known[i] ? v : 0)),
			size,
			DENOISE
		);
		return plane.map((_, i) => (known[i] ? sum[i]! / weight[i]! : 0));
	}) as Planes;
	const pixels: number[] = [];
	for (let i = 0; i < known.length; i += SAMPLED) if (known[i]) pixels.push(i);
	if (pixels.length < LEAST_SAMPLES)
		return means.map((mean) => fillSmooth(mean, known, size)) as Planes;
	const surface = fitSurface(means, size, pixels);
	return means.map((mean, c) => {
		const channel = c as 0 | 1 | 2;
		const rest = mean.map((v, i) => (known[i] ? v - surfaceAt(surface, channel, i, size) : 0));
		const filled = fillSmooth(rest, known, size);
		return filled.map((v, i) => v + surfaceAt(surface, channel, i, size));
	}) as Planes;
}

/** Lets pixels join that touch the known field and continue it. Returns how many did. */
function join(
	lab: Planes,
	planes: Planes,
	known: Uint8Array,
	slope: Float32Array,
	size: Size,
	closed?: Uint8Array
): number {
	const queue: number[] = [];
	for (let i = 0; i < known.length; i++) if (known[i]) queue.push(i);
	const before = queue.length;
	for (let k = 0; k < queue.length; k++) {
		visitNeighbors(queue[k]!, size, (j) => {
			if (known[j] || closed?.[j] || slope[j]! > MAX_SLOPE) return;
			if (distance(lab, planes, j) > JOIN_DISTANCE) return;
			known[j] = 1;
			queue.push(j);
		});
	}
	return queue.length - before;
}
