import type { Surface } from './surface';

/** A bounding volume hierarchy over a surface's triangles, flat arrays all through. Made by `buildTriangleTree`. */
export interface TriangleTree {
	/** Six per node: low x, y, z, high x, y, z. */
	boxes: Float32Array;
	/** Per node: the right child of an inner node (the left one follows it), or ~first for a leaf. */
	links: Int32Array;
	/** Per leaf how many triangles it holds, 0 for inner nodes. */
	counts: Uint8Array;
	/** Nine per triangle in leaf order: corners a, b, c. */
	corners: Float32Array;
	/** Three per triangle in leaf order: its unit normal, zero without area. */
	normals: Float32Array;
	/** Which triangle of the surface stands at a place of the leaf order. */
	triangles: Uint32Array;
	depth: number;
}

/** Triangles per leaf at most. Four is the usual best for rays in scripts: fewer nodes than one, fewer tests than eight. */
const LEAF = 4;
/** Bins per axis of the surface area heuristic. */
const BINS = 16;

/**
 * Builds the hierarchy top-down with a binned surface area heuristic, about 1 s per million triangles.
 * Method: Wald 2007, "On fast Construction of SAH-based Bounding Volume Hierarchies".
 * Written here because a bake asks millions of questions: three-mesh-bvh answers with objects and needs three.js on the
 * thread.
 *
 * @param only which triangles take part; all by default.
 */
export function buildTriangleTree(
	{ indices, positions }: Pick<Surface, 'indices' | 'positions'>,
	only?: (triangle: number) => boolean
): TriangleTree {
	const total = indices.length / 3;
	const triangles = new Uint32Array(total);
	let count = 0;
	for (let t = 0; t < total; t++) if (!only || only(t)) triangles[count++] = t;
	const boxes = new Float32Array(total * 6);
	for (let i = 0; i < count; i++) {
		const t = triangles[i]!;
		for (let axis = 0; axis < 3; axis++) {
			const a = positions[indices[t * 3]! * 3 + axis]!;
			const b = positions[indices[t * 3 + 1]! * 3 + axis]!;
			const c = positions[indices[t * 3 + 2]! * 3 + axis]!;
			boxes[t * 6 + axis] = Math.min(a, b, c);
			boxes[t * 6 + 3 + axis] = Math.max(a, b, c);
		}
	}
	const nodes = Math.max(1, count * 2);
	const tree: TriangleTree = {
		boxes: new Float32Array(nodes * 6),
		links: new Int32Array(nodes),
		counts: new Uint8Array(nodes),
		corners: new Float32Array(count * 9),
		normals: new Float32Array(count * 3),
		triangles: triangles.subarray(0, count),
		depth: 1
	};
	let used = 0;
	const fill = (first: number, end: number, depth: number): void => {
		const node = used++;
		tree.depth = Math.max(tree.depth, depth);
		bound(tree, node, boxes, first, end);
		const split = end - first <= LEAF ? -1 : partition(tree, node, boxes, first, end, depth);
		if (split < 0) {
			tree.links[node] = ~first;
			tree.counts[node] = end - first;
			return;
		}
		fill(first, split, depth + 1);
		tree.links[node] = used;
		fill(split, end, depth + 1);
	};
	if (count > 0) fill(0, count, 1);
	for (let i = 0; i < count; i++) {
		for (let corner = 0; corner < 3; corner++) {
			const vertex = indices[tree.triangles[i]! * 3 + corner]! * 3;
			for (let axis = 0; axis < 3; axis++) {
				tree.corners[i * 9 + corner * 3 + axis] = positions[vertex + axis]!;
			}
		}
		writeNormal(tree, i);
	}
	return tree;
}

function writeNormal({ corners, normals }: TriangleTree, place: number): void {
	const at = place * 9;
	const ux = corners[at + 3]! - corners[at]!;
	const uy = corners[at + 4]! - corners[at + 1]!;
	const uz = corners[at + 5]! - corners[at + 2]!;
	const vx = corners[at + 6]! - corners[at]!;
	const vy = corners[at + 7]! - corners[at + 1]!;
	const vz = corners[at + 8]! - corners[at + 2]!;
	const x = uy * vz - uz * vy;
	const y = uz * vx - ux * vz;
	const z = ux * vy - uy * vx;
	const length = Math.sqrt(x * x + y * y + z * z) || 1;
	normals[place * 3] = x / length;
	normals[place * 3 + 1] = y / length;
	normals[place * 3 + 2] = z / length;
}

function bound(
	{ boxes, triangles }: TriangleTree,
	node: number,
	own: Float32Array,
	first: number,
	end: number
): void {
	for (let axis = 0; axis < 3; axis++) {
		let [low, high] = [Infinity, -Infinity];
		for (let i = first; i < end; i++) {
			const at = triangles[i]! * 6 + axis;
			if (own[at]! < low) low = own[at]!;
			if (own[at + 3]! > high) high = own[at + 3]!;
		}
		boxes[node * 6 + axis] = low;
		boxes[node * 6 + 3 + axis] = high;
	}
}

/** Sorts a node's triangles into two sides; answers where the right one starts. Halves where no plane parts them. */
function partition(
	{ boxes, triangles }: TriangleTree,
	node: number,
	own: Float32Array,
	first: number,
	end: number,
	depth: number
): number {
	const middle = (first + end) >> 1;
	let axis = 0;
	const side = (k: number) => boxes[node * 6 + 3 + k]! - boxes[node * 6 + k]!;
	if (side(1) > side(0)) axis = 1;
	if (side(2) > side(axis)) axis = 2;
	const low = boxes[node * 6 + axis]! * 2;
	const scale = BINS / (side(axis) * 2);
	// A degenerate box, or a chain of lopsided splits that would outgrow the stacks of the queries.
	if (!(scale < Infinity) || depth > 40) return middle;
	const bin = (t: number) =>
		Math.min(BINS - 1, Math.floor((own[t * 6 + axis]! + own[t * 6 + 3 + axis]! - low) * scale));
	const counts = new Uint32Array(BINS);
	const bins = new Float32Array(BINS * 6);
	for (let b = 0; b < BINS; b++) {
		bins.fill(Infinity, b * 6, b * 6 + 3);
		bins.fill(-Infinity, b * 6 + 3, b * 6 + 6);
	}
	for (let i = first; i < end; i++) {
		const t = triangles[i]!;
		const b = bin(t);
		counts[b] = counts[b]! + 1;
		grow(bins, b * 6, own, t * 6);
	}
	const right_areas = new Float32Array(BINS);
	const box = new Float32Array(6);
	const empty = () => {
		box.fill(Infinity, 0, 3);
		box.fill(-Infinity, 3, 6);
	};
	empty();
	let seen = 0;
	for (let b = BINS - 1; b > 0; b--) {
		grow(box, 0, bins, b * 6);
		seen += counts[b]!;
		right_areas[b] = seen === 0 ? 0 : seen * halfArea(box);
	}
	empty();
	seen = 0;
	let [best, best_cost] = [-1, Infinity];
	for (let b = 0; b < BINS - 1; b++) {
		grow(box, 0, bins, b * 6);
		seen += counts[b]!;
		if (seen === 0 || seen === end - first) continue;
		const cost = seen * halfArea(box) + right_areas[b + 1]!;
		if (cost < best_cost) [best, best_cost] = [b, cost];
	}
	if (best < 0) return middle;
	let [left, right] = [first, end - 1];
	while (left <= right) {
		const t = triangles[left]!;
		if (bin(t) <= best) left++;
		else {
			triangles[left] = triangles[right]!;
			triangles[right--] = t;
		}
	}
	return left;
}

function grow(into: Float32Array, at: number, box: Float32Array, from: number): void {
	for (let k = 0; k < 3; k++) {
		if (box[from + k]! < into[at + k]!) into[at + k] = box[from + k]!;
		if (box[from + 3 + k]! > into[at + 3 + k]!) into[at + 3 + k] = box[from + 3 + k]!;
	}
}

function halfArea(box: Float32Array): number {
	const [x, y, z] = [box[3]! - box[0]!, box[4]! - box[1]!, box[5]! - box[2]!];
	return x * y + y * z + z * x;
}
