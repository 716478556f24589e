import { boxBlur } from '../../src/lib/cutout/blur';
import { pieces } from '../../src/lib/cutout/flood';
import type { Size } from '../../src/lib/cutout/raster';
import type { PaintedScene } from './paint-scene';

export interface Score {
	/** Intersection over union at half opacity. */
	iou: number;
	/** Mean absolute error of alpha, 0 to 1. */
	mae: number;
	/** F measure of the outline, found within 0.15 % of the diagonal. */
	boundary_f: number;
	/** Mean color error near the outline after compositing, 0 to 255. */
	halo_black: number;
	halo_white: number;
	holes: number;
	holes_kept: number;
}

/** Outlines may be off by this share of the diagonal. */
const TOLERANCE = 0.0015;
/** A hole is at least this share of the frame, and kept when this share of it is free. */
const HOLE_SHARE = 0.0002;
const FREE_SHARE = 0.7;

/** Compares a cut-out with the scene it was cut from. */
export function score(
	{ alpha, product, picture }: PaintedScene,
	cutout: Uint8ClampedArray,
	{ with_halo = true } = {}
): Score {
	const size = { width: picture.width, height: picture.height };
	const n = alpha.length;
	const truth = new Uint8Array(n);
	const found = new Uint8Array(n);
	let both = 0;
	let any = 0;
	let error = 0;
	for (let i = 0; i < n; i++) {
		const a = cutout[i * 4 + 3]!;
		truth[i] = alpha[i]! > 127 ? 1 : 0;
		found[i] = a > 127 ? 1 : 0;
		both += truth[i]! & found[i]!;
		any += truth[i]! | found[i]!;
		error += Math.abs(a - alpha[i]!);
	}
	const reach = Math.max(1, Math.round(TOLERANCE * Math.hypot(size.width, size.height)));
	const near = halo({ alpha, product, picture }, cutout, truth, size, reach);
	return {
		iou: any ? both / any : 0,
		mae: error / n / 255,
		boundary_f: boundaryF(truth, found, size, reach),
		halo_black: with_halo ? near.black : 0,
		halo_white: with_halo ? near.white : 0,
		...countHoles(truth, found, size)
	};
}

function outline(map: Uint8Array, { width, height }: Size): Uint8Array {
	const out = new Uint8Array(map.length);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const i = y * width + x;
			if (!map[i]) continue;
			const inner =
				x > 0 &&
				x < width - 1 &&
				y > 0 &&
				y < height - 1 &&
				map[i - 1] &&
				map[i + 1] &&
				map[i - width] &&
				map[i + width];
			out[i] = inner ? 0 : 1;
		}
	}
	return out;
}

/** Within `reach` pixels, as a square. */
function widened(map: Uint8Array, size: Size, reach: number): Uint8Array {
	return new Uint8Array(boxBlur(new Float32Array(map), size, reach).map((v) => (v > 1e-6 ? 1 : 0)));
}

function boundaryF(truth: Uint8Array, found: Uint8Array, size: Size, reach: number): number {
	const t = outline(truth, size);
	const f = outline(found, size);
	const hits = (line: Uint8Array, near: Uint8Array) => {
		let all = 0;
		let hit = 0;
		for (let i = 0; i < line.length; i++) {
			all += line[i]!;
			hit += line[i]! & near[i]!;
		}
		return all ? hit / all : 0;
	};
	const precision = hits(f, widened(t, size, reach));
	const recall = hits(t, widened(f, size, reach));
	return precision + recall ? (2 * precision * recall) / (precision + recall) : 0;
}

function halo(
	{ alpha, product }: PaintedScene,
	cutout: Uint8ClampedArray,
	truth: Uint8Array,
	size: Size,
	reach: number
): { black: number; white: number } {
	const band = widened(outline(truth, size), size, reach);
	const sums = [0, 0];
	let count = 0;
	for (let i = 0; i < band.length; i++) {
		if (!band[i]) continue;
		count += 3;
		const a = cutout[i * 4 + 3]! / 255;
		const b = alpha[i]! / 255;
		for (let c = 0; c < 3; c++) {
			const seen = a * cutout[i * 4 + c]!;
			const right = b * product[i * 4 + c]!;
			sums[0]! += Math.abs(seen - right);
			sums[1]! += Math.abs(seen + 255 * (1 - a) - right - 255 * (1 - b));
		}
	}
	return { black: sums[0]! / Math.max(1, count), white: sums[1]! / Math.max(1, count) };
}

function countHoles(truth: Uint8Array, found: Uint8Array, size: Size) {
	const free = truth.map((t) => 1 - t);
	let holes = 0;
	let holes_kept = 0;
	for (const { pixels, touches_border } of pieces(free, size)) {
		if (touches_border || pixels.length < HOLE_SHARE * truth.length) continue;
		holes++;
		let clear = 0;
		for (const i of pixels) clear += 1 - found[i]!;
		if (clear > FREE_SHARE * pixels.length) holes_kept++;
	}
	return { holes, holes_kept };
}
