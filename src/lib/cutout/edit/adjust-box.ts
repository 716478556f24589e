import type { Adjustments } from './edits';
import { featherEdge, featherReach } from './feather-edge';
import { clip, tilesOf, type Box, type Mask } from './mask';
import { shiftEdge } from './shift-edge';

type EdgeChange = Pick<Adjustments, 'shift' | 'feather'>;

/** How far a pixel's neighbors change it, pixels. */
export const edgeReach = ({ shift, feather }: EdgeChange) =>
	Math.ceil(Math.abs(shift)) + featherReach(feather);

/**
 * Shifts and feathers the edge within a box of a mask, tile by tile: tiles that are all product or all backdrop, which most
 * are, cost nothing, and memory does not grow with the photo.
 *
 * @returns the pixels of the box (cut at the frame), row by row
 */
export function adjustBox(mask: Mask, wanted: Box, change: EdgeChange): Uint8Array {
	const box = clip(wanted, mask);
	const width = box.right - box.left;
	if (width <= 0 || box.bottom <= box.top) return new Uint8Array(0);
	const out = new Uint8Array(width * (box.bottom - box.top));
	const reach = edgeReach(change);
	if (reach === 0) {
		copy(mask, box, out, box);
		return out;
	}
	for (const tile of tilesOf(box, mask)) {
		const inside = {
			left: Math.max(box.left, tile.box.left),
			top: Math.max(box.top, tile.box.top),
			right: Math.min(box.right, tile.box.right),
			bottom: Math.min(box.bottom, tile.box.bottom)
		};
		const seen = clip(
			{
				left: inside.left - reach,
				top: inside.top - reach,
				right: inside.right + reach,
				bottom: inside.bottom + reach
			},
			mask
		);
		const size = { width: seen.right - seen.left, height: seen.bottom - seen.top };
		let alpha: Uint8Array = new Uint8Array(size.width * size.height);
		copy(mask, seen, alpha, seen);
		const first = alpha[0];
		if (alpha.some((value) => value !== first)) {
			alpha = featherEdge(shiftEdge(alpha, size, change.shift), size, change.feather);
		}
		for (let y = inside.top; y < inside.bottom; y++) {
			const from = (y - seen.top) * size.width + inside.left - seen.left;
			const to = (y - box.top) * width + inside.left - box.left;
			out.set(alpha.subarray(from, from + inside.right - inside.left), to);
		}
	}
	return out;
}

/** Copies a box of the mask into the pixels of a box around it. */
function copy(mask: Mask, box: Box, out: Uint8Array, frame: Box): void {
	const width = frame.right - frame.left;
	for (let y = box.top; y < box.bottom; y++) {
		const row = mask.alpha.subarray(y * mask.width + box.left, y * mask.width + box.right);
		out.set(row, (y - frame.top) * width + box.left - frame.left);
	}
}
