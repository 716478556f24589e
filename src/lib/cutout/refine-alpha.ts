import { boxBlur } from './blur';
import { colorsNear, type NearColors } from './colors-near';
import type { SoftMask } from './compose-rows';
import type { Segmentation } from './engine';
import type { Raster, Size } from './raster';
import { roughenEdges, sharpMaskEdges } from './rough-edges';
import { FRESH, type Room } from './scratch';

/** Between these distances (sRGB, 0 to 1.7) the two colors become reliable enough to tell the mix; */
const SAME_COLOR = 0.05;
const OTHER_COLOR = 0.16;
/** and between these multiples of what either color varies around. */
const SAME_SPREAD = 0.7;
const OTHER_SPREAD = 2;
/**
 * Finds how transparent edge pixels are: a pixel in the band between sure product and sure backdrop is placed on the line
 * from the backdrop's color to the product's (the alpha equation of Porter & Duff solved for alpha, as closed-form matting
 * does). Where both colors are alike, the mask's own soft edge stays.
 *
 * @param reach how far an edge of the mask may be from the true one, pixels
 * @param room where all planes of the answer lie
 * @returns the mask with both colors near its edges, by which `composeRows` places edges in the photo at its full size
 */
export function refineAlpha(
	picture: Raster,
	{ alpha, edges }: Pick<Segmentation, 'alpha' | 'edges'>,
	reach = 2,
	room: Room = FRESH
): SoftMask {
	const { width, height, data } = picture;
	const given = edges === 'given';
	const { rough, near, glass } = given
		? roughenEdges(picture, alpha, reach, room)
		: sharpMaskEdges(alpha, picture, room);
	const { product, backdrop, trust } = sureColors(picture, rough, near, given ? reach : 0, room);
	const colors = { product: product.mean, backdrop: backdrop.mean, trust };
	if (edges === 'exact') return { width, height, alpha, ...colors };
	const steep = given ? 3 : 2;
	// A given mask has been copied.
	const refined = given ? rough : room.floats(alpha.length);
	for (let i = 0; i < refined.length; i++) {
		const r = rough[i]!;
		refined[i] = r;
		if (r <= 0 || r >= 1) continue;
		if (glass?.[i]) {
			refined[i] = alpha[i]!;
			// Nor does the photo's own color at its full size.
			trust[i] = 0;
			continue;
		}
		const told = mixOf(i, data, product, backdrop);
		const plain = given ? alpha[i]! : unit((r - 0.2) / 0.6);
		refined[i] = heldAlpha(told, trust[i]!, r, steep, plain);
	}
	return { width, height, alpha: refined, ...colors };
}

/** A hard mask as input for `refineAlpha`: the edge gets a band of two pixels on each side; thin parts stay product. */
export function roughAlpha(product: Uint8Array, size: Size): Float32Array {
	const soft = boxBlur(new Float32Array(product), size, 2);
	return soft.map((s, i) => (product[i] ? Math.max(0.5, s) : Math.min(0.49, s)));
}

/**
 * Mixes the alpha told by color with the mask's own, by how far color can be trusted.
 *
 * @param told from `mixOf`
 * @param steep what the mask allows: at most `steep` times its alpha, and as much less opaque
 * @param plain alpha where color tells nothing
 */
export function heldAlpha(
	told: number,
	trust: number,
	rough: number,
	steep: number,
	plain: number
): number {
	const low = unit(1 - (1 - rough) * steep);
	const high = unit(rough * steep);
	// The last few percent of a mix are noise of the estimate.
	const by_color = Math.min(high, Math.max(low, (told - 0.04) / 0.92));
	return unit(trust * by_color + (1 - trust) * plain);
}

/** Where on the line from the backdrop's color (0) to the product's (1) a pixel is. */
function mixOf(
	i: number,
	data: Uint8ClampedArray,
	{ mean: product }: NearColors,
	{ mean: backdrop }: NearColors
): number {
	let dot = 0;
	let square = 1e-9;
	for (const c of [0, 1, 2] as const) {
		const line = product[c][i]! - backdrop[c][i]!;
		dot += line * (data[i * 4 + c]! / 255 - backdrop[c][i]!);
		square += line * line;
	}
	return dot / square;
}

/** Colors of sure product and sure backdrop near edges, and how far they can be trusted to tell the mix. */
function sureColors(
	picture: Raster,
	rough: Float32Array,
	near: Uint8Array,
	wider: number,
	room: Room
): { product: NearColors; backdrop: NearColors; trust: Float32Array } {
	const { data } = picture;
	const ofBackdrop = (i: number) => (rough[i]! <= 0 ? 1 : rough[i]! < 0.3 ? 0.02 : 0);
	const backdrop = colorsNear(picture, ofBackdrop, near, wider, room);
	// Parts thinner than the band have no sure pixel: there, the pixel least like the backdrop tells the color.
	const ofProduct = (i: number) => {
		const r = rough[i]!;
		if (r < 0.5 || r >= 1) return r >= 1 ? 1 : 0;
		let square = 0;
		for (const c of [0, 1, 2] as const) {
			square += (data[i * 4 + c]! / 255 - backdrop.mean[c][i]!) ** 2;
		}
		return 0.05 * square * square;
	};
	const product = colorsNear(picture, ofProduct, near, wider, room);
	// Each takes the place of the variance that it is made of.
	const trust = product.variance;
	for (let i = 0; i < near.length; i++) {
		if (!near[i]) continue;
		if (rough[i]! <= 0 || rough[i]! >= 1) {
			trust[i] = 1;
			continue;
		}
		let square = 0;
		for (const c of [0, 1, 2] as const) square += (product.mean[c][i]! - backdrop.mean[c][i]!) ** 2;
		const contrast = Math.sqrt(square);
		// Beside a plain backdrop, what a color varies around is the product's own shading.
		const spread = Math.sqrt(product.variance[i]! + backdrop.variance[i]!) + 1e-3;
		trust[i] =
			unit((contrast - SAME_COLOR) / (OTHER_COLOR - SAME_COLOR)) *
			(wider > 0 ? unit((contrast / spread - SAME_SPREAD) / (OTHER_SPREAD - SAME_SPREAD)) : 1);
	}
	return { product, backdrop, trust };
}

function unit(v: number): number {
	return v < 0 ? 0 : v > 1 ? 1 : v;
}
