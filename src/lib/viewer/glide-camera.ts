import { MathUtils } from 'three';
import type { CameraPlace } from './product-stage';

/** The glide closes all but 1/e of the gap in this time, milliseconds. */
const GLIDE_MS = 70;
/** Radians, or shares of the distance, that cannot be seen. */
const ARRIVED = 1e-3;

/**
 * One step from one camera place towards another, the short way round.
 *
 * @param elapsed milliseconds since the step before
 * @returns the next place, or null when the goal is as good as reached
 */
export function glideCamera(
	from: CameraPlace,
	goal: CameraPlace,
	elapsed: number
): CameraPlace | null {
	const turn =
		MathUtils.euclideanModulo(goal.azimuth - from.azimuth + Math.PI, 2 * Math.PI) - Math.PI;
	const gap =
		Math.abs(turn) +
		Math.abs(goal.polar - from.polar) +
		Math.abs(goal.distance - from.distance) / goal.distance +
		from.target.distanceTo(goal.target) / goal.distance;
	if (gap < ARRIVED) return null;
	const share = 1 - Math.exp(-Math.max(0, elapsed) / GLIDE_MS);
	return {
		azimuth: from.azimuth + turn * share,
		polar: MathUtils.lerp(from.polar, goal.polar, share),
		distance: MathUtils.lerp(from.distance, goal.distance, share),
		target: from.target.clone().lerp(goal.target, share)
	};
}
