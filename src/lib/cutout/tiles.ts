/** Squares of a picture, worked on one by one: what a tile needs fits into a processor's cache, and tiles without edges are left out. */
import type { Box, Size } from './raster';

/** Side of a tile, pixels: the margins of its neighbors' pixels that most work needs (up to 16) are still the smaller part. */
const SIDE = 64;

/** The tiles of a picture, row by row; those on the right and at the bottom may be smaller. */
export function tilesOf({ width, height }: Size): Box[] {
	const tiles: Box[] = [];
	for (let y = 0; y < height; y += SIDE) {
		for (let x = 0; x < width; x += SIDE) {
			tiles.push({
				x,
				y,
				width: Math.min(SIDE, width - x),
				height: Math.min(SIDE, height - y)
			});
		}
	}
	return tiles;
}

/** A box with so many pixels around, within the picture. */
export function withMargin(box: Box, margin: number, { width, height }: Size): Box {
	const x = Math.max(0, box.x - margin);
	const y = Math.max(0, box.y - margin);
	return {
		x,
		y,
		width: Math.min(width, box.x + box.width + margin) - x,
		height: Math.min(height, box.y + box.height + margin) - y
	};
}

/** A plane with room for a tile with its margin, to be used again for each: a new array costs more than the work on it. */
export function tilePlane(margin: number): Float32Array {
	return new Float32Array((SIDE + 2 * margin) ** 2);
}

/** The box of what is at least so much in a plane; null where nothing is. */
export function boxOf(plane: Float32Array, { width, height }: Size, least: number): Box | null {
	let [left, top, right, bottom] = [width, height, -1, -1];
	for (let i = 0; i < plane.length; i++) {
		if (plane[i]! < least) continue;
		const x = i % width;
		bottom = (i - x) / width;
		if (top > bottom) top = bottom;
		if (x < left) left = x;
		if (x > right) right = x;
	}
	return right < 0 ? null : { x: left, y: top, width: right + 1 - left, height: bottom + 1 - top };
}

/** Copies the part of a plane in a box to `out`, a new array unless told. */
export function crop(
	plane: Float32Array,
	{ width }: Size,
	box: Box,
	out: Float32Array = new Float32Array(box.width * box.height)
): Float32Array {
	for (let y = 0; y < box.height; y++) {
		const from = (box.y + y) * width + box.x;
		const to = y * box.width;
		for (let x = 0; x < box.width; x++) out[to + x] = plane[from + x]!;
	}
	return out;
}

/** Copies from what a box holds the part in a smaller one to its place in a plane of the whole. */
export function paste(
	part: Float32Array,
	around: Box,
	box: Box,
	plane: Float32Array | Uint8Array,
	{ width }: Size
): void {
	for (let y = box.y; y < box.y + box.height; y++) {
		const from = (y - around.y) * around.width - around.x;
		for (let x = box.x; x < box.x + box.width; x++) plane[y * width + x] = part[from + x]!;
	}
}
