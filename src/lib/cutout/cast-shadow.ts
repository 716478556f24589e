import { borderRing, fitBorder, surfaceAt, type Surface } from './border-fit';
import { boxBlur, localExtreme } from './blur';
import { fillSmooth } from './fill-smooth';
import { belowHorizon, findHorizon } from './find-horizon';
import { visitNeighbors } from './flood';
import { fitInside, toLab, type Planes, type Raster, type Size } from './raster';
import { shrink, shrinkLinear } from './resample';

/** Longest side of the shadow, pixels: it is soft. */
const SIDE = 384;
/** Share of the border that must be backdrop. */
const PLAIN = 0.7;
/** Darker by less than this share is noise or an uneven backdrop; a shadow must reach the second. */
const FAINT = 0.035;
const LEAST = 0.08;
/** How far the hue of a shadow may be from the backdrop's (CIELAB). */
const HUE = 7;
/** Alpha up to which a pixel is free of product. */
const FREE = 0.03;

export interface CastShadow extends Size {
	/** How much darker than the backdrop, 0 to 1, to be drawn in black under the product. */
	darkness: Float32Array;
}

/**
 * Finds the shadow that hangs together with a product that has been cut out, whichever engine did: where the plain backdrop
 * is darker than its border tells, in the same hue. Under the product's soft edges it goes on.
 *
 * @param alpha 0 to 1, of the picture's size
 * @returns null where the backdrop is not plain or no shadow is seen
 */
export function castShadow(picture: Raster, alpha: Float32Array): CastShadow | null {
	const size = fitInside(picture, SIDE);
	const lab = toLab(shrinkLinear(picture, size));
	const cover = shrink(alpha, picture, size);
	const backdrop = fitBackdrop(lab, cover, size);
	if (!backdrop) return null;
	const kept = touching(cover, darkerThan(backdrop, lab, cover, size), size);
	if (!kept.some((v) => v > LEAST)) return null;
	const free = new Uint8Array(cover.length);
	for (let i = 0; i < free.length; i++) if (cover[i]! < FREE) free[i] = 1;
	return { ...size, darkness: boxBlur(fillSmooth(kept, free, size), size, 1) };
}

/** How much darker than the backdrop each pixel free of product is, where the hue is the same; elsewhere 0. */
function darkerThan(
	surfaceOf: (i: number) => Surface,
	lab: Planes,
	cover: Float32Array,
	size: Size
): Float32Array {
	const darkness = new Float32Array(cover.length);
	for (let i = 0; i < cover.length; i++) {
		if (cover[i]! >= FREE) continue;
		const surface = surfaceOf(i);
		const left = lab[0][i]! / Math.max(1, surfaceAt(surface, 0, i, size));
		const dark = 1 - left;
		if (!(dark > FAINT)) continue;
		const hue = Math.hypot(
			lab[1][i]! - left * surfaceAt(surface, 1, i, size),
			lab[2][i]! - left * surfaceAt(surface, 2, i, size)
		);
		if (hue < HUE) darkness[i] = (dark - FAINT) / (1 - FAINT);
	}
	return darkness;
}

/** The plain backdrop's color field at each pixel, floor and wall each by its own; null where it is not plain. */
function fitBackdrop(
	lab: Planes,
	cover: Float32Array,
	size: Size
): ((i: number) => Surface) | null {
	const ring = borderRing(size, 4).filter((i) => cover[i]! < FREE);
	const horizon = findHorizon(lab, size);
	const below = horizon ? belowHorizon(horizon, size) : new Uint8Array(cover.length);
	const [wall, floor] = ([0, 1] as const).map((side) => {
		const part = ring.filter((i) => below[i] === side);
		const fit = part.length < 24 ? null : fitBorder(lab, size, part);
		return fit && fit.explained >= PLAIN ? fit.surface : null;
	});
	if (!wall || (horizon && !floor)) return null;
	return (i) => (below[i] && floor) || wall;
}

/** What hangs together with the product. */
function touching(cover: Float32Array, darkness: Float32Array, size: Size): Float32Array {
	const near = localExtreme(cover, size, 2, 1);
	const kept = new Float32Array(cover.length);
	const queue: number[] = [];
	const enter = (i: number) => {
		if (darkness[i]! <= 0 || kept[i]! > 0) return;
		kept[i] = darkness[i]!;
		queue.push(i);
	};
	for (let i = 0; i < cover.length; i++) if (near[i]! > 0.5) enter(i);
	for (let head = 0; head < queue.length; head++) visitNeighbors(queue[head]!, size, enter);
	return kept;
}
