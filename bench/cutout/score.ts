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

type Truth = Pick<PaintedScene, 'alpha' | 'product'>;

/** Compares a cut-out with the scene it was cut from. Only where there is anything of either, which is all that counts. */
export function score(scene: PaintedScene, whole: Uint8ClampedArray): Score {
	const { width, height } = scene.picture;
	const reach = Math.max(1, Math.round(TOLERANCE * Math.hypot(width, height)));
	const { alpha, product, cutout, size } = cropped(scene, whole, reach + 2);
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
	const near = halo({ alpha, product }, cutout, truth, size, reach);
	return {
		iou: any ? both / any : 0,
		mae: error / (width * height) / 255,
		boundary_f: boundaryF(truth, found, size, reach),
		halo_black: near.black,
		halo_white: near.white,
		...countHoles(truth, found, HOLE_SHARE * width * height, size)
	};
}

/** The part of all planes that holds the product or the cut-out, with a margin. */
function cropped(
	{ alpha, product, picture: { width, height } }: PaintedScene,
	cutout: Uint8ClampedArray,
	margin: number
): Truth & { cutout: Uint8ClampedArray; size: Size } {
	let [left, top, right, bottom] = [width, height, 0, 0];
	for (let i = 0; i < alpha.length; i++) {
		if (!alpha[i] && !cutout[i * 4 + 3]) continue;
		const [x, y] = [i % width, Math.floor(i / width)];
		if (x < left) left = x;
		if (x > right) right = x;
		if (y < top) top = y;
		bottom = y;
	}
	[left, top] = [Math.max(0, left - margin), Math.max(0, top - margin)];
	[right, bottom] = [Math.min(width, right + margin + 1), Math.min(height, bottom + margin + 1)];
	const size = { width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
	const cut = (plane: Uint8ClampedArray, channels: number) => {
		const part = new Uint8ClampedArray(size.width * size.height * channels);
		for (let y = 0; y < size.height; y++) {
			const start = ((top + y) * width + left) * channels;
			part.set(plane.subarray(start, start + size.width * channels), y * size.width * channels);
		}
		return part;
	};
	return { alpha: cut(alpha, 1), product: cut(product, 4), cutout: cut(cutout, 4), size };
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
	{ alpha, product }: Truth,
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

function countHoles(truth: Uint8Array, found: Uint8Array, least: number, size: Size) {
	const free = truth.map((t) => 1 - t);
	let holes = 0;
	let holes_kept = 0;
	for (const { pixels, touches_border } of pieces(free, size)) {
		if (touches_border || pixels.length < least) continue;
		holes++;
		let clear = 0;
		for (const i of pixels) clear += 1 - found[i]!;
		if (clear > FREE_SHARE * pixels.length) holes_kept++;
	}
	return { holes, holes_kept };
}
