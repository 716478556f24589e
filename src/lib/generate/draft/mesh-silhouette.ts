import type { Silhouette } from './trace-silhouette';

/** The outline's inside as triangles in the plane, fine along the contour and coarser inward. */
export interface PlaneMesh {
	/** x, y pairs in pixels of the alpha image (y down). */
	points: Float64Array;
	/** Grid node of each point, -1 for points on the contour. */
	nodes: Int32Array;
	/** Point triples, counterclockwise once y points up. */
	triangles: Uint32Array;
}

/** Cells grow to 2^3 = 8 times the finest. */
const COARSEST = 3;

/**
 * Triangulates a silhouette: marching squares along the contour, a balanced quadtree inside (neighbors differ by at
 * most one level and a larger cell is fanned from its center, so there are no T-junctions).
 *
 * The contour of marching squares never touches itself, a cell's two opposite corners are joined through the cell,
 * and every triangle has a corner that is not on the contour. So two copies that differ in height inside and meet
 * along the contour are a closed 2-manifold.
 */
export function meshSilhouette(silhouette: Silhouette): PlaneMesh {
	const { columns, rows, cell, origin, inside, right, down } = silhouette;
	const points: number[] = [];
	const nodes: number[] = [];
	const triangles: number[] = [];
	// Per grid: the point made for a node, or for the crossing right of it or below it.
	const made = [0, 1, 2].map(() => new Int32Array(columns * rows).fill(-1));

	const point = (kind: 0 | 1 | 2, node: number): number => {
		const known = made[kind]![node]!;
		if (known >= 0) return known;
		const x = (node % columns) + (kind === 1 ? right[node]! : 0);
		const y = Math.floor(node / columns) + (kind === 2 ? down[node]! : 0);
		points.push(origin.x + x * cell, origin.y + y * cell);
		nodes.push(kind === 0 ? node : -1);
		return (made[kind]![node] = nodes.length - 1);
	};
	/** Polygons come clockwise on the screen's y-down grid, which is clockwise seen with y up too: turn them round. */
	const fan = (hub: number, ring: number[], closed: boolean) => {
		for (let i = 0; i + 1 < ring.length; i++) triangles.push(hub, ring[i + 1]!, ring[i]!);
		if (closed) triangles.push(hub, ring[0]!, ring[ring.length - 1]!);
	};

	const levels = gradeCells(inside, columns, rows);
	for (let row = 0; row < rows - 1; row++) {
		for (let column = 0; column < columns - 1; column++) {
			const node = row * columns + column;
			const level = levels[node]!;
			const size = 1 << level;
			if ((column & (size - 1)) !== 0 || (row & (size - 1)) !== 0) continue;
			if (level > 0) fanBlock(node, level);
			else marchCell(node);
		}
	}
	return {
		points: Float64Array.from(points),
		nodes: Int32Array.from(nodes),
		triangles: Uint32Array.from(triangles)
	};

	function fanBlock(node: number, level: number) {
		const size = 1 << level;
		const middle = size >> 1;
		const ring: number[] = [];
		// Start, direction and the cell beyond, for the top, right, bottom and left side.
		const sides = [
			{ from: node, step: 1, beyond: node - columns },
			{ from: node + size, step: columns, beyond: node + size },
			{ from: node + size * columns + size, step: -1, beyond: node + size * columns },
			{ from: node + size * columns, step: -columns, beyond: node - 1 }
		];
		for (const { from, step, beyond } of sides) {
			ring.push(point(0, from));
			if (levels[beyond]! < level) ring.push(point(0, from + step * middle));
		}
		if (ring.length > 4) fan(point(0, node + middle * columns + middle), ring, true);
		else fan(ring[0]!, ring.slice(1), false);
	}

	function marchCell(node: number) {
		const corners = [node, node + 1, node + columns + 1, node + columns];
		const mask = corners.map((corner) => inside[corner]!);
		const count = mask[0]! + mask[1]! + mask[2]! + mask[3]!;
		if (count === 0) return;
		const crossings: [1 | 2, number][] = [
			[1, node],
			[2, node + 1],
			[1, node + columns],
			[2, node]
		];
		// From a corner all triangles can share: the middle one of three, the first of a run of two.
		let first = mask.findIndex((value, i) => value === 1 && mask[(i + 3) % 4] === 0);
		if (count === 4) first = 0;
		if (count === 3) first = (first + 1) % 4;
		const ring: number[] = [];
		for (let i = 0; i < 4; i++) {
			const corner = (first + i) % 4;
			if (mask[corner]) ring.push(point(0, corners[corner]!));
			if (mask[corner] !== mask[(corner + 1) % 4]) ring.push(point(...crossings[corner]!));
		}
		fan(ring[0]!, ring.slice(1), false);
	}
}

/**
 * The quadtree level of the block each cell belongs to (0 = the finest). A block is merged when all blocks of the
 * level below in it and around it are, which keeps neighbors within one level.
 */
function gradeCells(inside: Uint8Array, columns: number, rows: number): Uint8Array {
	const levels = new Uint8Array(columns * rows);
	let width = columns - 1;
	let height = rows - 1;
	let whole = new Uint8Array(width * height);
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const node = y * columns + x;
			whole[y * width + x] =
				inside[node]! & inside[node + 1]! & inside[node + columns]! & inside[node + columns + 1]!;
		}
	}
	for (let level = 1; level <= COARSEST; level++) {
		const w = width >> 1;
		const h = height >> 1;
		const merged = new Uint8Array(w * h);
		for (let y = 1; y < h - 1; y++) {
			for (let x = 1; x < w - 1; x++) {
				let all = 1;
				for (let v = 2 * y - 1; v <= 2 * y + 2 && all; v++) {
					for (let u = 2 * x - 1; u <= 2 * x + 2; u++) all &= whole[v * width + u]!;
				}
				if (!all) continue;
				merged[y * w + x] = 1;
				const size = 1 << level;
				for (let v = 0; v < size; v++) {
					const start = (y * size + v) * columns + x * size;
					levels.fill(level, start, start + size);
				}
			}
		}
		[whole, width, height] = [merged, w, h];
	}
	return levels;
}
