/** Where the edges of a mask are looked for: tile by tile, for most of a picture is sure. */
import { boxBlur, dilate, localExtreme } from './blur';
import type { Box, Raster, Size } from './raster';
import { FRESH, type Room } from './scratch';
import { crop, paste, tilePlane, tilesOf, withMargin } from './tiles';

/** Edges are placed from colors this far around, pixels: what interpolating the mask reaches. */
const READ = 2;
/** A network is sure from here on. */
const SURE = 0.94;
/** Glass is between these. */
const GLASS = 0.25;
const OPAQUE = 0.88;
/** and deviates by less than this from what is around, 0 to 1. */
const SMOOTH = 0.03;
/** Where a network's mask varies by less than this within its reach, half-transparent is what it means: glass. */
const LEVEL = 0.45;

export interface RoughEdges {
	/** The mask, 0 and 1 where it is sure. */
	rough: Float32Array;
	/** 1 where that is not the same 0 or 1 all around. */
	near: Uint8Array;
	/**
	 * 1 where a network's mask is half-transparent all around and the photo is smooth, and up to the edges of that: color tells
	 * nothing of glass, and beside an opaque part it would tell what is wrong. Thin parts have no such middle, bristles are rough.
	 * Null where there is none.
	 */
	glass: Uint8Array | null;
}

/** A mask that has its edges where they are: only where they are is looked for. */
export function sharpMaskEdges(alpha: Float32Array, size: Size, room: Room = FRESH): RoughEdges {
	const near = room.bytes(alpha.length);
	const part = tilePlane(READ);
	for (const tile of tilesOf(size)) {
		const around = withMargin(tile, READ, size);
		crop(alpha, size, around, part);
		if (isSame(part, around, 0, 1)) continue;
		markNear(part, around);
		paste(part, around, tile, near, size);
	}
	return { rough: alpha, near, glass: null };
}

/**
 * A network's mask is soft where it is unsure, and off by some pixels: its edges get a band as wide as that.
 *
 * @param reach how far an edge may be from the true one, pixels
 */
export function roughenEdges(
	picture: Raster,
	alpha: Float32Array,
	reach: number,
	room: Room = FRESH
): RoughEdges {
	const rough = room.floats(alpha.length);
	const near = room.bytes(alpha.length);
	let middle: Uint8Array | null = null;
	const part = tilePlane(READ + reach);
	const high = tilePlane(READ + reach);
	const low = tilePlane(READ + reach);
	const soft = tilePlane(READ + reach);
	for (const tile of tilesOf(picture)) {
		const around = withMargin(tile, READ + reach, picture);
		crop(alpha, picture, around, part);
		if (isSame(part, around, 1 - SURE, SURE)) {
			if (part[0]! > 0.5) paste(part.fill(1), around, tile, rough, picture);
			continue;
		}
		localExtreme(part, around, reach, 1, high);
		localExtreme(part, around, reach, -1, low);
		boxBlur(part, around, reach, soft);
		let half = false;
		for (let k = 0; k < around.width * around.height; k++) {
			if (low[k]! > SURE) soft[k] = 1;
			else if (high[k]! < 1 - SURE) soft[k] = 0;
			else {
				const told = high[k]! - low[k]! < LEVEL ? part[k]! : soft[k]!;
				soft[k] = Math.min(0.99, Math.max(0.01, told));
			}
			// What follows is about the middle of glass alone.
			part[k] = high[k]! < OPAQUE && low[k]! > GLASS ? 1 : 0;
			half ||= part[k] === 1;
		}
		if (half) {
			middle ??= room.bytes(alpha.length);
			keepSmooth(part, picture, around, reach);
			paste(part, around, tile, middle, picture);
		}
		paste(soft, around, tile, rough, picture);
		markNear(soft, around);
		paste(soft, around, tile, near, picture);
	}
	const glass = middle && dilate(middle, picture, 2 * reach + 1, room);
	return { rough, near, glass };
}

/** True where all values are at most `low`, or all at least `high`. */
function isSame(values: Float32Array, { width, height }: Size, low: number, high: number): boolean {
	const least = values[0]! <= low ? -Infinity : high;
	const most = values[0]! <= low ? low : Infinity;
	for (let k = 0; k < width * height; k++) {
		if (!(values[k]! >= least && values[k]! <= most)) return false;
	}
	return true;
}

/** Some of a mask is more than 0, or less than 1. */
const SOME = 1;
const LESS = 2;

/** A mask becomes 1 where it is not the same 0 or 1 all around, else 0. */
function markNear(mask: Float32Array, { width, height }: Size): void {
	const wide = width + 2 * READ;
	const first = READ * wide + READ;
	const seen = new Uint8Array(wide * (height + 2 * READ));
	const across = new Uint8Array(seen.length);
	for (let y = 0, k = 0; y < height; y++) {
		for (let i = first + y * wide; i < first + y * wide + width; i++, k++) {
			seen[i] = (mask[k]! > 0 ? SOME : 0) | (mask[k]! < 1 ? LESS : 0);
		}
	}
	for (let i = READ; i < seen.length - READ; i++) {
		across[i] = seen[i - 2]! | seen[i - 1]! | seen[i]! | seen[i + 1]! | seen[i + 2]!;
	}
	for (let y = 0, k = 0; y < height; y++) {
		for (let i = first + y * wide; i < first + y * wide + width; i++, k++) {
			const above = across[i - 2 * wide]! | across[i - wide]!;
			const all = above | across[i]! | across[i + wide]! | across[i + 2 * wide]!;
			mask[k] = all === (SOME | LESS) ? 1 : 0;
		}
	}
}

/** Sets to 0 what is rough in the photo. */
function keepSmooth(map: Float32Array, { data, width }: Raster, box: Box, reach: number): void {
	const gray = new Float32Array(box.width * box.height);
	for (let k = 0; k < gray.length; k++) {
		const i = (box.y + Math.floor(k / box.width)) * width + box.x + (k % box.width);
		gray[k] = (data[i * 4]! + data[i * 4 + 1]! + data[i * 4 + 2]!) / 765;
	}
	const mean = boxBlur(gray, box, reach);
	for (let k = 0; k < gray.length; k++) gray[k]! *= gray[k]!;
	const square = boxBlur(gray, box, reach);
	for (let k = 0; k < gray.length; k++) {
		if (square[k]! - mean[k]! ** 2 >= SMOOTH ** 2) map[k] = 0;
	}
}
