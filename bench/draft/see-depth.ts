import { seededRandom } from '../../tests/fixtures/images';
import type { DepthAt } from '../../src/lib/generate/draft/refine-front';
import type { Photo } from './crop-photo';
import type { Picture } from './photograph';

/** Softness of a network's depth, and its noise as a share of the product's own range. */
const BLUR = 3;
const NOISE = 0.01;
/** What a network's answer is off by: nothing is known of its scale and zero. */
const [SCALE, ZERO] = [37, 5];

/**
 * The true depth of a photo as a network for relative depth would tell it: of unknown scale and zero, the background far
 * behind, blurred across the outline, a little noisy.
 */
export function seeDepth({ side, depths }: Picture, { place }: Photo): DepthAt {
	const random = seededRandom(9);
	const seen = depths.filter(Number.isFinite);
	const low = seen.reduce((a, b) => Math.min(a, b), Infinity);
	const high = seen.reduce((a, b) => Math.max(a, b), -Infinity);
	const range = high - low || 1;
	let map: Float32Array = depths.map((depth) =>
		Number.isFinite(depth) ? depth + (random() - 0.5) * 2 * NOISE * range : low - range
	);
	for (const step of [1, side]) map = blur(map, step);
	return (x, y) => {
		const column = Math.min(Math.max(Math.round(place.left + x / place.scale - 0.5), 0), side - 1);
		const row = Math.min(Math.max(Math.round(place.top + y / place.scale - 0.5), 0), side - 1);
		return SCALE * map[row * side + column]! + ZERO;
	};
}

function blur(map: Float32Array, step: number): Float32Array {
	return map.map((_, i) => {
		let sum = 0;
		for (let k = -BLUR; k <= BLUR; k++) sum += map[i + k * step] ?? map[i]!;
		return sum / (2 * BLUR + 1);
	});
}

/**
 * Mean distance between two front surfaces where both are seen, as a share of the product's height; where both are along
 * the line of sight is not known, so their means are laid over each other.
 */
export function surfaceError(a: Picture, b: Picture, height: number): number {
	const apart: number[] = [];
	a.depths.forEach((depth, i) => {
		const other = b.depths[i]!;
		if (Number.isFinite(depth) && Number.isFinite(other)) apart.push(depth - other);
	});
	const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length;
	return apart.reduce((sum, value) => sum + Math.abs(value - mean), 0) / apart.length / height;
}
