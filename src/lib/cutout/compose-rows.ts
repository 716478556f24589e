import { cleanColor, type LocalColors } from './estimate-foreground';
import type { Raster, Size } from './raster';
import { heldAlpha } from './refine-alpha';
import { cubicRow, enlargeRow } from './resample';

/** A mask at working size, with the colors around its edge. */
export interface SoftMask extends Size {
	/** 0 to 1. */
	alpha: Float32Array;
	colors: LocalColors;
}

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
	edges: 'given' | 'colors',
	extent: Extent
): Extent {
	const { width } = rows;
	const grown = { ...extent };
	const alphas = new Float32Array(width);
	const product = [0, 1, 2].map(() => new Float32Array(width));
	const backdrop = [0, 1, 2].map(() => new Float32Array(width));
	const sharpen = edges === 'colors' && full.width > mask.width * 1.1;
	for (let y = 0; y < rows.height; y++) {
		const v = ((top + y + 0.5) * mask.height) / full.height - 0.5;
		cubicRow(mask.alpha, mask, v, alphas);
		if (alphas.some((a) => a > 0 && a < 1)) {
			for (const c of [0, 1, 2] as const) {
				enlargeRow(mask.colors.product[c], mask, v, product[c]!);
				enlargeRow(mask.colors.backdrop[c], mask, v, backdrop[c]!);
			}
		}
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			let alpha = alphas[x]!;
			if (alpha > 0 && alpha < 1) {
				if (sharpen) alpha = byColor(rows.data, at, x, alpha, product, backdrop);
				for (let c = 0; c < 3; c++) {
					const seen = rows.data[at + c]! / 255;
					rows.data[at + c] = 255 * cleanColor(seen, product[c]![x]!, backdrop[c]![x]!, alpha);
				}
			}
			// A photo's own transparency stays.
			const out = Math.round(alpha * rows.data[at + 3]!);
			rows.data[at + 3] = out;
			grown.area += out / 255;
			if (out >= VISIBLE) {
				grown.left = Math.min(grown.left, x);
				grown.right = Math.max(grown.right, x);
				grown.top = Math.min(grown.top, top + y);
				grown.bottom = Math.max(grown.bottom, top + y);
			}
		}
	}
	return grown;
}

function byColor(
	data: Uint8ClampedArray,
	at: number,
	x: number,
	rough: number,
	product: Float32Array[],
	backdrop: Float32Array[]
): number {
	let dot = 0;
	let square = 1e-9;
	for (let c = 0; c < 3; c++) {
		const line = product[c]![x]! - backdrop[c]![x]!;
		dot += line * (data[at + c]! / 255 - backdrop[c]![x]!);
		square += line * line;
	}
	return heldAlpha(dot / square, Math.sqrt(square), rough);
}
