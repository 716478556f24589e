import { boxBlur, localExtreme } from '../blur';
import { cleanColor, estimateForeground, toUnit, weightedMean } from '../estimate-foreground';
import type { LocalColors } from '../estimate-foreground';
import type { Planes, Raster, Size } from '../raster';
import { sampleAt } from '../resample';

/** What the colors near a mask's edge are made of, at a small size: they are smooth. sRGB, 0 to 1. */
export interface EdgeColors extends LocalColors, Size {
	/** 1 well inside the product, 0 from its edge on outwards. */
	certain: Float32Array;
	/** The product's color as seen well inside of it. */
	inner: Planes;
}

/** How far inside counts as "well inside", and over what radius its color is averaged, pixels of the small size. */
const MARGIN = 1;
const RADIUS = 6;

/** @param alpha of the picture's size, 0 to 1 */
export function estimateEdgeColors(picture: Raster, alpha: Float32Array): EdgeColors {
	const { width, height } = picture;
	const solid = alpha.map((value) => (value > 0.98 ? 1 : 0));
	const certain = boxBlur(localExtreme(solid, picture, MARGIN, -1), picture, MARGIN);
	return {
		width,
		height,
		...estimateForeground(picture, alpha),
		certain,
		inner: weightedMean(toUnit(picture), certain, picture, RADIUS)
	};
}

/**
 * Writes the color that a pixel has in the cut-out over the color it has in the photo: soft pixels lose the backdrop's
 * share as in the automatic cut-out; `halo` further pulls the rim towards the color well inside.
 *
 * @param data RGBA; the pixel at `at` is changed, its alpha is not
 * @param alpha of the pixel, 0 to 1
 * @param u place in the small size, its pixels
 * @param halo 0 to 1
 */
export function cleanEdgePixel(
	data: Uint8ClampedArray,
	at: number,
	alpha: number,
	colors: EdgeColors,
	u: number,
	v: number,
	halo: number
): void {
	const pull = halo > 0 ? halo * (1 - sampleAt(colors.certain, colors, u, v)) : 0;
	if (alpha >= 1 && pull < 0.004) return;
	for (const c of [0, 1, 2] as const) {
		let color = data[at + c]! / 255;
		if (alpha < 1) {
			const product = sampleAt(colors.product[c], colors, u, v);
			const backdrop = sampleAt(colors.backdrop[c], colors, u, v);
			color = cleanColor(color, product, backdrop, alpha);
		}
		if (pull > 0) color += pull * (sampleAt(colors.inner[c], colors, u, v) - color);
		data[at + c] = 255 * color;
	}
}
