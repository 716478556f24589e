import { opaqueArea, type SummedAlpha } from '../alpha';
import type { Thickness } from '../close-sheets';
import { solveDome } from '../solve-dome';
import type { Silhouette } from '../trace-silhouette';
import type { Hints } from './choose-construction';

/** Half the thickness where none is known, as a share of the side of a square with the product's area. */
const HALF_THICKNESS = 0.1;
/** Width of the bevel: at most this share of the same side, and of half the thickness. */
const BEVEL = { side: 0.012, thickness: 0.2 };
/** A silhouette that fills its box by more than this is boxy: corners may be round, sides a little slanted. */
const FILL = 0.94;

/**
 * Flat or boxy things (books, frames, phones, boxes): even in front, straight walls, bevelled edges. How deep they are
 * cannot be seen from the front.
 */
export function extrude(
	silhouette: Silhouette,
	alpha: SummedAlpha,
	{ depth }: Hints,
	onprogress?: (fraction: number) => void
): Thickness {
	const side = Math.sqrt(opaqueArea(alpha, 0, 0, alpha.width, alpha.height));
	const half = depth ? depth / 2 : HALF_THICKNESS * side;
	const bevel = Math.min(BEVEL.side * side, BEVEL.thickness * half);
	const rim = half - bevel;
	// The dome rises to 2 x length²: a quarter circle's way up within about the bevel's width.
	const length = bevel / 2;
	const dome = solveDome(silhouette, alpha, { length }, onprogress);
	const full = Math.SQRT2 * length;
	return { rim, heights: dome.map((u) => rim + (bevel * Math.sqrt(u)) / full) };
}

/** Whether a silhouette is nearly a rectangle that stands straight; it may have holes. */
export function looksBoxy({ columns, rows, inside }: Silhouette): boolean {
	let [left, right, top, bottom] = [Infinity, -1, Infinity, -1];
	inside.forEach((value, node) => {
		if (!value) return;
		left = Math.min(left, node % columns);
		right = Math.max(right, node % columns);
		top = Math.min(top, Math.floor(node / columns));
		bottom = Math.floor(node / columns);
	});
	const filled = columns * rows - floodOutside(inside, columns, rows);
	return filled > 0 && filled >= FILL * (right - left + 1) * (bottom - top + 1);
}

/** Counts the nodes that are reached from the grid's border without crossing the product. */
function floodOutside(inside: Uint8Array, columns: number, rows: number): number {
	const seen = new Uint8Array(inside.length);
	const queue = new Int32Array(inside.length);
	let [taken, added] = [0, 1];
	seen[0] = 1;
	while (taken < added) {
		const node = queue[taken++]!;
		const [column, row] = [node % columns, Math.floor(node / columns)];
		const visit = (next: number) => {
			if (seen[next] || inside[next]) return;
			seen[next] = 1;
			queue[added++] = next;
		};
		if (column > 0) visit(node - 1);
		if (column < columns - 1) visit(node + 1);
		if (row > 0) visit(node - columns);
		if (row < rows - 1) visit(node + columns);
	}
	return added;
}
