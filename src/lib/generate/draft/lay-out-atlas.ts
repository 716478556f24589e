import type { Region } from './write-draft';

/** The front gets this share of the texture, the guessed back the rest. */
const FRONT_SHARE = 2 / 3;
const SMALLEST = 64;

export interface Atlas {
	/** Pixels, powers of two. */
	width: number;
	height: number;
	front: Region;
	back: Region;
}

/**
 * Places the front and back of a product on one texture, side by side or, for wide products, one above the other.
 * Texels need not be square: each region fills its part.
 *
 * @param frame what each region shows, pixels of the photo
 * @param texture_size longest side allowed, pixels
 */
export function layOutAtlas(frame: { width: number; height: number }, texture_size: number): Atlas {
	const largest = 2 ** Math.floor(Math.log2(Math.max(texture_size, SMALLEST)));
	// The next power of two, unless the one below is nearly enough.
	const side = (pixels: number) =>
		Math.min(Math.max(2 ** Math.ceil(Math.log2(pixels / 1.1)), SMALLEST), largest);
	const rest = 1 - FRONT_SHARE;
	if (frame.width <= frame.height * 1.2) {
		return {
			width: side(frame.width / FRONT_SHARE),
			height: side(frame.height),
			front: { x: 0, y: 0, width: FRONT_SHARE, height: 1 },
			back: { x: FRONT_SHARE, y: 0, width: rest, height: 1 }
		};
	}
	return {
		width: side(frame.width),
		height: side(frame.height / FRONT_SHARE),
		front: { x: 0, y: 0, width: 1, height: FRONT_SHARE },
		back: { x: 0, y: FRONT_SHARE, width: 1, height: rest }
	};
}
