import { floodFromBorder, visitNeighbors } from '../flood';
import type { Planes, Size } from '../raster';

/** A region enclosed by product, at the size it was looked for. */
export interface Hole extends Size {
	/** 1 inside. */
	region: Uint8Array;
	/** True when it is transparent now, so that the click brings it back. */
	restores: boolean;
}

/** Color distances (CIELAB) tried one after the other, from "the same" to "similar". */
const TOLERANCES = [4, 6, 9, 13, 18, 25, 33];
/** Growth that counts as none: the region ends at its rim. */
const STEADY = 1.03;
/** Radius of the mean that says which color was clicked, pixels. */
const SEED = 1;

/**
 * Finds the region around a click that is enclosed by product: where the mask is transparent, all that hangs together with
 * it; else the pixels of the clicked color that hang together, at the color distance at which they reach their rim. A region that is open to the frame or to the removed backdrop is none.
 *
 * @param lab the photo's colors
 * @param alpha 0 to 1
 * @returns null when nothing is enclosed there
 */
export function findHole(
	lab: Planes,
	alpha: Float32Array,
	size: Size,
	x: number,
	y: number
): Hole | null {
	const column = Math.min(size.width - 1, Math.max(0, Math.floor(x)));
	const line = Math.min(size.height - 1, Math.max(0, Math.floor(y)));
	const start = line * size.width + column;
	const clear = Uint8Array.from(alpha, (value) => (value < 0.5 ? 1 : 0));
	const outside = floodFromBorder(clear, size, 0);
	if (clear[start]) {
		const region = spread(start, size, (i) => clear[i] === 1 && !outside[i]);
		return outside[start] || !region ? null : { ...size, region: region.map, restores: true };
	}
	const seed = meanColor(lab, size, column, line);
	const distances = distancesFrom(lab, seed);
	const grown = TOLERANCES.map((tolerance) =>
		spread(
			start,
			size,
			(i) => distances[i]! < tolerance,
			(i) => outside[i] === 1 || onFrame(i, size)
		)
	);
	const region = steadiest(grown);
	return region && { ...size, region, restores: false };
}

/**
 * The region that grows least when the distance does: it has reached its rim, and has not begun to eat into it
 * (the idea of maximally stable regions, Matas et al., BMVC 2002).
 */
function steadiest(grown: ({ map: Uint8Array; count: number } | null)[]): Uint8Array | null {
	let best: { map: Uint8Array; growth: number } | null = null;
	for (const [i, region] of grown.slice(0, -1).entries()) {
		if (!region) break;
		const growth = (grown[i + 1]?.count ?? Infinity) / region.count;
		if (!best || growth < Math.max(best.growth, STEADY)) best = { map: region.map, growth };
	}
	return best?.map ?? null;
}

/** All that hangs together with `start`; null as soon as it reaches what it must not. */
function spread(
	start: number,
	size: Size,
	passable: (i: number) => boolean,
	forbidden: (i: number) => boolean = () => false
): { map: Uint8Array; count: number } | null {
	const map = new Uint8Array(size.width * size.height);
	const queue = [start];
	map[start] = 1;
	let escaped = forbidden(start);
	for (let head = 0; head < queue.length && !escaped; head++) {
		visitNeighbors(queue[head]!, size, (i) => {
			if (map[i] || !passable(i)) return;
			if (forbidden(i)) escaped = true;
			map[i] = 1;
			queue.push(i);
		});
	}
	return escaped ? null : { map, count: queue.length };
}

function onFrame(i: number, { width, height }: Size): boolean {
	const x = i % width;
	return x === 0 || x === width - 1 || i < width || i >= width * (height - 1);
}

function meanColor(lab: Planes, { width, height }: Size, x: number, y: number): number[] {
	return lab.map((plane) => {
		let sum = 0;
		let count = 0;
		for (let v = Math.max(0, y - SEED); v <= Math.min(height - 1, y + SEED); v++) {
			for (let u = Math.max(0, x - SEED); u <= Math.min(width - 1, x + SEED); u++) {
				sum += plane[v * width + u]!;
				count++;
			}
		}
		return sum / count;
	});
}

function distancesFrom([L, a, b]: Planes, seed: number[]): Float32Array {
	return L.map((value, i) => Math.hypot(value - seed[0]!, a[i]! - seed[1]!, b[i]! - seed[2]!));
}
