/** One byte of opacity per pixel, rows from the top. */
export interface Alpha {
	width: number;
	height: number;
	data: Uint8Array | Uint8ClampedArray;
}

/**
 * Opacity summed over every rectangle from the top left corner, so that the mean of any box costs four look-ups
 * (F. Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984).
 */
export interface SummedAlpha {
	width: number;
	height: number;
	/** (width + 1) x (height + 1) sums, in units of one full pixel x 255. */
	sums: Uint32Array;
}

/** Sums an alpha image of at most 16 million pixels, beyond which the sums would not fit 32 bits. */
export function sumAlpha({ width, height, data }: Alpha): SummedAlpha {
	if (width * height > 16_000_000) throw new RangeError('alpha image above 16 million pixels');
	const stride = width + 1;
	const sums = new Uint32Array(stride * (height + 1));
	for (let y = 0; y < height; y++) {
		let row = 0;
		for (let x = 0; x < width; x++) {
			row += data[y * width + x]!;
			sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
		}
	}
	return { width, height, sums };
}

/** Opaque area inside a box with fractional corners, in pixels. What lies outside the image is transparent. */
export function opaqueArea(
	alpha: SummedAlpha,
	x0: number,
	y0: number,
	x1: number,
	y1: number
): number {
	return (
		(integral(alpha, x1, y1) -
			integral(alpha, x0, y1) -
			integral(alpha, x1, y0) +
			integral(alpha, x0, y0)) /
		255
	);
}

/** Exact for pixels of constant opacity: the sum grows bilinearly within each. */
function integral({ width, height, sums }: SummedAlpha, x: number, y: number): number {
	const px = Math.min(Math.max(x, 0), width);
	const py = Math.min(Math.max(y, 0), height);
	const column = Math.min(Math.floor(px), width - 1);
	const row = Math.min(Math.floor(py), height - 1);
	const fx = px - column;
	const fy = py - row;
	const at = row * (width + 1) + column;
	const below = at + width + 1;
	const top = sums[at]! * (1 - fx) + sums[at + 1]! * fx;
	const bottom = sums[below]! * (1 - fx) + sums[below + 1]! * fx;
	return top * (1 - fy) + bottom * fy;
}
