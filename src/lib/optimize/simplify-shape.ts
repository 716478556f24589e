import { eyeFrom, frameOf, rasterize, type Frame } from './rasterize';
import { findLost, thicken, thinOut } from './keep-parts';
import { simplifySurface } from './simplify-surface';
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
/** What is thicker takes triangles from the rest, which outlines hardly tell: it must be better by this. */
const EARNED = 1e-4;
/** A pixel of a lost part counts as so many of an outline that is a little off. */
const LOST = 2;

/** A surface, and how far it moved on the way to it, as a share of the longest side. */
export interface Moved {
	surface: Surface;
	error: number;
}

interface Verdict {
	likeness: number;
	/** From `findLost`; null also where it was not asked for. */
	lost: Uint8Array | null;
}

interface Tried extends Moved, Verdict {}

/**
 * Reduces a shape that will be painted anew: in several ways, of which the one wins whose outlines are most like the
 * shape's own. Where thin or small parts are lost they are made to count for more, and kept where they show more than what
 * they take from the rest. What was thin may be flat after a level or two, with no thickness left to keep: then the way
 * begins at the finest shape again.
 *
 * @param shape what an earlier level was reduced to.
 * @param max_error as in `simplifySurface`, from the finest shape on.
 * @param finest what all levels come from, to which they are compared.
 */
export async function simplifyShape(
	shape: Moved,
	target: number,
	max_error: number,
	finest: Surface
): Promise<Moved> {
	const frame = frameOf(finest);
	const wanted = outlinesOf(finest, frame);
	const judge = (surface: Surface): Verdict => {
		const missed = Math.max(1, countTriangles(surface) / target);
		return { likeness: overlap(wanted, outlinesOf(surface, frame)) / missed, lost: null };
	};
	const missing = (surface: Surface) => {
		const lost = findLost(finest, surface);
		return { lost, cost: lost ? LOST * shownOf(wanted, lost) : 0 };
	};
	const judgeAll = (surface: Surface): Verdict => {
		const { lost, cost } = missing(surface);
		return { likeness: judge(surface).likeness - cost, lost };
	};
	const plain = await pickWay(shape, target, max_error, judge);
	if (countTriangles(shape.surface) <= target) return plain;
	const first = missing(plain.surface);
	if (first.cost === 0) return plain;
	let best: Tried = { ...plain, likeness: plain.likeness - first.cost, lost: first.lost };
	const origin = { surface: finest, error: 0 };
	for (const from of shape.surface === finest ? [origin] : [shape, origin]) {
		const lost = from === origin ? first.lost : findLost(from.surface, plain.surface);
		if (!lost) continue;
		for (const share of THICKER) {
			const thick = { ...from, surface: thicken(from.surface, lost, share) };
			const made = await pickWay(thick, target, max_error, judgeAll, (one) =>
				thinOut(one, from.surface)
			);
			if (made.likeness > best.likeness + EARNED) best = made;
			if (!made.lost) return best;
			// Held in one place, a wire may break in another.
			const broken = from === origin ? made.lost : findLost(from.surface, made.surface);
			broken?.forEach((one, t) => (lost[t]! |= one));
		}
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
	{ surface: shape, error: spent }: Moved,
	target: number,
	max_error: number,
	judge: (surface: Surface) => Verdict,
	finish = (surface: Surface) => surface
): Promise<Tried> {
	const left = Math.max(0, max_error - spent);
	const together = await simplifySurface(shape, target * TOGETHER, {
		max_error: left,
		normal_weight: NORMAL_WEIGHTS[1]
	});
	let best: Tried | null = null;
	for (const normal_weight of NORMAL_WEIGHTS) {
		const step = await simplifySurface(together.surface, target, {
			max_error: left - together.error,
			normal_weight,
			step: STEP
		});
		const surface = finish(step.surface);
		const verdict = judge(surface);
		if (best && verdict.likeness <= best.likeness) continue;
		best = { surface, error: spent + together.error + step.error, ...verdict };
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
