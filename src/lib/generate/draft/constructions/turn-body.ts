import type { Silhouette } from '../trace-silhouette';

/** A run of inside nodes in one row, its ends on the contour; in cells from column 0. */
export interface Span {
	first: number;
	last: number;
	left: number;
	right: number;
}

/** An upright axis, pixels of the alpha image. */
export interface Upright {
	x: number;
	/** Whether a person put it there: then every circle is around it and none around the middle of its own row. */
	given: boolean;
}

/** The part of an outline that turns around an axis. */
export interface Body {
	/** Half its thickness at each grid node, pixels; 0 where it is not. */
	heights: Float32Array;
	/** Per row of nodes: cells from the axis to its side, 0 where it is not; and how far the outline reaches beyond. */
	radii: Float32Array;
	beyond: Float32Array;
	/** Nodes of the outline, and those outside the body. */
	inside: number;
	left_over: number;
	/** Share of what is left over that has nothing alike on the other side, 0 to 1. */
	one_sided: number;
	/** Rows where the body itself reaches further on one side: something is joined to it. */
	joined: number;
	/** Rows with another part beside the body that does not touch it there: a handle's hole. */
	apart: number;
}

/** A row's middle this near to an axis that was found is its own axis; share of the largest width. */
const ASKEW = 0.025;

/**
 * Finds what turns around an axis: at every level a circle as wide as the side of the outline that is nearer to the
 * axis allows. What reaches further on one side alone, such as a handle or spout, is left over. Where both sides are
 * nearly alike, the circle is around the row's own middle, so that the outline is kept exactly.
 */
export function turnBody(silhouette: Silhouette, axis: Upright): Body {
	const { columns, rows, cell, origin, inside } = silhouette;
	const center = (axis.x - origin.x) / cell;
	const heights = new Float32Array(columns * rows);
	const radii = new Float32Array(rows);
	const beyond = new Float32Array(rows);
	const lines = Array.from({ length: rows }, (_, row) => findSpans(silhouette, row));
	const widest = Math.max(
		0,
		...lines.flatMap((spans) => spans.map(({ left, right }) => right - left))
	);
	const slack = axis.given ? 0 : ASKEW * widest;
	let [covered, apart, joined, uneven] = [0, 0, 0, 0];
	lines.forEach((spans, row) => {
		const span = spans.find(({ left, right }) => left < center && center < right);
		if (!span) return;
		const middle = (span.left + span.right) / 2;
		const around = Math.abs(middle - center) <= slack ? middle : center;
		const radius = Math.min(around - span.left, span.right - around);
		radii[row] = radius;
		beyond[row] = Math.max(
			around - radius - spans[0]!.left,
			spans[spans.length - 1]!.right - around - radius
		);
		if (spans.length > 1) apart++;
		if (span.right - span.left - 2 * radius > 2 * ASKEW * widest) joined++;
		const onLeft = spans.reduce(
			(sum, { left, right }) => sum + Math.max(0, Math.min(right, around - radius) - left),
			0
		);
		const onRight = spans.reduce(
			(sum, { left, right }) => sum + Math.max(0, right - Math.max(left, around + radius)),
			0
		);
		uneven += Math.abs(onLeft - onRight);
		for (let column = span.first; column <= span.last; column++) {
			const squared = radius * radius - (column - around) ** 2;
			if (squared <= 0) continue;
			heights[row * columns + column] = Math.sqrt(squared) * cell;
			covered++;
		}
	});
	const count = inside.reduce((sum, value) => sum + value, 0);
	const left_over = count - covered;
	const one_sided = left_over > 0 ? uneven / left_over : 0;
	return { heights, radii, beyond, inside: count, left_over, one_sided, joined, apart };
}

/** The runs of inside nodes of one row. */
export function findSpans({ columns, inside, right }: Silhouette, row: number): Span[] {
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
