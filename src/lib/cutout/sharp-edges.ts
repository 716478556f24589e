import { boxBlur, localExtreme } from './blur';
import { pieces } from './flood';
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
/** Edges that cover less than this when a pixel wider on all sides are specks. */
const SPECK = 48;
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
	return withoutSpecks(new Uint8Array(sharp), size);
}

/** Drops what is too short for an outline: grain, and the blocks that compression leaves in dark places. */
export function withoutSpecks(sharp: Uint8Array, size: Size): Uint8Array {
	const thick = new Uint8Array(localExtreme(sharp, size, 1, 1));
	for (const { pixels } of pieces(thick, size)) {
		if (pixels.length < SPECK) for (const i of pixels) sharp[i] = 0;
	}
	return sharp;
}

/** A crease is darker than both sides by this much at least (CIELAB L), and not so dark that it is a thing of its own. */
const CREASE = [0.9, 9] as const;

/**
 * Finds where lightness falls from both sides to a dark line: the line on which a thing stands in its own contact shadow, which
 * need not be an edge if both are equally dark.
 *
 * @param lightness CIELAB L, slightly smoothed
 * @returns 1 at each pixel of a crease
 */
export function darkCreases(lightness: Float32Array, size: Size): Uint8Array {
	const smooth = boxBlur(lightness, size, 1);
	const closed = localExtreme(localExtreme(smooth, size, WINDOW, 1), size, WINDOW, -1);
	return new Uint8Array(
		smooth.map((v, i) => (closed[i]! - v > CREASE[0] && closed[i]! - v < CREASE[1] ? 1 : 0))
	);
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
