import { boxBlur } from '../../src/lib/cutout/blur';
import type { Segmentation } from '../../src/lib/cutout/engine';
import type { Raster, Size } from '../../src/lib/cutout/raster';
import { resizeMask, sampleAt, shrink } from '../../src/lib/cutout/resample';
import { seededRandom } from '../../tests/fixtures/images';
import { noiseField } from './noise-field';

/** How far a network's outlines wander, pixels of its own. */
const WANDER = 0.8;
/** Smooth noise on its values, where it is not sure. */
const NOISE = 0.12;

/**
 * What a good network would say of a scene whose truth is known: the truth at its resolution, stretched to a square, blurred,
 * with wandering outlines and noise at them.
 *
 * @param truth 0 to 255
 */
export function networkMask(
	truth: Uint8ClampedArray,
	size: Size,
	side: number,
	seed: number
): (picture: Raster) => Promise<Segmentation> {
	const random = seededRandom(seed + side);
	const square = { width: side, height: side };
	const plane = Float32Array.from(truth, (v) => v / 255);
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
	const blurred = boxBlur(boxBlur(moved, square, 1), square, 1).map((a, i) => {
		const unsure = 4 * a * (1 - a);
		return Math.min(1, Math.max(0, a + NOISE * unsure * grain((i % side) / side, i / side / side)));
	});
	return async (picture) => ({
		alpha: resizeMask(blurred, square, picture),
		width: picture.width,
		height: picture.height,
		edges: 'given',
		confidence: 1,
		device: 'cpu',
		notes: []
	});
}
