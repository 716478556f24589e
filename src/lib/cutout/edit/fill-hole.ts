import { boxBlur, localExtreme } from '../blur';
import { weightedMean } from '../estimate-foreground';
import type { Planes, Raster } from '../raster';
import { sampleAt } from '../resample';
import type { Hole } from './find-hole';
import { tilesOf, type Box, type Mask } from './mask';
import { copyTile, type Patch } from './swap-patch';

/** Radius over which the colors on both sides of the rim are averaged, pixels of the hole's size. */
const RIM = 4;
/** Below this difference (sRGB, 0 to 1.7) colors can't tell the rim; the region's own soft edge does. */
const SAME_COLOR = 0.08;
/** How far a restored region reaches under the soft rim of the product, pixels of the hole's size. */
const OVERLAP = 3;

/**
 * Takes a hole out of the mask, or brings it back, at the photo's full size. The rim is placed by color: where the photo
 * shows the product's color the product stays.
 *
 * @param mask changed in place
 * @param image the photo at the hole's size, sRGB 0 to 1
 * @param pixels reads a box of the photo at full size
 * @returns what the changed tiles held before
 */
export function fillHole(
	mask: Mask,
	hole: Hole,
	image: Planes,
	pixels: (box: Box) => Raster
): Patch {
	const { region, restores } = hole;
	const inside = new Float32Array(region);
	const soft = boxBlur(restores ? localExtreme(inside, hole, OVERLAP, 1) : inside, hole, 1);
	const outside = inside.map((value) => 1 - value);
	const backdrop = restores ? image : weightedMean(image, inside, hole, RIM);
	const product = restores ? image : weightedMean(image, outside, hole, RIM);
	const before: Patch = new Map();
	for (const { index, box } of tilesOf(boxOf(hole, mask), mask)) {
		before.set(index, copyTile(mask, index));
		const seen = restores ? null : pixels(box);
		for (let y = box.top; y < box.bottom; y++) {
			const v = ((y + 0.5) / mask.height) * hole.height - 0.5;
			for (let x = box.left; x < box.right; x++) {
				const u = ((x + 0.5) / mask.width) * hole.width - 0.5;
				let share = sampleAt(soft, hole, u, v);
				if (share <= 0) continue;
				const at = y * mask.width + x;
				if (restores) {
					mask.alpha[at] = Math.max(mask.alpha[at]!, Math.round(255 * share));
					continue;
				}
				if (share < 1 && seen) {
					const pixel = ((y - box.top) * seen.width + x - box.left) * 4;
					share = shareByColor(seen.data, pixel, share, { product, backdrop, hole, u, v });
				}
				mask.alpha[at] = Math.min(mask.alpha[at]!, Math.round(255 * (1 - share)));
			}
		}
	}
	return before;
}

/** The hole's share of a rim pixel: its place on the line from the product's color to that of the hole. */
function shareByColor(
	data: Uint8ClampedArray,
	at: number,
	rough: number,
	{
		product,
		backdrop,
		hole,
		u,
		v
	}: { product: Planes; backdrop: Planes; hole: Hole; u: number; v: number }
): number {
	let dot = 0;
	let square = 0;
	for (const c of [0, 1, 2] as const) {
		const from = sampleAt(product[c], hole, u, v);
		const line = sampleAt(backdrop[c], hole, u, v) - from;
		dot += line * (data[at + c]! / 255 - from);
		square += line * line;
	}
	const byMask = Math.min(1, Math.max(0, (rough - 0.5) * 3 + 0.5));
	if (square < SAME_COLOR ** 2) return byMask;
	return Math.min(1, Math.max(0, dot / square));
}

/** The hole's box at the mask's size, with room for its soft rim. */
function boxOf({ region, width, height }: Hole, mask: Mask): Box {
	const box = { left: width, top: height, right: 0, bottom: 0 };
	region.forEach((value, i) => {
		if (!value) return;
		const x = i % width;
		const y = Math.floor(i / width);
		box.left = Math.min(box.left, x);
		box.right = Math.max(box.right, x + 1);
		box.top = Math.min(box.top, y);
		box.bottom = Math.max(box.bottom, y + 1);
	});
	const margin = OVERLAP + 3;
	const across = mask.width / width;
	const down = mask.height / height;
	return {
		left: (box.left - margin) * across,
		top: (box.top - margin) * down,
		right: (box.right + margin) * across,
		bottom: (box.bottom + margin) * down
	};
}
