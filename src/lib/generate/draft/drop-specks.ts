/** Islands below this share of all that is inside are dust of the cut-out, not parts of the product. */
const ISLAND_SHARE = 0.004;
/** Holes below this share, and of at most this many nodes, are dust too. */
const HOLE_SHARE = 0.0004;
const HOLE_NODES = 8;

/**
 * Removes small islands and fills small holes, in place. Inside, nodes that touch by a corner belong together
 * (their surface is one piece, see meshSilhouette); outside, they do not.
 *
 * @returns nodes inside afterwards
 */
export function dropSpecks(inside: Uint8Array, columns: number, rows: number): number {
	let total = 0;
	for (const value of inside) total += value;
	const sides = [-1, 1, -columns, columns];
	const around = [...sides, -columns - 1, -columns + 1, columns - 1, columns + 1];

	const islands = findPieces(inside, columns, rows, 1, around);
	const largest = islands.reduce((most, piece) => Math.max(most, piece.length), 0);
	for (const island of islands) {
		if (island.length >= total * ISLAND_SHARE || island.length === largest) continue;
		for (const node of island) inside[node] = 0;
		total -= island.length;
	}
	// The piece of node 0 is the open space around the product.
	const [, ...holes] = findPieces(inside, columns, rows, 0, sides);
	for (const hole of holes) {
		if (hole.length > HOLE_NODES || hole.length > total * HOLE_SHARE) continue;
		for (const node of hole) inside[node] = 1;
		total += hole.length;
	}
	return total;
}

/** Connected sets of nodes with a value, in the order of their first node. */
function findPieces(
	nodes: Uint8Array,
	columns: number,
	rows: number,
	value: 0 | 1,
	steps: number[]
): Int32Array[] {
	const seen = new Uint8Array(nodes.length);
	const queue = new Int32Array(nodes.length);
	const pieces: Int32Array[] = [];
	for (let start = 0; start < nodes.length; start++) {
		if (seen[start] || nodes[start] !== value) continue;
		let end = 0;
		queue[end++] = start;
		seen[start] = 1;
		for (let next = 0; next < end; next++) {
			const node = queue[next]!;
			const column = node % columns;
			for (const step of steps) {
				const neighbor = node + step;
				// Beyond the first or last row, or wrapped around a row's end.
				if (neighbor < 0 || neighbor >= columns * rows) continue;
				if (Math.abs((neighbor % columns) - column) > 1) continue;
				if (seen[neighbor] || nodes[neighbor] !== value) continue;
				seen[neighbor] = 1;
				queue[end++] = neighbor;
			}
		}
		pieces.push(queue.slice(0, end));
	}
	return pieces;
}
