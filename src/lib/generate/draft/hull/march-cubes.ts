/** Values at the nodes of a cubic grid, x fastest, then y, then z; those on the grid's border are not positive. */
export interface Field {
	counts: [number, number, number];
	values: Float32Array;
}

export interface Mesh {
	/** x, y, z in cells from node 0. */
	positions: Float32Array;
	/** Counterclockwise seen from outside. */
	indices: Uint32Array;
}

/** A crossing nearer to a node than this share of a cell is moved away, so that no triangle is a needle. */
const NEAREST = 0.12;

/**
 * The surface around the positive nodes of a field, by marching cubes (Lorensen & Cline 1987) with the loops of each
 * cell found by following its faces instead of a table.
 *
 * Always a closed 2-manifold: what a face's crossings are joined by depends on that face alone, so both cells agree;
 * every crossing has one segment in each of the four faces around it; and a loop in a cell with an ambiguous face is
 * fanned from a point of its own, so that no diagonal lies in a face both cells might use.
 */
export function marchCubes({ counts, values }: Field): Mesh {
	const [nx, ny, nz] = counts;
	const steps = [1, nx, nx * ny];
	const offsets = Array.from(
		{ length: 8 },
		(_, corner) => (corner & 1) + ((corner >> 1) & 1) * nx + (corner >> 2) * nx * ny
	);
	const cases = new Map<number, Case>();
	const made = new Map<number, number>();
	const positions: number[] = [];
	const indices: number[] = [];

	const point = (node: number, axis: number): number => {
		const key = node * 3 + axis;
		const known = made.get(key);
		if (known !== undefined) return known;
		const [a, b] = [values[node]!, values[node + steps[axis]!]!];
		const t = Math.min(Math.max(a / (a - b), NEAREST), 1 - NEAREST);
		const place = [node % nx, Math.floor(node / nx) % ny, Math.floor(node / (nx * ny))];
		place[axis]! += t;
		positions.push(...place);
		made.set(key, positions.length / 3 - 1);
		return positions.length / 3 - 1;
	};
	for (let z = 0; z < nz - 1; z++) {
		for (let y = 0; y < ny - 1; y++) {
			for (let x = 0; x < nx - 1; x++) {
				const node = x + nx * (y + ny * z);
				let mask = 0;
				for (let corner = 0; corner < 8; corner++) {
					if (values[node + offsets[corner]!]! > 0) mask |= 1 << corner;
				}
				if (mask === 0 || mask === 255) continue;
				let found = cases.get(mask);
				if (!found) cases.set(mask, (found = followFaces(mask)));
				for (const loop of found.loops) {
					const ring = loop.map(({ corner, axis }) => point(node + offsets[corner]!, axis));
					if (ring.length > 3 && found.ambiguous) fanFromMiddle(ring);
					else {
						for (let i = 1; i + 1 < ring.length; i++) {
							indices.push(ring[0]!, ring[i]!, ring[i + 1]!);
						}
					}
				}
			}
		}
	}
	return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };

	function fanFromMiddle(ring: number[]) {
		const middle = [0, 1, 2].map(
			(axis) => ring.reduce((sum, i) => sum + positions[3 * i + axis]!, 0) / ring.length
		);
		positions.push(...middle);
		const hub = positions.length / 3 - 1;
		ring.forEach((from, i) => indices.push(hub, from, ring[(i + 1) % ring.length]!));
	}
}

/** A cell's edge: its lower corner (bit 0: x, 1: y, 2: z) and the axis it runs along. */
interface Edge {
	corner: number;
	axis: number;
}
interface Case {
	loops: Edge[][];
	/** Two opposite corners of a face are inside, the other two outside. */
	ambiguous: boolean;
}

/** The loops in which a surface crosses the edges of a cell, counterclockwise seen from outside the product. */
function followFaces(mask: number): Case {
	const inside = (corner: number) => ((mask >> corner) & 1) === 1;
	// From each crossing to the next, edges by their number: lower corner x 3 + axis.
	const next = new Map<number, number>();
	let ambiguous = false;
	for (let axis = 0; axis < 3; axis++) {
		const [u, v] = [1 << ((axis + 1) % 3), 1 << ((axis + 2) % 3)];
		for (const side of [0, 1]) {
			const base = side << axis;
			// Counterclockwise seen from outside the cell.
			const ring = [base, base + u, base + u + v, base + v];
			if (side === 0) ring.reverse();
			const starts = ring.flatMap((corner, i) =>
				!inside(corner) && inside(ring[(i + 1) % 4]!) ? [i] : []
			);
			if (starts.length > 1) ambiguous = true;
			for (const start of starts) {
				let end = (start + 1) % 4;
				while (inside(ring[(end + 1) % 4]!)) end = (end + 1) % 4;
				const enter = edgeBetween(ring[start]!, ring[(start + 1) % 4]!);
				const leave = edgeBetween(ring[end]!, ring[(end + 1) % 4]!);
				next.set(enter, leave);
			}
		}
	}
	const loops: Edge[][] = [];
	for (const first of [...next.keys()]) {
		const loop: Edge[] = [];
		for (let at = next.get(first); at !== undefined;) {
			loop.push({ corner: Math.floor(at / 3), axis: at % 3 });
			const following = next.get(at);
			next.delete(at);
			at = following;
		}
		if (loop.length > 0) loops.push(loop.slice(0, -1));
	}
	return { loops, ambiguous };
}

function edgeBetween(a: number, b: number): number {
	return Math.min(a, b) * 3 + ((a ^ b) >> 1);
}
