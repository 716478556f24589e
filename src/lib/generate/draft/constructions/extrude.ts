import { opaqueArea, type SummedAlpha } from '../alpha';
import { solveDome } from '../solve-dome';
import type { Silhouette } from '../trace-silhouette';

/** Half the thickness, as a share of the side of a square with the product's area. */
const HALF_THICKNESS = 0.1;
/** A silhouette that fills its box by more than this is boxy: corners may be round, sides a little slanted. */
const FILL = 0.94;

/**
 * Flat or boxy things (books, frames, phones, boxes): even in front, with round edges. How deep they are cannot be
 * seen from the front; a known depth stretches them.
 *
 * @returns half the thickness at each grid node, pixels; positive exactly inside
 */
export function extrude(
	silhouette: Silhouette,
	alpha: SummedAlpha,
	onprogress?: (fraction: number) => void
): Float32Array {
	const area = opaqueArea(alpha, 0, 0, alpha.width, alpha.height);
	const length = (HALF_THICKNESS * Math.sqrt(area)) / Math.SQRT2;
	return solveDome(silhouette, alpha, { length }, onprogress).map(Math.sqrt);
}

/** Whether a silhouette is nearly a rectangle that stands straight. */
export function looksBoxy({ columns, inside, count }: Silhouette): boolean {
	let [left, right, top, bottom] = [Infinity, -1, Infinity, -1];
	inside.forEach((value, node) => {
		if (!value) return;
		left = Math.min(left, node % columns);
		right = Math.max(right, node % columns);
		top = Math.min(top, Math.floor(node / columns));
		bottom = Math.floor(node / columns);
	});
	return count > 0 && count >= FILL * (right - left + 1) * (bottom - top + 1);
}
