/** A rectangle of the texture, as shares of its sides from the top left corner. */
export interface Region {
	x: number;
	y: number;
	width: number;
	height: number;
}

/** The front gets this share of the texture, the guessed back the rest. */
const FRONT_SHARE = 2 / 3;
const SMALLEST = 64;
const JPEG_BLOCK = 16;

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
	// A border within a JPEG block would mix the colors on both sides.
	const share = (pixels: number) =>
		(Math.round((pixels * FRONT_SHARE) / JPEG_BLOCK) * JPEG_BLOCK) / pixels;
	if (frame.width <= frame.height * 1.2) {
		const width = side(frame.width / FRONT_SHARE);
		const split = share(width);
		return {
			width,
			height: side(frame.height),
			front: { x: 0, y: 0, width: split, height: 1 },
			back: { x: split, y: 0, width: 1 - split, height: 1 }
		};
	}
	const height = side(frame.height / FRONT_SHARE);
	const split = share(height);
	return {
		width: side(frame.width),
		height,
		front: { x: 0, y: 0, width: 1, height: split },
		back: { x: 0, y: split, width: 1, height: 1 - split }
	};
}
