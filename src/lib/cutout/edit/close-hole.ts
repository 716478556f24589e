import { tileBox, type Mask } from './mask';
import { copyTile, type Patch } from './swap-patch';

/** How much alpha a change took out. @param before what the changed tiles held before it; the mask holds what came of it */
export function takenOut(mask: Mask, before: Patch): Patch {
	const out: Patch = new Map();
	for (const [index, was] of before) {
		const now = copyTile(mask, index);
		if (typeof was === 'number' && typeof now === 'number') out.set(index, Math.max(0, was - now));
		else
			out.set(
				index,
				pixelsOf(mask, index, now).map((value, i) => Math.max(0, at(was, i) - value))
			);
	}
	return out;
}

/**
 * Gives back what a hole took out, and no more: what the eraser took beside it, or before it, stays out.
 *
 * @param mask changed in place
 * @returns what the changed tiles held before
 */
export function closeHole(mask: Mask, removed: Patch): Patch {
	const before: Patch = new Map();
	for (const [index, share] of removed) {
		if (share === 0) continue;
		before.set(index, copyTile(mask, index));
		const { left, top, right, bottom } = tileBox(index, mask);
		const across = right - left;
		for (let y = top; y < bottom; y++) {
			for (let x = left; x < right; x++) {
				const place = y * mask.width + x;
				const given = at(share, (y - top) * across + x - left);
				mask.alpha[place] = Math.min(255, mask.alpha[place]! + given);
			}
		}
	}
	return before;
}

const at = (tile: Uint8Array | number, i: number) => (typeof tile === 'number' ? tile : tile[i]!);

function pixelsOf(mask: Mask, index: number, tile: Uint8Array | number): Uint8Array {
	if (typeof tile !== 'number') return tile;
	const { left, top, right, bottom } = tileBox(index, mask);
	return new Uint8Array((right - left) * (bottom - top)).fill(tile);
}
