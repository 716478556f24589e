import { localExtreme } from './blur';
import { visitNeighbors } from './flood';
import type { Planes, Size } from './raster';

/** How far hair stands off the product, and gaps between hairs reach in, as share of the picture's longer side. */
const REACH = 0.05;
/** What is narrower than twice this and one, pixels, is a hair or a gap. */
const NARROW = 3;
/** A hair differs from what is around it by this (CIELAB), and by this share of the product's own difference from the backdrop. */
const FAINT = 4;
const FAINT_SHARE = 0.16;
/** What could be shadow, being the backdrop's hue in less light up to this distance (CIELAB), has to differ by this share. */
const SHADOW_HUE = 4;
const SHADOW_SHARE = 0.45;
/** A gap is as near to the backdrop as this share of the difference of its sides, and its sides differ by this (CIELAB). */
const OPEN_SHARE = 0.35;
const SIDES = 16;

/**
 * Finds what is too fine for the split of product and backdrop: hairs and bristles that stand off the product, and the gaps
 * between them. Both are told by being narrower than their surroundings (the top hat of mathematical morphology), which
 * a shadow is not, and by hanging together with the product, or with the outside.
 *
 * @param product 1 = product
 * @param planes CIELAB of the picture, `backdrop` of the backdrop without the product; all of the same size, that of the whole
 * or of the product with `fringeRoom` around
 * @param whole size of the whole picture
 * @returns 1 where alpha is for color to tell
 */
export function findFringe(
	product: Uint8Array,
	planes: Planes,
	backdrop: Planes,
	size: Size,
	whole: Size
): Uint8Array {
	const n = product.length;
	const apart = new Float32Array(n);
	for (let i = 0; i < n; i++) {
		apart[i] = Math.hypot(
			planes[0][i]! - backdrop[0][i]!,
			planes[1][i]! - backdrop[1][i]!,
			planes[2][i]! - backdrop[2][i]!
		);
	}
	const opened = localExtreme(localExtreme(apart, size, NARROW, -1), size, NARROW, 1);
	const closed = localExtreme(localExtreme(apart, size, NARROW, 1), size, NARROW, -1);
	const reach = reachIn(whole);
	const strength = localExtreme(
		apart.map((d, i) => (product[i] ? d : 0)),
		size,
		reach,
		1
	);
	const outside = localExtreme(
		product.map((p) => 1 - p),
		size,
		reach,
		1
	);
	const hair = new Uint8Array(n);
	const gap = new Uint8Array(n);
	for (let i = 0; i < n; i++) {
		if (!product[i]) {
			const share = couldBeShadow(planes, backdrop, i) ? SHADOW_SHARE : FAINT_SHARE;
			const stands = apart[i]! - opened[i]!;
			if (strength[i]! > 0 && stands > Math.max(FAINT, share * strength[i]!)) hair[i] = 1;
		} else if (outside[i]! > 0 && closed[i]! > SIDES && apart[i]! < OPEN_SHARE * closed[i]!) {
			gap[i] = 1;
		}
	}
	const fringe = new Uint8Array(n);
	spread(product, hair, fringe, size);
	spread(
		product.map((p) => 1 - p),
		gap,
		fringe,
		size
	);
	return fringe;
}

const reachIn = ({ width, height }: Size) => Math.round(REACH * Math.max(width, height));

/** How many pixels around a product fringes are looked for in: their reach, and what tells there how narrow they are. */
export function fringeRoom(whole: Size): number {
	return reachIn(whole) + 2 * NARROW + 2;
}

/** In CIELAB, less light shrinks L + 16, a and b by the same factor. */
function couldBeShadow([L, a, b]: Planes, [bL, ba, bb]: Planes, i: number): boolean {
	const k = (L[i]! + 16) / (bL[i]! + 16);
	return k < 1 && Math.hypot(a[i]! - k * ba[i]!, b[i]! - k * bb[i]!) < SHADOW_HUE;
}

/** Marks what hangs together with `from` through `map`, over breaks of one pixel, and one pixel around it. */
function spread(from: Uint8Array, map: Uint8Array, marked: Uint8Array, size: Size): void {
	const wide = localExtreme(map, size, 1, 1);
	const seen = new Uint8Array(from.length);
	const queue: number[] = [];
	for (let i = 0; i < from.length; i++) {
		if (!wide[i] || from[i]) continue;
		visitNeighbors(i, size, (j) => {
			if (from[j] && !seen[i]) {
				seen[i] = 1;
				queue.push(i);
			}
		});
	}
	for (let head = 0; head < queue.length; head++) {
		const i = queue[head]!;
		marked[i] = 1;
		visitNeighbors(i, size, (j) => {
			if (!wide[j] || seen[j] || from[j]) return;
			seen[j] = 1;
			queue.push(j);
		});
	}
}
