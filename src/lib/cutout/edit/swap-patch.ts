import { around, tileBox, tilesOf, type Box, type Mask } from './mask';
import type { Size } from '../raster';

/** What some tiles of a mask hold: by the tile's number its pixels row by row, or the one value that all of them have. */
export type Patch = Map<number, Uint8Array | number>;

/** Copies a tile. Most tiles are all product or all backdrop, so that one number says it. */
export function copyTile({ alpha, width, height }: Mask, index: number): Uint8Array | number {
	const { left, top, right, bottom } = tileBox(index, { width, height });
	const across = right - left;
	const pixels = new Uint8Array(across * (bottom - top));
	for (let y = top; y < bottom; y++) {
		pixels.set(alpha.subarray(y * width + left, y * width + right), (y - top) * across);
	}
	const first = pixels[0] ?? 0;
	return pixels.every((value) => value === first) ? first : pixels;
}

/**
 * Puts a patch into the mask and keeps in the patch, in place, what was there: the same call undoes and redoes a change
 * exactly.
 *
 * @returns the box that changed, null for an empty patch
 */
export function swapPatch(mask: Mask, patch: Patch): Box | null {
	let changed: Box | null = null;
	for (const [index, pixels] of patch) {
		patch.set(index, copyTile(mask, index));
		const box = tileBox(index, mask);
		const across = box.right - box.left;
		for (let y = box.top; y < box.bottom; y++) {
			const start = y * mask.width + box.left;
			if (typeof pixels === 'number') mask.alpha.fill(pixels, start, start + across);
			else {
				const row = (y - box.top) * across;
				mask.alpha.set(pixels.subarray(row, row + across), start);
			}
		}
		changed = around(changed, box);
	}
	return changed;
}

/** Memory a patch takes, bytes, roughly. */
export function patchBytes(patch: Patch): number {
	let bytes = 0;
	for (const pixels of patch.values()) bytes += typeof pixels === 'number' ? 8 : pixels.length;
	return bytes;
}

/** What a patch holds for a place of the photo; 0 where it holds nothing. */
export function patchValue(patch: Patch, size: Size, x: number, y: number): number {
	const left = Math.min(size.width - 1, Math.max(0, Math.floor(x)));
	const top = Math.min(size.height - 1, Math.max(0, Math.floor(y)));
	const [tile] = tilesOf({ left, top, right: left + 1, bottom: top + 1 }, size);
	const held = tile && patch.get(tile.index);
	if (!tile || held === undefined) return 0;
	if (typeof held === 'number') return held;
	return held[(top - tile.box.top) * (tile.box.right - tile.box.left) + left - tile.box.left] ?? 0;
}
