import type { Engine } from './engine';
import { findFringe, fringeRoom } from './find-fringe';
import { openSlits } from './find-slits';
import { quietOf } from './judge-pixels';
import { modelBackdrop, type Backdrop } from './model-backdrop';
import { fitInside, toLab, toLinear, type Box, type Planes, type Size } from './raster';
import { enlarge, shrink } from './resample';
import { roughAlpha } from './refine-alpha';
import { sharpEdges } from './sharp-edges';
import { splitBackdrop } from './split-backdrop';
import { boxOf, crop, paste, withMargin } from './tiles';
import { trustSplit } from './trust-split';

/** Longest side of the picture in which product and backdrop are told apart, pixels. */
const MASK_SIDE = 640;
/** Below this share of the border the backdrop is not plain at all; from the second on it surely is. */
const BORDER_SHARE = [0.55, 0.9] as const;
/** A backdrop in two pieces is a guess more. */
const SEAM_FACTOR = 0.8;
/** Below this the background is called not plain enough for a cut to be trusted. */
const PLAIN = 0.7;

/**
 * Cuts out products on plain or studio backdrops, without any model: learns the backdrop's color field from the border,
 * takes out what continues it, with its soft shadows and what shows through holes.
 */
export const backdropEngine: Engine = async (picture) => {
	const size = fitInside(picture, MASK_SIDE);
	const linear = toLinear(picture);
	const lab = toLab(linear.map((plane) => shrink(plane, picture, size)) as Planes);
	const sharp = sharpEdges(lab[0], size);
	const backdrop = modelBackdrop(lab, sharp, size);
	const split = splitBackdrop(lab, sharp, backdrop, size);
	const plainness =
		smoothStep(BORDER_SHARE[0], BORDER_SHARE[1], backdrop.border_share) *
		(backdrop.seam ? SEAM_FACTOR : 1);
	const confidence = plainness * trustSplit(split, lab, size);
	const alpha = enlarge(roughAlpha(split.product, size), size, picture);
	const box = boxOf(alpha, picture, 0.5);
	if (box)
		findFine(alpha, linear, backdrop, size, withMargin(box, fringeRoom(picture), picture), picture);
	return {
		alpha,
		width: picture.width,
		height: picture.height,
		edges: 'colors',
		confidence,
		device: 'cpu',
		notes: confidence < PLAIN ? ['background_not_plain'] : []
	};
};

/** Hairs and slits are looked for at the full size of the picture, in and around the product alone. */
function findFine(
	alpha: Float32Array,
	linear: Planes,
	backdrop: Backdrop,
	size: Size,
	box: Box,
	picture: Size
): void {
	const part = (plane: Float32Array) => crop(plane, picture, box);
	const fine = toLab(linear.map(part) as Planes);
	const behind = backdrop.planes.map((plane) => part(enlarge(plane, size, picture))) as Planes;
	const within = part(alpha);
	const product = new Uint8Array(within.map((a) => (a >= 0.5 ? 1 : 0)));
	const fringe = findFringe(product, fine, behind, box, picture);
	for (let i = 0; i < within.length; i++) if (fringe[i]) within[i] = 0.5;
	openSlits(product, fine, behind, quietOf(backdrop), box, picture, within);
	paste(within, box, box, alpha, picture);
}

function smoothStep(from: number, to: number, v: number): number {
	const t = Math.min(1, Math.max(0, (v - from) / (to - from)));
	return t * t * (3 - 2 * t);
}
