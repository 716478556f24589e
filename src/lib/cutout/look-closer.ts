/** A network sees the whole photo at its own few pixels. Where the product fills little of it, a second look at the product alone has more of them. */
import { boxBlur } from './blur';
import type { Segmentation } from './engine';
import type { Box, Size } from './raster';
import { sampleAt } from './resample';
import { boxOf } from './tiles';

/** What the first look sees at least this much of belongs to the product's box. */
const SEEN = 0.1;
/** Room left around the box, share of its longer side: networks were trained on products with a backdrop around. */
const MARGIN = 0.08;
/** A second look pays from so many times the pixels per side on. */
const LEAST_GAIN = 1.35;
/** Both looks are compared as blurred as this, pixels of the first: edges may be off by one or two of them. */
const BLUR = 3;
/** Where they differ by less the second counts, by more the first. */
const ALIKE = 0.25;
const OTHER = 0.5;

/**
 * The part of the photo that is worth a second look: the product's box with some room around.
 *
 * @param alpha of the whole photo, 0 to 1
 * @param size of `alpha`
 * @param full the photo's size
 * @param side of the network's square input, pixels
 * @returns null where the product fills the photo, or where the photo has no more pixels than the network saw
 */
export function closerBox(alpha: Float32Array, size: Size, full: Size, side: number): Box | null {
	const seen = boxOf(alpha, size, SEEN);
	if (!seen) return null;
	const across = full.width / size.width;
	const down = full.height / size.height;
	const room = MARGIN * Math.max(seen.width * across, seen.height * down);
	const x = Math.max(0, Math.floor(seen.x * across - room));
	const y = Math.max(0, Math.floor(seen.y * down - room));
	const box = {
		x,
		y,
		width: Math.min(full.width, Math.ceil((seen.x + seen.width) * across + room)) - x,
		height: Math.min(full.height, Math.ceil((seen.y + seen.height) * down + room)) - y
	};
	// The picture is stretched to the network's square, so each side gains by itself.
	const nearer = Math.sqrt((full.width * full.height) / (box.width * box.height));
	const pixels = Math.sqrt(full.width * full.height) / side;
	return Math.min(nearer, pixels) < LEAST_GAIN ? null : box;
}

/**
 * What both looks say of the part of the photo that was looked at twice. The second tells finer edges; where it says
 * otherwise than the first even when blurred, the first counts: seen by itself, a ring has been taken for a plate.
 *
 * @param side of the network's square input, pixels
 * @returns alpha of the second's size
 */
export function mergeLooks(
	first: Segmentation,
	second: Segmentation,
	box: Box,
	full: Size,
	side: number
): Float32Array {
	const { width, height } = second;
	const seen = new Float32Array(width * height);
	for (let y = 0; y < height; y++) {
		const v = ((box.y + ((y + 0.5) * box.height) / height) * first.height) / full.height - 0.5;
		for (let x = 0; x < width; x++) {
			const u = ((box.x + ((x + 0.5) * box.width) / width) * first.width) / full.width - 0.5;
			seen[y * width + x] = sampleAt(first.alpha, first, u, v);
		}
	}
	const pixel = (Math.max(full.width, full.height) / side) * (width / box.width);
	const radius = Math.max(1, Math.round(BLUR * pixel));
	const before = boxBlur(seen, second, radius);
	const after = boxBlur(second.alpha, second, radius);
	return second.alpha.map((alpha, i) => {
		// Where the first was not sure, another answer is no contradiction.
		const unsure = Math.min(seen[i]!, 1 - seen[i]!);
		const apart = Math.abs(after[i]! - before[i]!) - unsure;
		const trust = Math.min(1, Math.max(0, (OTHER - apart) / (OTHER - ALIKE)));
		return trust * alpha + (1 - trust) * seen[i]!;
	});
}

/** The alpha of a part of a photo as one of the whole photo, at `size`; outside it is 0. */
export function alphaInFrame(
	{ alpha, ...part }: Pick<Segmentation, 'alpha' | 'width' | 'height'>,
	box: Box,
	full: Size,
	size: Size
): Float32Array {
	const whole = new Float32Array(size.width * size.height);
	for (let y = 0; y < size.height; y++) {
		const v = (((y + 0.5) * full.height) / size.height - box.y) * (part.height / box.height) - 0.5;
		if (v < 0 || v > part.height - 1) continue;
		for (let x = 0; x < size.width; x++) {
			const u = (((x + 0.5) * full.width) / size.width - box.x) * (part.width / box.width) - 0.5;
			if (u >= 0 && u <= part.width - 1) whole[y * size.width + x] = sampleAt(alpha, part, u, v);
		}
	}
	return whole;
}
