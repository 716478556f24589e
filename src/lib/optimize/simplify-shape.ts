import { eyeFrom, frameOf, rasterize, type Frame } from './rasterize';
import { findLost, thicken, thinOut } from './keep-parts';
import { simplifySurface, type Simplified } from './simplify-surface';
import { spreadDirections } from './spread-directions';
import { countTriangles, type Surface } from './surface';

/**
 * How much a turned normal may count: less than where normals stay as they are, since the normal map carries them. Which
 * is best differs from model to model by as much as 2 dB, and shows in the outline.
 */
const NORMAL_WEIGHTS = [0.02, 0.04, 0.08, 0.15];
/** Painting takes much longer than small steps. */
const STEP = 0.93;
/** Down to this many times the target all go the same way. */
const TOGETHER = 3;
/** Outlines that are compared, and their side in pixels. */
const EYES = 14;
const SIDE = 256;

/** By how much thin parts that were lost are made thicker for the simplifier, in turn, as a share of the longest side. */
const THICKER = [0.002, 0.004, 0.008, 0.016, 0.03];

/** A pixel of a lost part counts as so many of an outline that is a little off. */
const LOST = 2;

interface Tried extends Simplified {
	likeness: number;
}

/**
 * Reduces a shape that will be painted anew: in several ways, of which the one wins whose outlines are most like the
 * shape's own. Where thin or small parts are lost they are made to count for more, and kept where they show more than what
 * they take from the rest.
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
	const judge = (surface: Surface) => {
		const missed = Math.max(1, countTriangles(surface) / target);
		return overlap(wanted, outlinesOf(surface, frame)) / missed;
	};
	const plain = await pickWay(shape, target, max_error, judge);
	const lost = countTriangles(shape) > target ? findLost(shape, plain.surface) : null;
	if (!lost || shownOf(wanted, lost) === 0) return plain;
	const judgeAll = (surface: Surface) => {
		const missing = findLost(shape, surface);
		return judge(surface) - (missing ? LOST * shownOf(wanted, missing) : 0);
	};
	let best = { ...plain, likeness: plain.likeness - LOST * shownOf(wanted, lost) };
	for (const share of THICKER) {
		const thick = thicken(shape, lost, share);
		const made = await pickWay(thick, target, max_error, judgeAll, (one) => thinOut(one, shape));
		if (made.likeness > best.likeness) best = made;
		const missing = findLost(shape, made.surface);
		if (!missing) break;
		// Held in one place, a wire may break in another.
		missing.forEach((one, t) => (lost[t]! |= one));
	}
	return best;
}

/** Share of the covered pixels that show marked triangles. */
function shownOf(eyes: Int32Array[], marked: Uint8Array): number {
	let [shown, covered] = [0, 0];
	for (const drawn of eyes) {
		for (const triangle of drawn) {
			if (triangle < 0) continue;
			covered++;
			shown += marked[triangle]!;
		}
	}
	return covered > 0 ? shown / covered : 0;
}

/** @param finish makes of what the simplifier made what is meant. */
async function pickWay(
	shape: Surface,
	target: number,
	max_error: number,
	judge: (surface: Surface) => number,
	finish = (surface: Surface) => surface
): Promise<Tried> {
	const together = await simplifySurface(shape, target * TOGETHER, {
		max_error,
		normal_weight: NORMAL_WEIGHTS[1]
	});
	let best: Tried | null = null;
	for (const normal_weight of NORMAL_WEIGHTS) {
		const step = await simplifySurface(together.surface, target, {
			max_error: max_error - together.error,
			normal_weight,
			step: STEP
		});
		const surface = finish(step.surface);
		const likeness = judge(surface);
		if (best && likeness <= best.likeness) continue;
		best = { surface, error: together.error + step.error, likeness };
	}
	if (!best) throw new Error('No way was tried.');
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
