import { boxBlur, localExtreme } from './blur';
import { slopes } from './grow-field';
import type { Size } from './raster';

/**
 * A ramp is told from an edge by its sharpness: slope times window width over the range of lightness in the window. An even
 * ramp across the window has 1, a step as sharp as a lens draws it 3 and more, whatever its height.
 */
const SHARP = 1.9;
/** Radius of that window, pixels. */
export const WINDOW = 5;
/** Faintest edge, CIELAB per pixel; in a noisy picture, this many times the median slope along the border. */
const FAINT_SLOPE = 0.4;
const FAINT_FACTOR = 5;
/** Share of the frame's side that counts as border here. */
const BORDER = 0.03;

/**
 * Finds sharp steps in lightness, be they ever so faint: outlines, but not the penumbra of a shadow, a gradient or noise.
 *
 * @param lightness CIELAB L, slightly smoothed
 * @returns 1 at each edge pixel
 */
export function sharpEdges(lightness: Float32Array, size: Size): Uint8Array {
	const smooth = boxBlur(lightness, size, 1);
	const slope = slopes([smooth], size);
	const faint = Math.max(FAINT_SLOPE, FAINT_FACTOR * medianAtBorder(slope, size));
	const high = localExtreme(smooth, size, WINDOW, 1);
	const low = localExtreme(smooth, size, WINDOW, -1);
	const sharp = slope.map((s, i) =>
		s > faint && (s * 2 * WINDOW) / (high[i]! - low[i]! + 1e-3) > SHARP ? 1 : 0
	);
	return new Uint8Array(sharp);
}

function medianAtBorder(slope: Float32Array, { width, height }: Size): number {
	const border = Math.ceil(BORDER * Math.max(width, height));
	const values = new Float32Array(slope.length);
	let count = 0;
	for (let y = 0; y < height; y++) {
		const inner = Math.min(y, height - 1 - y) >= border;
		for (let x = 0; x < width; x++) {
			if (inner && x === border) x = Math.max(border, width - border);
			values[count++] = slope[y * width + x]!;
		}
	}
	return values.subarray(0, count).sort()[count >> 1] ?? 0;
}
