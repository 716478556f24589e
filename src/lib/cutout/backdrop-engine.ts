import { localExtreme } from './blur';
import type { Engine } from './engine';
import { visitNeighbors } from './flood';
import { modelBackdrop } from './model-backdrop';
import { toLab, toLinear, type Size } from './raster';
import { roughAlpha } from './refine-alpha';
import { splitBackdrop, type Split } from './split-backdrop';

/** Below this share of the border the backdrop is not plain at all; from the second on it surely is. */
const BORDER_SHARE = [0.55, 0.9] as const;
/** A backdrop in two pieces is a guess more. */
const SEAM_FACTOR = 0.8;
/** An outline with less contrast than this (CIELAB) may be misplaced. */
const CLEAR_CONTRAST = 10;
/** What an outline that is faint all around costs of the confidence. */
const FAINT_LOSS = 0.45;
/** Below this the background is called not plain. */
const PLAIN = 0.5;

/**
 * Cuts out products on plain or studio backdrops, without any model: learns the backdrop's color field from the border,
 * takes out what continues it, with its soft shadows and what shows through holes.
 */
export const backdropEngine: Engine = async (picture) => {
	const lab = toLab(toLinear(picture));
	const backdrop = modelBackdrop(lab, picture);
	const split = splitBackdrop(lab, backdrop, picture);
	const plainness =
		smoothStep(BORDER_SHARE[0], BORDER_SHARE[1], backdrop.border_share) *
		(backdrop.seam ? SEAM_FACTOR : 1);
	return {
		alpha: roughAlpha(split.product, picture),
		width: picture.width,
		height: picture.height,
		edges: 'colors',
		confidence: plainness * (1 - FAINT_LOSS * (1 - clearOutline(split, picture))),
		device: 'cpu',
		notes: plainness < PLAIN ? ['background_not_plain'] : []
	};
};

/** Share of the outline that stands out from the backdrop, 0 to 1. */
function clearOutline({ product, distances }: Split, size: Size): number {
	const strongest = localExtreme(distances, size, 3, 1);
	let outline = 0;
	let clear = 0;
	for (let i = 0; i < product.length; i++) {
		if (!product[i]) continue;
		let edge = false;
		visitNeighbors(i, size, (j) => (edge ||= !product[j]));
		if (!edge) continue;
		outline++;
		if (strongest[i]! > CLEAR_CONTRAST) clear++;
	}
	return outline ? clear / outline : 0;
}

function smoothStep(from: number, to: number, v: number): number {
	const t = Math.min(1, Math.max(0, (v - from) / (to - from)));
	return t * t * (3 - 2 * t);
}
