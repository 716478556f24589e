import type { Size } from '../raster';
import type { Mask } from './mask';

/** Where a picture's pixels lie in the photo. */
export interface Sampling extends Size {
	/** The picture's upper left corner, photo pixels. */
	left: number;
	top: number;
	/** Pixels of the picture per photo pixel. */
	scale: number;
}

/**
 * Reads a mask at another scale: the nearest pixel when enlarged, so that every pixel can be told; the mean of four spread
 * over the area when made smaller. Outside the photo it is 0.
 */
export function sampleMask(mask: Mask, { width, height, left, top, scale }: Sampling): Uint8Array {
	const out = new Uint8Array(width * height);
	const spread = scale < 1 ? 0.25 : 0;
	const [x0, x1] = [-spread, spread].map((shift) =>
		Int32Array.from({ length: width }, (_, x) =>
			place(left + (x + 0.5 + shift) / scale, mask.width)
		)
	) as [Int32Array, Int32Array];
	for (let y = 0; y < height; y++) {
		const y0 = place(top + (y + 0.5 - spread) / scale, mask.height);
		const y1 = place(top + (y + 0.5 + spread) / scale, mask.height);
		if (y0 < 0 || y1 < 0) continue;
		const upper = y0 * mask.width;
		const lower = y1 * mask.width;
		for (let x = 0; x < width; x++) {
			const a = x0[x]!;
			const b = x1[x]!;
			if (a < 0 || b < 0) continue;
			out[y * width + x] =
				spread === 0
					? mask.alpha[upper + a]!
					: (mask.alpha[upper + a]! +
							mask.alpha[upper + b]! +
							mask.alpha[lower + a]! +
							mask.alpha[lower + b]! +
							2) >>
						2;
		}
	}
	return out;
}

/** The pixel that holds a place, -1 outside. */
function place(at: number, length: number): number {
	const pixel = Math.floor(at);
	return pixel < 0 || pixel >= length ? -1 : pixel;
}
