import { askTree } from './ask-tree';
import { findPieces } from './find-pieces';
import { placeIds } from './place-ids';
import { extremeVertices, keepInBox, MEMORY, verticesAt } from './simplify-surface';
import { boundsOf, countTriangles, offsetOf, type Bounds, type Surface } from './surface';
import { buildTriangleTree } from './triangle-tree';

/** A place is lost when nothing stands within this share of the model's longest side any more, */
const FAR = 0.01;
/** nor within so many times what half of the surface has moved by; */
const FARTHER = 5;
/** and so is what is connected with it and has moved by this share of that. */
const MOVED = 0.4;
/** Triangles that are asked about before it is worth asking about all. */
const ASKED = 20_000;
/** What stands this near to the box's sides stays, and nothing comes nearer; a share of the longest side. */
const RIM = 1e-4;

/**
 * Finds thin and small parts that simplifying lost: wires, chains, screws that stand off.
 *
 * @returns per triangle of the source 1 where it is lost; null where nothing is.
 */
export function findLost(source: Surface, result: Surface): Uint8Array | null {
	const { nearest } = askTree(buildTriangleTree(result));
	const { indices, positions } = source;
	const total = countTriangles(source);
	const distance = (t: number) => {
		const [a, b, c] = [indices[t * 3]! * 3, indices[t * 3 + 1]! * 3, indices[t * 3 + 2]! * 3];
		const middle = (axis: number) =>
			(positions[a + axis]! + positions[b + axis]! + positions[c + axis]!) / 3;
		return Math.sqrt(nearest(middle(0), middle(1), middle(2), Infinity).distance2);
	};
	const stride = Math.ceil(total / ASKED);
	const sample = Float64Array.from({ length: Math.ceil(total / stride) }, (_, i) =>
		distance(i * stride)
	).sort();
	const limit = Math.max(
		longestSide(boundsOf(source)) * FAR,
		(sample[sample.length >> 1] ?? 0) * FARTHER
	);
	if (!((sample.at(-1) ?? 0) > limit)) return null;
	const moved = Float64Array.from({ length: total }, (_, t) => distance(t));
	const away: number[] = [];
	moved.forEach((by, t) => by > limit * MOVED && away.push(t));
	const corners = Uint32Array.from({ length: away.length * 3 }, (_, i) => {
		return indices[away[Math.floor(i / 3)]! * 3 + (i % 3)]!;
	});
	const { piece_of, pieces } = findPieces({ indices: corners }, placeIds(positions));
	const gone = new Uint8Array(pieces);
	away.forEach((t, i) => {
		if (moved[t]! > limit) gone[piece_of[i]!] = 1;
	});
	const lost = new Uint8Array(total);
	away.forEach((t, i) => {
		lost[t] = gone[piece_of[i]!]!;
	});
	return lost;
}

/**
 * The surface with some of its triangles moved outwards, and with the memory of where all stood: a simplifier measures
 * how far things move, and a wire may vanish at the cost of its thickness. Made thicker, it is kept as what matters more.
 *
 * @param marked per triangle 1 where it is moved.
 * @param share by how much, of the longest side.
 */
export function thicken(source: Surface, marked: Uint8Array, share: number): Surface {
	const { indices, attributes, stride, slots, part_of } = source;
	const place = placeIds(source.positions);
	const thin = new Uint8Array(place.length);
	marked.forEach((one, t) => {
		for (let i = t * 3; one && i < t * 3 + 3; i++) thin[place[indices[i]!]!] = 1;
	});
	const normal_at = offsetOf(source, 'NORMAL');
	const out = new Float64Array(place.length * 3);
	place.forEach((own, vertex) => {
		for (let axis = 0; axis < 3; axis++) {
			out[own * 3 + axis]! += attributes[vertex * stride + normal_at + axis]!;
		}
	});
	const { min, max } = boundsOf(source);
	const side = longestSide({ min, max });
	const positions = source.positions.slice();
	place.forEach((own, vertex) => {
		if (!thin[own]) return;
		const way = out.subarray(own * 3, own * 3 + 3);
		const scale = (share * side) / (Math.hypot(way[0]!, way[1]!, way[2]!) || 1);
		for (let axis = 0; axis < 3; axis++) {
			const [low, high] = [min[axis]! + RIM * side, max[axis]! - RIM * side];
			const at = positions[vertex * 3 + axis]!;
			if (at < low || at > high) continue;
			positions[vertex * 3 + axis] = Math.min(high, Math.max(low, at + way[axis]! * scale));
		}
	});
	const wide = stride + 3;
	const remembering = new Float32Array(part_of.length * wide);
	for (let vertex = 0; vertex < part_of.length; vertex++) {
		const own = attributes.subarray(vertex * stride, (vertex + 1) * stride);
		remembering.set(own, vertex * wide);
		const stood = source.positions.subarray(vertex * 3, vertex * 3 + 3);
		remembering.set(stood, vertex * wide + stride);
	}
	return {
		...source,
		positions,
		attributes: remembering,
		stride: wide,
		slots: [...slots, { semantic: MEMORY, offset: stride, size: 3 }]
	};
}

/**
 * Undoes `thicken` on what its surface was simplified to: every vertex goes where what it stands for stood.
 *
 * @param source the surface before; what is made fills its box.
 */
export function thinOut(thick: Surface, source: Surface): Surface {
	const { attributes, part_of, stride: wide } = thick;
	const stride = wide - 3;
	const thin: Surface = {
		...thick,
		positions: new Float32Array(part_of.length * 3),
		attributes: new Float32Array(part_of.length * stride),
		stride,
		slots: thick.slots.filter(({ semantic }) => semantic !== MEMORY)
	};
	for (let vertex = 0; vertex < part_of.length; vertex++) {
		const own = attributes.subarray(vertex * wide, vertex * wide + stride);
		thin.attributes.set(own, vertex * stride);
		const stood = attributes.subarray(vertex * wide + stride, (vertex + 1) * wide);
		thin.positions.set(stood, vertex * 3);
	}
	fillBox(thin, boundsOf(source));
	return thin;
}

/** Keeps a surface within a box, and moves the vertices nearest to its sides onto them. */
function fillBox(surface: Surface, box: Bounds): void {
	keepInBox(surface, box);
	const { positions } = surface;
	extremeVertices(surface).forEach((vertex, side) => {
		const axis = side % 3;
		for (const one of verticesAt(positions, vertex)) {
			positions[one * 3 + axis] = (side < 3 ? box.min : box.max)[axis]!;
		}
	});
}

function longestSide({ min, max }: Bounds): number {
	return Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
}
