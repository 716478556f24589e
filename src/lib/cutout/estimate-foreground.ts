import { boxBlur } from './blur';
import type { Planes, Raster, Size } from './raster';

/** Smooth estimates of both colors around each pixel, sRGB 0 to 1. */
export interface LocalColors {
	product: Planes;
	backdrop: Planes;
}

/** Radii of the two passes, pixels. The paper's 90 and 6 smear more than they clean on product edges. */
const RADII = [12, 4] as const;

/**
 * Estimates the product's and the backdrop's color near each pixel of a soft mask by blur-fusion: two blurred, alpha-weighted
 * means, the second of them over colors already corrected by the first.
 * Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021, https://doi.org/10.1109/ICIP42928.2021.9506164
 *
 * @param alpha 0 to 1, of the picture's size
 */
export function estimateForeground(picture: Raster, alpha: Float32Array): LocalColors {
	const image = toUnit(picture);
	let colors: LocalColors = { product: image, backdrop: image };
	RADII.forEach((radius, pass) => {
		const product = weightedMean(colors.product, alpha, picture, radius);
		const rest = alpha.map((a) => 1 - a);
		const backdrop = weightedMean(colors.backdrop, rest, picture, radius);
		colors = { product, backdrop };
		if (pass === RADII.length - 1) return;
		colors = {
			product: correct(image, product, backdrop, alpha),
			backdrop
		};
	});
	return colors;
}

/** The product's own color at one pixel (equation 7 of the paper): the estimate plus what it leaves unexplained. */
export function cleanColor(seen: number, product: number, backdrop: number, alpha: number): number {
	const clean = product + alpha * (seen - alpha * product - (1 - alpha) * backdrop);
	return Math.min(1, Math.max(0, clean));
}

/** sRGB planes, 0 to 1. */
export function toUnit({ data, width, height }: Raster): Planes {
	const n = width * height;
	const planes: Planes = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
	for (let c = 0; c < 3; c++) {
		const plane = planes[c as 0 | 1 | 2];
		for (let i = 0; i < n; i++) plane[i] = data[i * 4 + c]! / 255;
	}
	return planes;
}

function correct(image: Planes, product: Planes, backdrop: Planes, alpha: Float32Array): Planes {
	return image.map((plane, c) =>
		plane.map((seen, i) =>
			cleanColor(seen, product[c as 0 | 1 | 2][i]!, backdrop[c as 0 | 1 | 2][i]!, alpha[i]!)
		)
	) as Planes;
}

/** Mean of each plane over a box, weighted. Where no weight is near, the plane itself. */
export function weightedMean(
	planes: Planes,
	weight: Float32Array,
	size: Size,
	radius: number
): Planes {
	const total = boxBlur(weight, size, radius);
	return planes.map((plane) => {
		const sum = boxBlur(
			plane.map((v, i) => v * weight[i]!),
			size,
			radius
		);
		return sum.map((s, i) => (total[i]! > 1e-4 ? s / total[i]! : plane[i]!));
	}) as Planes;
}
