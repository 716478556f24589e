import type { EncodeOptions, ImageEncoder, OpenImage } from './image-encoder';
import type { Pixels } from './pixels';

/** WebP's quality that loses nothing. */
const LOSSLESS = 1;
/** What is tried beside the quality asked for. */
const AROUND = [-0.04, -0.02, 0.02, 0.04, 0.05, 0.06];
/** A neighbor must leave less than this share of the squared error: 1 dB. */
const WORTH = 0.8;
/** More than WebP has places for in a palette are of a photo or a painting: there no quality beats its neighbors. */
const MOST_COLORS = 256;
/** Qualities are compared on a sheet of so many pieces a side, of so many pixels a side: a few milliseconds each. */
const PIECES = 4;
const PIECE = 64;
/** Pieces begin where WebP's blocks do. */
const BLOCK = 16;

/**
 * Finds a quality that is truer than the one asked for and weighs no more. On photos there is none; flat patterns (checks,
 * weaves, labels) are often lightest without any loss, and else WebP's error jumps up and down by 10 dB from one
 * quality to the next, since its blocks are foretold from their neighbors, which works out or does not.
 *
 * @returns 1, a quality near the one asked for, or that one where none is better on a sample of the image.
 */
export async function pickQuality(
	image: OpenImage,
	options: EncodeOptions,
	encoder: ImageEncoder
): Promise<number> {
	const sample = sampleOf(await image.pixels(options.max_size));
	if (countColors(sample) > MOST_COLORS) return options.quality;
	const open = encoder.from(sample);
	const measure = async (quality: number) => {
		const { bytes, content_type } = await open.encode({ ...options, quality });
		const made = await encoder.open(bytes, { content_type, keep_alpha: false });
		const error = squaredError(sample, await made.pixels(options.max_size));
		made.close();
		return { quality, bytes: bytes.byteLength, error };
	};
	const asked = await measure(options.quality);
	const exact = await measure(LOSSLESS);
	const without_loss = exact.bytes <= asked.bytes;
	let best = without_loss ? exact : { ...asked, error: asked.error * WORTH };
	for (const step of without_loss ? [] : AROUND) {
		const quality = options.quality + step;
		if (quality <= 0 || quality >= 1) continue;
		const tried = await measure(quality);
		if (tried.bytes <= asked.bytes && tried.error < best.error) best = tried;
	}
	open.close();
	return best.quality;
}

function countColors({ data }: Pixels): number {
	return new Set(new Uint32Array(data.buffer, data.byteOffset, data.length / 4)).size;
}

/** Pieces from all over an image, side by side; a small image itself. */
function sampleOf(image: Pixels): Pixels {
	const side = PIECES * PIECE;
	const { width, height, data } = image;
	if (width * height <= side * side || Math.min(width, height) < PIECE) return image;
	const sample = new Uint8ClampedArray(side * side * 4);
	const begin = (piece: number, length: number) =>
		Math.floor(((piece / (PIECES - 1)) * (length - PIECE)) / BLOCK) * BLOCK;
	for (let y = 0; y < side; y++) {
		const from_y = begin(Math.floor(y / PIECE), height) + (y % PIECE);
		for (let piece = 0; piece < PIECES; piece++) {
			const from = (from_y * width + begin(piece, width)) * 4;
			sample.set(data.subarray(from, from + PIECE * 4), (y * side + piece * PIECE) * 4);
		}
	}
	return { width: side, height: side, data: sample };
}

/** Over the colors of two images of one size. */
function squaredError(one: Pixels, other: Pixels): number {
	let sum = 0;
	for (let i = 0; i < one.data.length; i += 4) {
		for (let c = i; c < i + 3; c++) sum += (one.data[c]! - other.data[c]!) ** 2;
	}
	return sum;
}
