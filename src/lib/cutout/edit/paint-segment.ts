import { brushCoverage } from './brush-coverage';
import { clip, tilesOf, type Box, type Mask } from './mask';
import { copyTile, type Patch } from './swap-patch';

/** A stroke under way. */
export interface Stroke {
	/** What it paints towards: 255 keeps, 0 erases. */
	target: 0 | 255;
	/** 0 to 1. */
	hardness: number;
	/** The mask as it was before the stroke, tile by tile, as far as the stroke went. */
	before: Patch;
	/** How much of each pixel the stroke has covered so far, 0 to 255, for the same tiles. */
	cover: Map<number, Uint8Array>;
}

export interface Dab {
	x: number;
	y: number;
	/** Pixels. */
	radius: number;
}

/**
 * Paints from one point of a stroke to the next: the mask becomes the mix of what it was before the stroke and the target, by
 * how much the stroke covers the pixel. Coverage does not add up, so that going over a place twice changes nothing.
 *
 * @param mask changed in place
 * @param stroke grows by what it covers
 * @returns the box that may have changed
 */
export function paintSegment(mask: Mask, stroke: Stroke, from: Dab, to: Dab): Box {
	const reach = Math.max(from.radius, to.radius);
	const box = clip(
		{
			left: Math.min(from.x, to.x) - reach,
			top: Math.min(from.y, to.y) - reach,
			right: Math.max(from.x, to.x) + reach + 1,
			bottom: Math.max(from.y, to.y) + reach + 1
		},
		mask
	);
	for (const tile of tilesOf(box, mask)) {
		const inside = {
			left: Math.max(box.left, tile.box.left),
			top: Math.max(box.top, tile.box.top),
			right: Math.min(box.right, tile.box.right),
			bottom: Math.min(box.bottom, tile.box.bottom)
		};
		paintTile(mask, stroke, tile, inside, from, to);
	}
	return box;
}

function paintTile(
	mask: Mask,
	{ target, hardness, before, cover }: Stroke,
	{ index, box }: { index: number; box: Box },
	inside: Box,
	from: Dab,
	to: Dab
): void {
	const across = box.right - box.left;
	let was = before.get(index);
	if (was === undefined) before.set(index, (was = copyTile(mask, index)));
	let covered = cover.get(index);
	if (!covered) cover.set(index, (covered = new Uint8Array(across * (box.bottom - box.top))));

	const dx = to.x - from.x;
	const dy = to.y - from.y;
	const length2 = dx * dx + dy * dy;
	const wider = to.radius - from.radius;
	for (let y = inside.top; y < inside.bottom; y++) {
		const py = y + 0.5 - from.y;
		for (let x = inside.left; x < inside.right; x++) {
			const px = x + 0.5 - from.x;
			let t = length2 > 0 ? (px * dx + py * dy) / length2 : 0;
			t = t < 0 ? 0 : t > 1 ? 1 : t;
			const ax = px - t * dx;
			const ay = py - t * dy;
			const radius = from.radius + t * wider;
			const distance2 = ax * ax + ay * ay;
			if (distance2 >= radius * radius) continue;
			const at = (y - box.top) * across + x - box.left;
			const share = Math.round(255 * brushCoverage(Math.sqrt(distance2), radius, hardness));
			if (share <= covered[at]!) continue;
			covered[at] = share;
			const old = typeof was === 'number' ? was : was[at]!;
			mask.alpha[y * mask.width + x] = Math.round(old + ((target - old) * share) / 255);
		}
	}
}
