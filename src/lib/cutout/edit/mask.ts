import type { Size } from '../raster';

/** The alpha of a whole photo, 0 to 255, row by row. */
export interface Mask extends Size {
	alpha: Uint8Array;
}

/** A box of pixels; `right` and `bottom` are the first pixels outside. */
export interface Box {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** Side of the tiles in which changes are kept and edges are treated, pixels. */
export const TILE = 256;

/** The part of a box within a picture. */
export function clip({ left, top, right, bottom }: Box, { width, height }: Size): Box {
	return {
		left: Math.max(0, Math.floor(left)),
		top: Math.max(0, Math.floor(top)),
		right: Math.min(width, Math.ceil(right)),
		bottom: Math.min(height, Math.ceil(bottom))
	};
}

export function isEmpty({ left, top, right, bottom }: Box): boolean {
	return right <= left || bottom <= top;
}

/** The smallest box around both; null stands for none. */
export function around(a: Box | null, b: Box): Box {
	if (!a || isEmpty(a)) return b;
	if (isEmpty(b)) return a;
	return {
		left: Math.min(a.left, b.left),
		top: Math.min(a.top, b.top),
		right: Math.max(a.right, b.right),
		bottom: Math.max(a.bottom, b.bottom)
	};
}

/** The tiles that a box touches, each with its number and its own box. */
export function tilesOf(box: Box, size: Size): { index: number; box: Box }[] {
	const { left, top, right, bottom } = clip(box, size);
	const columns = Math.ceil(size.width / TILE);
	const tiles: { index: number; box: Box }[] = [];
	for (let row = Math.floor(top / TILE); row * TILE < bottom; row++) {
		for (let column = Math.floor(left / TILE); column * TILE < right; column++) {
			tiles.push({ index: row * columns + column, box: tileBox(row * columns + column, size) });
		}
	}
	return tiles;
}

export function tileBox(index: number, size: Size): Box {
	const columns = Math.ceil(size.width / TILE);
	const left = (index % columns) * TILE;
	const top = Math.floor(index / columns) * TILE;
	return clip({ left, top, right: left + TILE, bottom: top + TILE }, size);
}

/** The alpha at a place of the photo; that of the nearest pixel outside of it. */
export function alphaAt({ alpha, width, height }: Mask, x: number, y: number): number {
	const column = Math.min(width - 1, Math.max(0, Math.floor(x)));
	const line = Math.min(height - 1, Math.max(0, Math.floor(y)));
	return alpha[line * width + column] ?? 0;
}
