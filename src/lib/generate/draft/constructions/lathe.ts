import type { Thickness } from '../close-sheets';
import type { Silhouette } from '../trace-silhouette';

/** A run of inside nodes in one row, its ends on the contour; in cells from column 0. */
interface Span {
	first: number;
	last: number;
	left: number;
	right: number;
}

/**
 * Turned shapes (bottles, vases, lamps): every level is a circle as wide as the silhouette, around the middle of
 * its own row, so that the outline is kept exactly also where the photo is not quite symmetric.
 */
export function lathe({ columns, rows, cell, inside, right }: Silhouette): Thickness {
	const heights = new Float32Array(columns * rows);
	for (let row = 0; row < rows; row++) {
		for (const span of findSpans(inside, right, columns, row)) {
			for (let column = span.first; column <= span.last; column++) {
				const squared = (column - span.left) * (span.right - column);
				heights[row * columns + column] = Math.sqrt(squared) * cell;
			}
		}
	}
	return { heights, rim: 0 };
}

/** What a silhouette must be like for a turned shape; lengths as shares of its largest width. */
const LIMITS = {
	/** Share of rows that may have gaps. */
	gaps: 0.01,
	/** Spread of the rows' middles around the axis, root mean square. */
	spread: 0.012,
	/** Lower things are as likely flat (a plate, a clock, a shirt), unless their depth is known. */
	height: 1.25,
	/** A turned thing is as deep as it is wide: most by which the two may differ. */
	depth: 0.15,
	/** Fuller boxes are more likely boxes. */
	fill: 0.94
};

/**
 * Whether a silhouette looks like a turned shape seen from the side: upright, symmetric around one axis, in one piece
 * and without holes; a handle or spout speaks against it.
 *
 * @param depth what is known of the real depth, pixels
 */
export function looksTurned(
	{ columns, rows, cell, inside, right, count }: Silhouette,
	depth?: number
): boolean {
	let filled = 0;
	let gaps = 0;
	let widest = 0;
	let weight = 0;
	let sum = 0;
	let squares = 0;
	for (let row = 0; row < rows; row++) {
		const spans = findSpans(inside, right, columns, row);
		const [span] = spans;
		if (!span) continue;
		filled++;
		if (spans.length > 1) gaps++;
		const width = span.right - span.left;
		const middle = (span.right + span.left) / 2;
		widest = Math.max(widest, width);
		weight += width;
		sum += width * middle;
		squares += width * middle * middle;
	}
	if (filled === 0 || gaps > filled * LIMITS.gaps) return false;
	const spread = Math.sqrt(Math.max(0, squares / weight - (sum / weight) ** 2));
	const round = depth
		? Math.abs(depth / (widest * cell) - 1) <= LIMITS.depth
		: filled >= LIMITS.height * widest;
	return round && spread <= LIMITS.spread * widest && count <= LIMITS.fill * widest * filled;
}

function findSpans(inside: Uint8Array, right: Float32Array, columns: number, row: number): Span[] {
	const spans: Span[] = [];
	const start = row * columns;
	for (let column = 1; column < columns - 1; column++) {
		if (!inside[start + column]) continue;
		const first = column;
		while (inside[start + column + 1]) column++;
		spans.push({
			first,
			last: column,
			left: first - 1 + right[start + first - 1]!,
			right: column + right[start + column]!
		});
	}
	return spans;
}
