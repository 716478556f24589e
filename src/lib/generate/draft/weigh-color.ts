import { opaqueArea, sumAlpha } from './alpha';

/** Opacity from which a pixel is the product's alone. */
const OPAQUE = 250;
/** Width of the edge whose colors are not trusted, as a share of the longer side, at least 2 pixels: they mix there. */
const EDGE_SHARE = 1 / 350;
/** Weights of what is used only where nothing better is near: along the edge, of thin parts' edges, of soft pixels. */
const NEAR_EDGE = 0.0005;
const THIN_EDGE = 0.05;
const SOFT_EDGE = 0.000001;

/**
 * How far each pixel's color is the product's own, 0 to 1: 1 inside and in thin parts, little along the edge,
 * nothing where the cut-out is transparent.
 *
 * @param pixels RGBA with straight alpha
 */
export function weighColor(pixels: Uint8ClampedArray, width: number, height: number): Float32Array {
	const count = width * height;
	const solid = new Uint8Array(count);
	for (let i = 0; i < count; i++) solid[i] = pixels[4 * i + 3]! >= OPAQUE ? 255 : 0;
	const edge = Math.max(2, Math.round(Math.max(width, height) * EDGE_SHARE));
	const inner = erode(solid, width, height, edge);
	const rim = erode(solid, width, height, 1);
	// Where nothing inner is near, the part is thin and its own colors are the best there are.
	const summed = sumAlpha({ width, height, data: inner });
	const weights = new Float32Array(count);
	for (let y = 0, i = 0; y < height; y++) {
		for (let x = 0; x < width; x++, i++) {
			if (inner[i]) weights[i] = 1;
			else if (solid[i]) {
				const reach = edge + 2;
				const thin = opaqueArea(summed, x - reach, y - reach, x + reach + 1, y + reach + 1) === 0;
				weights[i] = !thin ? NEAR_EDGE : rim[i] ? 1 : THIN_EDGE;
			} else weights[i] = (pixels[4 * i + 3]! / 255) ** 2 * SOFT_EDGE;
		}
	}
	return weights;
}

/** Keeps the pixels all of whose neighbors within a radius are set; beyond the image counts as unset. */
function erode(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
	const summed = sumAlpha({ width, height, data: mask });
	const whole = (2 * radius + 1) ** 2 - 0.5;
	const result = new Uint8Array(mask.length);
	for (let y = 0, i = 0; y < height; y++) {
		for (let x = 0; x < width; x++, i++) {
			if (!mask[i]) continue;
			const area = opaqueArea(summed, x - radius, y - radius, x + radius + 1, y + radius + 1);
			if (area > whole) result[i] = 255;
		}
	}
	return result;
}
