import { opaqueArea, type SummedAlpha } from './alpha';
import { dropSpecks } from './drop-specks';

/**
 * A product's outline on a square grid of nodes: which nodes lie inside, and where the contour
 * crosses the grid's edges. Nodes on the grid's border are always outside.
 */
export interface Silhouette {
	/** Nodes per row and rows of nodes. */
	columns: number;
	rows: number;
	/** Distance of two nodes, pixels. */
	cell: number;
	/** Pixel position of node 0 in the alpha image. */
	origin: { x: number; y: number };
	/** 1 for nodes inside the product. */
	inside: Uint8Array;
	/** Where the contour crosses the edge from a node to its right neighbor, 0 to 1; set where one of both is inside. */
	right: Float32Array;
	/** The same for the edge to the node below. */
	down: Float32Array;
	/** Opacity of the contour, 0 to 1. */
	threshold: number;
	/** Nodes inside. */
	count: number;
	/** Share of the product's area the grid is too coarse to show (thin parts lost, narrow gaps closed). */
	lost: number;
	/** Share of the product's area in cells no corner of which is inside: all that is not shown. */
	missed: number;
}

/** A contour nearer to a node than this share of a cell is moved away, so that no triangle is a needle. */
const NEAREST = 0.1;
/** Side of the box over which opacity is averaged, in cells; at least a pixel. */
const SMOOTHING = 1.6;

/**
 * Traces the outline of an alpha image, without specks (see dropSpecks).
 *
 * @param cell distance of two grid nodes, pixels; may be below 1
 * @param threshold opacity of the contour, 0 to 1, default one half
 */
export function traceSilhouette(alpha: SummedAlpha, cell: number, threshold = 0.5): Silhouette {
	const columns = Math.ceil(alpha.width / cell) + 3;
	const rows = Math.ceil(alpha.height / cell) + 3;
	// Centered, one cell of margin.
	const origin = {
		x: (alpha.width - (columns - 1) * cell) / 2,
		y: (alpha.height - (rows - 1) * cell) / 2
	};
	// The box that decides is wider than a cell, so that the pixels' stairs do not become creases.
	const half = Math.max(SMOOTHING * cell, 1) / 2;
	const share = 1 / (4 * half * half);
	/** Above 0 inside. A low threshold must not reach beyond the frame. */
	const depth = (x: number, y: number) =>
		threshold < 0.5 && (x < 0 || y < 0 || x > alpha.width || y > alpha.height)
			? -threshold
			: opaqueArea(alpha, x - half, y - half, x + half, y + half) * share - threshold;

	const inside = new Uint8Array(columns * rows);
	for (let row = 1; row < rows - 1; row++) {
		for (let column = 1; column < columns - 1; column++) {
			const value = depth(origin.x + column * cell, origin.y + row * cell);
			inside[row * columns + column] = value > 0 ? 1 : 0;
		}
	}
	const count = dropSpecks(inside, columns, rows);

	const right = new Float32Array(columns * rows);
	const down = new Float32Array(columns * rows);
	for (let row = 0; row < rows - 1; row++) {
		for (let column = 0; column < columns - 1; column++) {
			const node = row * columns + column;
			const x = origin.x + column * cell;
			const y = origin.y + row * cell;
			if (inside[node] !== inside[node + 1]) {
				right[node] = crossing((t) => depth(x + t * cell, y), inside[node] === 1);
			}
			if (inside[node] !== inside[node + columns]) {
				down[node] = crossing((t) => depth(x, y + t * cell), inside[node] === 1);
			}
		}
	}
	const silhouette = {
		columns,
		rows,
		cell,
		origin,
		inside,
		right,
		down,
		threshold,
		count,
		lost: 0,
		missed: 0
	};
	return { ...silhouette, ...measureLoss(silhouette, alpha) };
}

/** Where the depth passes 0 between 0 and 1, seen from the end that is inside. */
function crossing(depth: (t: number) => number, first_inside: boolean): number {
	const steps = 4;
	let previous = depth(first_inside ? 0 : 1);
	let found = 0.5;
	for (let step = 1; step <= steps; step++) {
		const value = depth(first_inside ? step / steps : 1 - step / steps);
		if (value <= 0) {
			const fraction = previous > value ? previous / (previous - value) : 0.5;
			found = (step - 1 + fraction) / steps;
			break;
		}
		previous = value;
	}
	const t = Math.min(Math.max(found, NEAREST), 1 - NEAREST);
	return first_inside ? t : 1 - t;
}

function measureLoss(silhouette: Silhouette, alpha: SummedAlpha) {
	const { columns, rows, cell, origin, inside } = silhouette;
	let total = 0;
	let lost = 0;
	let missed = 0;
	for (let row = 0; row < rows - 1; row++) {
		for (let column = 0; column < columns - 1; column++) {
			const node = row * columns + column;
			const x = origin.x + column * cell;
			const y = origin.y + row * cell;
			const opaque = opaqueArea(alpha, x, y, x + cell, y + cell);
			total += opaque;
			const corners =
				inside[node]! + inside[node + 1]! + inside[node + columns]! + inside[node + columns + 1]!;
			// A soft edge reaches a little into cells beyond the contour; only more than that is a part lost.
			const share = opaque / (cell * cell);
			if (corners === 0) missed += opaque;
			if (corners === 0 && share > 0.4) lost += opaque;
			if (corners === 4 && share < 0.6) lost += cell * cell - opaque;
		}
	}
	return total > 0 ? { lost: lost / total, missed: missed / total } : { lost: 1, missed: 1 };
}
