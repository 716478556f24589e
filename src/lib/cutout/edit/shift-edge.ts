import type { Size } from '../raster';

/**
 * Grows (positive) or shrinks a mask by a number of pixels: gray dilation or erosion with a disc, which moves a soft edge
 * without making it harder or softer. Fractions mix the two nearest whole radii. What lies outside the frame is ignored, so
 * that nothing is eaten away along it.
 *
 * @param alpha 0 to 255
 * @param pixels any fraction; 0 gives the mask itself
 */
export function shiftEdge(alpha: Uint8Array, size: Size, pixels: number): Uint8Array {
	if (pixels === 0) return alpha;
	if (pixels < 0) return inverted(shiftEdge(inverted(alpha), size, -pixels));
	const whole = Math.floor(pixels);
	const share = pixels - whole;
	const near = whole === 0 ? alpha : dilate(alpha, size, whole);
	if (share === 0) return near;
	const far = dilate(alpha, size, whole + 1);
	return far.map((value, i) => Math.round(near[i]! + share * (value - near[i]!)));
}

const inverted = (alpha: Uint8Array) => alpha.map((value) => 255 - value);

/**
 * Largest value within a disc. The disc is cut into rows; their windows widen by one pixel at a time, each made from the one
 * before, so that the cost grows with the radius and not with its square.
 */
function dilate(alpha: Uint8Array, size: Size, radius: number): Uint8Array {
	const { width, height } = size;
	const out = new Uint8Array(alpha.length);
	let window = alpha;
	let half = 0;
	for (let dy = radius; dy >= 0; dy--) {
		// A little more than the radius makes small discs round instead of pointed.
		const wanted = Math.floor(Math.sqrt((radius + 0.3) ** 2 - dy * dy));
		for (; half < wanted; half++) window = widen(window, size);
		for (let y = 0; y < height; y++) {
			const source = y * width;
			if (y + dy < height) raise(out, (y + dy) * width, window, source, width);
			if (dy > 0 && y - dy >= 0) raise(out, (y - dy) * width, window, source, width);
		}
	}
	return out;
}

/** Largest of each pixel and its two neighbors in the row. */
function widen(source: Uint8Array, { width, height }: Size): Uint8Array {
	const out = new Uint8Array(source.length);
	for (let y = 0; y < height; y++) {
		const row = y * width;
		for (let x = 0; x < width; x++) {
			let most = source[row + x]!;
			if (x > 0 && source[row + x - 1]! > most) most = source[row + x - 1]!;
			if (x < width - 1 && source[row + x + 1]! > most) most = source[row + x + 1]!;
			out[row + x] = most;
		}
	}
	return out;
}

function raise(out: Uint8Array, at: number, source: Uint8Array, from: number, count: number): void {
	for (let i = 0; i < count; i++) {
		if (source[from + i]! > out[at + i]!) out[at + i] = source[from + i]!;
	}
}
