import { boxBlur } from './blur';
import { toUnit, type LocalColors } from './estimate-foreground';
import type { Planes, Raster, Size } from './raster';

/** Radius in which sure product and sure backdrop are looked for, pixels; and the radius when there is none so near. */
const NEAR = 3;
const FAR = 10;
/** Weight of the far mean against the near one. */
const FAR_WEIGHT = 0.01;
/** Between these distances (sRGB, 0 to 1.7) the two colors become reliable enough to tell the mix. */
const SAME_COLOR = 0.05;
const OTHER_COLOR = 0.16;

/**
 * Finds how transparent edge pixels are: a pixel in the band between sure product and sure backdrop is placed on the line
 * from the backdrop's color to the product's (the alpha equation of Porter & Duff solved for alpha, as closed-form matting
 * does). Where both colors are alike, the mask's own soft edge stays.
 *
 * @param rough 0 to 1: 0 and 1 are sure, 0.5 is the edge; from `roughAlpha` or a network
 * @returns alpha 0 to 1
 */
export function refineAlpha(picture: Raster, rough: Float32Array): Float32Array {
	const { product, backdrop } = sureColors(picture, rough);
	const image = toUnit(picture);
	return rough.map((r, i) => (r <= 0 || r >= 1 ? r : alphaAt(i, r, image, product, backdrop)));
}

/** A hard mask as input for `refineAlpha`: the edge gets a band of two pixels on each side; thin parts stay product. */
export function roughAlpha(product: Uint8Array, size: Size): Float32Array {
	const soft = boxBlur(new Float32Array(product), size, 2);
	return soft.map((s, i) => (product[i] ? Math.max(0.5, s) : Math.min(0.49, s)));
}

/** Alpha of one pixel from its color, held to what the rough mask allows. */
export function alphaAt(
	i: number,
	rough: number,
	image: Planes,
	product: Planes,
	backdrop: Planes
): number {
	let dot = 0;
	let square = 1e-9;
	for (const c of [0, 1, 2] as const) {
		const line = product[c][i]! - backdrop[c][i]!;
		dot += line * (image[c][i]! - backdrop[c][i]!);
		square += line * line;
	}
	return heldAlpha(dot / square, Math.sqrt(square), rough);
}

/** Mixes the alpha told by color with the rough one, by how far apart the two colors are. */
export function heldAlpha(told: number, contrast: number, rough: number): number {
	const low = unit((rough - 0.55) / 0.4);
	const high = unit(rough * 2);
	// The last few percent of a mix are noise of the estimate.
	const stretched = (told - 0.04) / 0.92;
	const byColor = Math.min(high, Math.max(low, stretched));
	const byMask = unit((rough - 0.2) / 0.6);
	const trust = unit((contrast - SAME_COLOR) / (OTHER_COLOR - SAME_COLOR));
	return unit(trust * byColor + (1 - trust) * byMask);
}

function sureColors(picture: Raster, rough: Float32Array): LocalColors {
	const image = toUnit(picture);
	const sureBackdrop = rough.map((r) => (r <= 0 ? 1 : r < 0.3 ? 0.02 : 0));
	const backdrop = mixedMean(image, sureBackdrop, picture);
	// Parts thinner than the band have no sure pixel: there, the pixel least like the backdrop tells the color.
	const sureProduct = rough.map((r, i) => {
		if (r >= 1) return 1;
		if (r < 0.5) return 0;
		let square = 0;
		for (const c of [0, 1, 2] as const) square += (image[c][i]! - backdrop[c][i]!) ** 2;
		return 0.05 * square * square;
	});
	return { product: mixedMean(image, sureProduct, picture), backdrop };
}

function mixedMean(planes: Planes, weight: Float32Array, size: Size): Planes {
	const nearTotal = boxBlur(weight, size, NEAR);
	const farTotal = boxBlur(weight, size, FAR);
	return planes.map((plane) => {
		const weighted = plane.map((v, i) => v * weight[i]!);
		const near = boxBlur(weighted, size, NEAR);
		const far = boxBlur(weighted, size, FAR);
		return near.map((sum, i) => {
			const total = nearTotal[i]! + FAR_WEIGHT * farTotal[i]!;
			return total > 1e-9 ? (sum + FAR_WEIGHT * far[i]!) / total : plane[i]!;
		});
	}) as Planes;
}

function unit(v: number): number {
	return v < 0 ? 0 : v > 1 ? 1 : v;
}
