import { boxBlur } from '../../src/lib/cutout/blur';
import type { Segmentation } from '../../src/lib/cutout/engine';
import type { Box, Raster, Size } from '../../src/lib/cutout/raster';
import { resizeMask, sampleAt, shrink } from '../../src/lib/cutout/resample';
import { seededRandom } from '../../tests/fixtures/images';
import { noiseField } from './noise-field';

/** How far a network's outlines wander, pixels of its own. */
const WANDER = 0.8;
/** Smooth noise on its values, where it is not sure. */
const NOISE = 0.12;

/**
 * What a good network would say of a scene whose truth is known: the truth at its resolution, stretched to a square, blurred,
 * with wandering outlines and noise at them. Asked about a part of the photo, it has all its pixels for that.
 *
 * @param truth 0 to 255
 */
export function networkMask(
	truth: Uint8ClampedArray,
	size: Size,
	side: number,
	seed: number
): (picture: Raster, place?: Box) => Promise<Segmentation> {
	const whole = { x: 0, y: 0, ...size };
	return async (picture, place = whole) => ({
		alpha: resizeMask(
			seen(cropped(truth, size, place), place, side, seed),
			{ width: side, height: side },
			picture
		),
		width: picture.width,
		height: picture.height,
		edges: 'given',
		confidence: 1,
		device: 'cpu',
		notes: []
	});
}

function cropped(truth: Uint8ClampedArray, { width }: Size, place: Box): Float32Array {
	const part = new Float32Array(place.width * place.height);
	for (let y = 0; y < place.height; y++) {
		const from = (place.y + y) * width + place.x;
		for (let x = 0; x < place.width; x++) part[y * place.width + x] = truth[from + x]! / 255;
	}
	return part;
}

/** The mask at the network's square. */
function seen(plane: Float32Array, size: Size, side: number, seed: number): Float32Array {
	const random = seededRandom(seed + side);
	const square = { width: side, height: side };
	// Never larger than the truth.
	const least = { width: Math.min(side, size.width), height: Math.min(side, size.height) };
	const small = shrink(plane, size, least);
	const [dx, dy, grain] = [noiseField(random, 14), noiseField(random, 14), noiseField(random, 60)];
	const moved = new Float32Array(side * side);
	for (let i = 0; i < moved.length; i++) {
		const [x, y] = [i % side, Math.floor(i / side)];
		const [u, v] = [x / side, y / side];
		moved[i] = sampleAt(
			small,
			least,
			((x + 0.5 + WANDER * dx(u, v)) * least.width) / side - 0.5,
			((y + 0.5 + WANDER * dy(u, v)) * least.height) / side - 0.5
		);
	}
	return boxBlur(boxBlur(moved, square, 1), square, 1).map((a, i) => {
		const unsure = 4 * a * (1 - a);
		return Math.min(1, Math.max(0, a + NOISE * unsure * grain((i % side) / side, i / side / side)));
	});
}
