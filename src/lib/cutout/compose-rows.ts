import { cleanColor } from './estimate-foreground';
import type { Box, Planes, Raster, Size } from './raster';
import { heldAlpha } from './refine-alpha';
import { cubicRow, sampleAt } from './resample';

/** A mask at working size, with both colors around its edges. */
export interface SoftMask extends Size {
	/** 0 to 1. */
	alpha: Float32Array;
	/** Colors of product and backdrop near the mask's edges, sRGB 0 to 1; elsewhere 0. */
	product: Planes;
	backdrop: Planes;
	/** How well the two colors tell the mix there, 0 to 1. */
	trust: Float32Array;
	/** The part of the photo it is of, outside of which nothing is product. Absent: the whole. */
	place?: Box;
}

/** sRGB, 0 to 1. */
type Color = [number, number, number];

/** What the rows say about the whole cut-out. */
export interface Extent {
	/** Sum of alpha, pixels. */
	area: number;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** The extent before any row was seen. */
export const NOTHING: Extent = { area: 0, left: Infinity, top: Infinity, right: -1, bottom: -1 };

/** Alpha from which a pixel counts for the product's box, 0 to 255. */
const VISIBLE = 26;
/** A photo that is larger than the mask by more than this gets its edges placed by its own pixels. */
const LARGER = 1.1;

/**
 * Applies a mask to some rows of the photo at its full size, in place: cubic interpolation of the mask, edges sharpened by
 * color where the photo is larger than the mask, edge colors cleaned of the backdrop.
 * Working by rows keeps 50 megapixels within memory.
 *
 * @param rows RGBA rows of the photo, the first of which is row `top`; become the cut-out with straight alpha
 * @param full the photo's size
 * @returns the extent, grown by these rows
 */
export function composeRows(
	rows: Raster,
	top: number,
	full: Size,
	mask: SoftMask,
	extent: Extent
): Extent {
	const { width, data } = rows;
	const grown = { ...extent };
	const alphas = new Float32Array(width);
	const product: Color = [0, 0, 0];
	const backdrop: Color = [0, 0, 0];
	const place = mask.place ?? { x: 0, y: 0, ...full };
	const within = alphas.subarray(place.x, place.x + place.width);
	const larger = place.width / mask.width;
	for (let y = 0; y < rows.height; y++) {
		const line = top + y - place.y;
		const v = ((line + 0.5) / place.height) * mask.height - 0.5;
		if (line >= 0 && line < place.height) cubicRow(mask.alpha, mask, v, within);
		else within.fill(0);
		let sum = 0;
		let first = -1;
		let last = -1;
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			let alpha = alphas[x]!;
			if (alpha === 0) {
				data[at + 3] = 0;
				continue;
			}
			if (alpha < 1) {
				const u = ((x - place.x + 0.5) / place.width) * mask.width - 0.5;
				for (const c of [0, 1, 2] as const) {
					product[c] = sampleAt(mask.product[c], mask, u, v);
					backdrop[c] = sampleAt(mask.backdrop[c], mask, u, v);
				}
				if (larger > LARGER) {
					const trust = sampleAt(mask.trust, mask, u, v);
					const told = mixOf(data, at, product, backdrop);
					alpha = heldAlpha(told, trust, alpha, 1 + larger, alpha);
				}
				for (const c of [0, 1, 2] as const) {
					data[at + c] = 255 * cleanColor(data[at + c]! / 255, product[c], backdrop[c], alpha);
				}
				// A photo's own transparency stays.
				data[at + 3] = Math.round(alpha * data[at + 3]!);
			}
			const out = data[at + 3]!;
			sum += out;
			if (out < VISIBLE) continue;
			if (first < 0) first = x;
			last = x;
		}
		grown.area += sum / 255;
		if (first < 0) continue;
		grown.left = Math.min(grown.left, first);
		grown.right = Math.max(grown.right, last);
		grown.top = Math.min(grown.top, top + y);
		grown.bottom = Math.max(grown.bottom, top + y);
	}
	return grown;
}

/** Where on the line from the backdrop's color (0) to the product's (1) a pixel of the photo is. */
function mixOf(data: Uint8ClampedArray, at: number, product: Color, backdrop: Color): number {
	let dot = 0;
	let square = 1e-9;
	for (const c of [0, 1, 2] as const) {
		const line = product[c] - backdrop[c];
		dot += line * (data[at + c]! / 255 - backdrop[c]);
		square += line * line;
	}
	return dot / square;
}
