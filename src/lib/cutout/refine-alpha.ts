import { boxBlur, localExtreme } from './blur';
import type { SoftMask } from './compose-rows';
import type { Segmentation } from './engine';
import { toUnit } from './estimate-foreground';
import type { Planes, Raster, Size } from './raster';

/** Radius in which sure product and sure backdrop are looked for beyond the band, pixels; and the radius when there is none so near. */
const NEAR = 3;
const FAR = 10;
/** Weight of the far mean against the near one. */
const FAR_WEIGHT = 0.01;
/** Between these distances (sRGB, 0 to 1.7) the two colors become reliable enough to tell the mix; */
const SAME_COLOR = 0.05;
const OTHER_COLOR = 0.16;
/** and between these multiples of what either color varies around. */
const SAME_SPREAD = 0.7;
const OTHER_SPREAD = 2;
/** A network is sure from here on. */
const SURE = 0.94;
/** Glass is less opaque than this, and covers more than this of its surroundings, so many reaches around. */
const OPAQUE = 0.88;
const GLASS = 0.25;
const GLASS_REACH = 3;
/** Where a network's mask varies by less than this within its reach, half-transparent is what it means: glass. */
const LEVEL = 0.45;

/**
 * Finds how transparent edge pixels are: a pixel in the band between sure product and sure backdrop is placed on the line
 * from the backdrop's color to the product's (the alpha equation of Porter & Duff solved for alpha, as closed-form matting
 * does). Where both colors are alike, the mask's own soft edge stays.
 *
 * @param reach how far an edge of the mask may be from the true one, pixels
 * @returns the mask with both colors near each pixel, by which `composeRows` places edges in the photo at its full size
 */
export function refineAlpha(
	picture: Raster,
	{ alpha, edges }: Pick<Segmentation, 'alpha' | 'edges'>,
	reach = 2
): SoftMask {
	const { width, height } = picture;
	const image = toUnit(picture);
	const rough = edges === 'given' ? roughen(alpha, picture, reach) : alpha;
	const wider = edges === 'given' ? reach : 0;
	const colors = sureColors(image, rough, picture, wider);
	if (edges === 'exact') return { width, height, alpha, ...colors };
	const steep = edges === 'given' ? 3 : 2;
	const glass = edges === 'given' ? markGlass(alpha, picture, reach) : null;
	const refined = rough.map((r, i) => {
		if (r <= 0 || r >= 1) return r;
		if (glass?.[i]) return alpha[i]!;
		const told = mixOf(i, image, colors.product, colors.backdrop);
		const plain = edges === 'given' ? alpha[i]! : unit((r - 0.2) / 0.6);
		return heldAlpha(told, colors.trust[i]!, r, steep, plain);
	});
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
function mixOf(i: number, image: Planes, product: Planes, backdrop: Planes): number {
	let dot = 0;
	let square = 1e-9;
	for (const c of [0, 1, 2] as const) {
		const line = product[c][i]! - backdrop[c][i]!;
		dot += line * (image[c][i]! - backdrop[c][i]!);
		square += line * line;
	}
	return dot / square;
}

/** A network's mask is soft where it is unsure, and off by some pixels: its edges get a band as wide as that. */
function roughen(alpha: Float32Array, size: Size, reach: number): Float32Array {
	const high = localExtreme(alpha, size, reach, 1);
	const low = localExtreme(alpha, size, reach, -1);
	const mean = boxBlur(alpha, size, reach);
	return alpha.map((a, i) => {
		if (low[i]! > SURE) return 1;
		if (high[i]! < 1 - SURE) return 0;
		return Math.min(0.99, Math.max(0.01, high[i]! - low[i]! < LEVEL ? a : mean[i]!));
	});
}

/** 1 where a network's mask is nowhere near opaque, yet is no hair: color tells nothing of glass. */
function markGlass(alpha: Float32Array, size: Size, reach: number): Uint8Array {
	const high = localExtreme(alpha, size, reach, 1);
	const mean = boxBlur(alpha, size, GLASS_REACH * reach);
	return new Uint8Array(high.map((h, i) => (h < OPAQUE && mean[i]! > GLASS ? 1 : 0)));
}

function sureColors(
	image: Planes,
	rough: Float32Array,
	size: Size,
	wider: number
): Pick<SoftMask, 'product' | 'backdrop' | 'trust'> {
	const sureBackdrop = rough.map((r) => (r <= 0 ? 1 : r < 0.3 ? 0.02 : 0));
	const backdrop = mixedMean(image, sureBackdrop, size, wider);
	// Parts thinner than the band have no sure pixel: there, the pixel least like the backdrop tells the color.
	const sureProduct = rough.map((r, i) => {
		if (r >= 1) return 1;
		if (r < 0.5) return 0;
		let square = 0;
		for (const c of [0, 1, 2] as const) square += (image[c][i]! - backdrop.mean[c][i]!) ** 2;
		return 0.05 * square * square;
	});
	const product = mixedMean(image, sureProduct, size, wider);
	const trust = rough.map((r, i) => {
		if (r <= 0 || r >= 1) return 1;
		let square = 0;
		for (const c of [0, 1, 2] as const) square += (product.mean[c][i]! - backdrop.mean[c][i]!) ** 2;
		const contrast = Math.sqrt(square);
		// Beside a plain backdrop, what a color varies around is the product's own shading.
		const spread = Math.sqrt(product.variance[i]! + backdrop.variance[i]!) + 1e-3;
		return (
			unit((contrast - SAME_COLOR) / (OTHER_COLOR - SAME_COLOR)) *
			(wider > 0 ? unit((contrast / spread - SAME_SPREAD) / (OTHER_SPREAD - SAME_SPREAD)) : 1)
		);
	});
	return { product: product.mean, backdrop: backdrop.mean, trust };
}

/** Weighted mean color near each pixel, and how far colors are from it in the square, all channels together. */
function mixedMean(
	planes: Planes,
	weight: Float32Array,
	size: Size,
	wider: number
): { mean: Planes; variance: Float32Array } {
	const blur = (plane: Float32Array) => {
		const near = boxBlur(plane, size, NEAR + wider);
		const far = boxBlur(plane, size, FAR + wider);
		return near.map((v, i) => v + FAR_WEIGHT * far[i]!);
	};
	const total = blur(weight);
	const mean = planes.map((plane) => {
		const sum = blur(plane.map((v, i) => v * weight[i]!));
		return sum.map((s, i) => (total[i]! > 1e-9 ? s / total[i]! : plane[i]!));
	}) as Planes;
	const [r, g, b] = planes;
	const squares = blur(weight.map((w, i) => w * (r[i]! ** 2 + g[i]! ** 2 + b[i]! ** 2)));
	const variance = squares.map((s, i) => {
		if (total[i]! <= 1e-9) return 0;
		return Math.max(0, s / total[i]! - mean[0][i]! ** 2 - mean[1][i]! ** 2 - mean[2][i]! ** 2);
	});
	return { mean, variance };
}

function unit(v: number): number {
	return v < 0 ? 0 : v > 1 ? 1 : v;
}
