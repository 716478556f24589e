import type { Planes, Size } from './raster';

/** A color field of second order over the frame: per channel the factors of 1, x, y, x², xy, y² with x, y in -1..1. */
export type Surface = [number[], number[], number[]];

/** Color distance up to which a border pixel may belong to the backdrop while its color is still being looked for. */
const FIRST_REACH = 16;
/** The reach shrinks to this (CIELAB distance) while the surface follows the backdrop's own gradient. */
const LAST_REACH = 6;

/**
 * Finds the backdrop's color along the frame's border, although the product may touch it: starts at the border's most
 * frequent color, then fits a surface of growing order to the pixels near the last one (trimmed least squares).
 *
 * @param lab CIELAB planes
 * @param ring indices of the border pixels
 * @returns the surface and the share of border pixels it explains, 0 to 1
 */
export function fitBorder(
	lab: Planes,
	size: Size,
	ring: number[]
): { surface: Surface; explained: number } {
	const mode = densestColor(lab, ring);
	let surface: Surface = [[mode[0]], [mode[1]], [mode[2]]];
	const plan: [terms: number, reach: number][] = [
		[1, FIRST_REACH],
		[3, FIRST_REACH],
		[3, 12],
		[6, 10],
		[6, 8],
		[6, LAST_REACH]
	];
	for (const [terms, reach] of plan) {
		const near = ring.filter((i) => surfaceDistance(lab, size, surface, i) < reach);
		if (near.length < 24) break;
		surface = solve(lab, size, near, terms);
	}
	const explained = ring.filter((i) => surfaceDistance(lab, size, surface, i) < LAST_REACH);
	return { surface, explained: explained.length / ring.length };
}

/** Indices of the pixels along the frame, `thickness` pixels deep. */
export function borderRing({ width, height }: Size, thickness: number): number[] {
	const ring: number[] = [];
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			if (Math.min(x, y, width - 1 - x, height - 1 - y) < thickness) ring.push(y * width + x);
		}
	}
	return ring;
}

/** Fits a surface of second order to some pixels of the planes (least squares). */
export function fitSurface(planes: Planes, size: Size, pixels: number[]): Surface {
	return solve(planes, size, pixels, 6);
}

/** What a surface of second order says for one channel at pixel `i`. */
export function surfaceAt(surface: Surface, channel: 0 | 1 | 2, i: number, size: Size): number {
	const x = acrossAt(i, size);
	const y = downAt(i, size);
	const f = surface[channel];
	return f[0]! + f[1]! * x + f[2]! * y + f[3]! * x * x + f[4]! * x * y + f[5]! * y * y;
}

/** Distance in CIELAB of pixel `i` from the surface. */
export function surfaceDistance(lab: Planes, size: Size, surface: Surface, i: number): number {
	const x = acrossAt(i, size);
	const y = downAt(i, size);
	let sum = 0;
	for (const c of [0, 1, 2] as const) {
		const f = surface[c];
		let value = f[0]!;
		if (f.length > 1) value += f[1]! * x + f[2]! * y;
		if (f.length > 3) value += f[3]! * x * x + f[4]! * x * y + f[5]! * y * y;
		sum += (lab[c][i]! - value) ** 2;
	}
	return Math.sqrt(sum);
}

const acrossAt = (i: number, { width }: Size) => (2 * (i % width)) / Math.max(1, width - 1) - 1;
const downAt = (i: number, { width, height }: Size) =>
	(2 * Math.floor(i / width)) / Math.max(1, height - 1) - 1;

function basisAt(i: number, size: Size): number[] {
	const x = acrossAt(i, size);
	const y = downAt(i, size);
	return [1, x, y, x * x, x * y, y * y];
}

/** The ring color with the most others near it, then the mean of those (one step of mean shift). */
function densestColor([L, a, b]: Planes, ring: number[]): [number, number, number] {
	const step = Math.max(1, Math.floor(ring.length / 160));
	const samples = ring.filter((_, k) => k % step === 0);
	let best: number[] = [];
	for (const p of samples) {
		const near = samples.filter(
			(q) => Math.hypot(L[p]! - L[q]!, a[p]! - a[q]!, b[p]! - b[q]!) < FIRST_REACH
		);
		if (near.length > best.length) best = near;
	}
	const mean = (plane: Float32Array) => best.reduce((sum, i) => sum + plane[i]!, 0) / best.length;
	return [mean(L), mean(a), mean(b)];
}

/** Least squares by normal equations, for all channels at once, with a little ridge on the terms of second order. */
function solve(planes: Planes, size: Size, pixels: number[], terms: number): Surface {
	const m = Array.from({ length: terms }, () => new Array<number>(terms + 3).fill(0));
	for (const i of pixels) {
		const basis = basisAt(i, size);
		for (let r = 0; r < terms; r++) {
			const row = m[r]!;
			const factor = basis[r]!;
			for (let c = 0; c < terms; c++) row[c]! += factor * basis[c]!;
			for (const c of [0, 1, 2] as const) row[terms + c]! += factor * planes[c][i]!;
		}
	}
	for (let r = 0; r < terms; r++) m[r]![r]! += (r < 3 ? 1e-6 : 1e-2) * pixels.length;
	for (let p = 0; p < terms; p++) {
		const pivot = m[p]![p]!;
		for (let r = 0; r < terms; r++) {
			if (r === p) continue;
			const factor = m[r]![p]! / pivot;
			for (let c = p; c < terms + 3; c++) m[r]![c]! -= factor * m[p]![c]!;
		}
	}
	return ([0, 1, 2] as const).map((c) => m.map((row, r) => row[terms + c]! / row[r]!)) as Surface;
}
