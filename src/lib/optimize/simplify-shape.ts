import { eyeFrom, frameOf, rasterize, type Frame } from './rasterize';
import { simplifySurface, type Simplified } from './simplify-surface';
import { spreadDirections } from './spread-directions';
import { countTriangles, type Surface } from './surface';

/**
 * How much a turned normal may count: less than where normals stay as they are, since the normal map carries them. Which
 * is best differs from model to model by as much as 2 dB, and shows in the outline.
 */
const NORMAL_WEIGHTS = [0.02, 0.04, 0.08, 0.15];
/** Painting takes much longer than small steps. */
const STEP = 0.85;
/** Down to this many times the target all go the same way. */
const TOGETHER = 3;
/** Outlines that are compared, and their side in pixels. */
const EYES = 14;
const SIDE = 256;

/**
 * Reduces a shape that will be painted anew: in several ways, of which the one wins whose outlines are most like the
 * shape's own.
 *
 * @param max_error as in `simplifySurface`.
 */
export async function simplifyShape(
	shape: Surface,
	target: number,
	max_error: number
): Promise<Simplified> {
	const frame = frameOf(shape);
	const wanted = outlinesOf(shape, frame);
	const together = await simplifySurface(shape, target * TOGETHER, {
		max_error,
		normal_weight: NORMAL_WEIGHTS[1]
	});
	let best: Simplified = together;
	let best_likeness = -1;
	for (const normal_weight of NORMAL_WEIGHTS) {
		const { surface, error } = await simplifySurface(together.surface, target, {
			max_error: max_error - together.error,
			normal_weight,
			step: STEP
		});
		const missed = Math.max(1, countTriangles(surface) / target);
		const likeness = overlap(wanted, outlinesOf(surface, frame)) / missed;
		if (likeness <= best_likeness) continue;
		best = { surface, error: together.error + error };
		best_likeness = likeness;
	}
	return best;
}

/** Per eye the pixels that the surface covers. */
function outlinesOf(surface: Surface, frame: Frame): Int32Array[] {
	return spreadDirections(EYES).map(
		(direction) => rasterize(surface, frame, SIDE, eyeFrom(direction)).drawn
	);
}

/** Intersection over union, 0 to 1. */
function overlap(one: Int32Array[], other: Int32Array[]): number {
	let [both, either] = [0, 0];
	one.forEach((drawn, eye) => {
		const against = other[eye]!;
		for (let at = 0; at < drawn.length; at++) {
			const [a, b] = [drawn[at]! >= 0, against[at]! >= 0];
			if (a && b) both++;
			if (a || b) either++;
		}
	});
	return either > 0 ? both / either : 1;
}
