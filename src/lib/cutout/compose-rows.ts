import { cleanColor, type LocalColors } from './estimate-foreground';
import type { Raster, Size } from './raster';
import { heldAlpha } from './refine-alpha';
import { cubicRow, sampleAt } from './resample';

/** A mask at working size, with the colors around its edge. */
export interface SoftMask extends Size {
	/** 0 to 1. */
	alpha: Float32Array;
	colors: LocalColors;
	/** Size of the colors, which are smoother than the mask. Default: the mask's. */
	color_size?: Size;
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
	const product: Color = [0, 0, 0];
	const backdrop: Color = [0, 0, 0];
	const { colors, color_size = mask } = mask;
	const sharpen = edges === 'colors' && full.width > mask.width * 1.1;
	for (let y = 0; y < rows.height; y++) {
		const down = (top + y + 0.5) / full.height;
		cubicRow(mask.alpha, mask, down * mask.height - 0.5, alphas);
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			let alpha = alphas[x]!;
			if (alpha === 0) {
				rows.data[at + 3] = 0;
				continue;
			}
			if (alpha < 1) {
				const u = ((x + 0.5) / width) * color_size.width - 0.5;
				const v = down * color_size.height - 0.5;
				for (const c of [0, 1, 2] as const) {
					product[c] = sampleAt(colors.product[c], color_size, u, v);
					backdrop[c] = sampleAt(colors.backdrop[c], color_size, u, v);
				}
				if (sharpen) alpha = byColor(rows.data, at, alpha, product, backdrop);
				for (const c of [0, 1, 2] as const) {
					const seen = rows.data[at + c]! / 255;
					rows.data[at + c] = 255 * cleanColor(seen, product[c], backdrop[c], alpha);
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
	rough: number,
	product: Color,
	backdrop: Color
): number {
	let dot = 0;
	let square = 1e-9;
	for (const c of [0, 1, 2] as const) {
		const line = product[c] - backdrop[c];
		dot += line * (data[at + c]! / 255 - backdrop[c]);
		square += line * line;
	}
	return heldAlpha(dot / square, Math.sqrt(square), rough);
}
