import type { PlaneMesh } from './mesh-silhouette';
import type { Solid } from './solid';

export interface Thickness {
	/** Half the thickness at each grid node, pixels; positive inside. */
	heights: Float32Array;
	/** Half the thickness at the contour, pixels: 0 for sheets that meet there, else they are joined by a wall. */
	rim: number;
}

/**
 * Lifts a plane mesh to both sides by half its thickness: a closed surface, counterclockwise seen from outside, with
 * smooth normals also across the rim.
 */
export function closeSheets(mesh: PlaneMesh, { heights, rim }: Thickness): Solid {
	const sheet = mesh.nodes.length;
	const wall = rim > 0 ? findContour(mesh) : null;
	// Points of the front: the sheet, then those halfway down the wall.
	const count = sheet + (wall?.points.length ?? 0);
	const positions = new Float32Array(count * 6);
	for (let i = 0; i < sheet; i++) {
		const node = mesh.nodes[i]!;
		const z = node < 0 ? rim : heights[node]!;
		positions.set([mesh.points[2 * i]!, -mesh.points[2 * i + 1]!, z], 3 * i);
	}
	wall?.points.forEach((point, i) => {
		positions.set([positions[3 * point]!, positions[3 * point + 1]!, 0], 3 * (sheet + i));
	});
	const normals = frontNormals(positions, mesh, count);
	for (let i = 0; i < sheet; i++) if (mesh.nodes[i]! < 0) flatten(normals, 3 * i);
	wall?.points.forEach((point, i) => {
		const normal = wall.normals.subarray(2 * i, 2 * i + 2);
		for (const at of [point, sheet + i]) normals.set([normal[0]!, normal[1]!, 0], 3 * at);
	});
	turnNormals(positions, normals, mesh);
	for (let i = 0; i < 3 * count; i++) {
		const turn = i % 3 === 2 ? -1 : 1;
		positions[3 * count + i] = turn * positions[i]!;
		normals[3 * count + i] = turn * normals[i]!;
	}
	const front = [...(wall ? wallTriangles(wall, sheet) : [])];
	const corners = mesh.triangles.length;
	const half = new Uint32Array(corners + front.length);
	half.set(mesh.triangles);
	half.set(front, corners);
	const indices = new Uint32Array(half.length * 2);
	indices.set(half);
	for (let i = 0; i < half.length; i += 3) {
		indices[half.length + i] = half[i]! + count;
		indices[half.length + i + 1] = half[i + 2]! + count;
		indices[half.length + i + 2] = half[i + 1]! + count;
	}
	return { positions, normals, back_start: count, indices };
}

interface Contour {
	/** Points of the mesh. */
	points: number[];
	/** Outward, x and y (up) of each. */
	normals: Float32Array;
	/** Pairs of indices into `points`, the inside to their left. */
	edges: [number, number][];
}

/** The edges that only one triangle has. */
function findContour({ points, nodes, triangles }: PlaneMesh): Contour {
	const open = new Map<number, [number, number]>();
	const count = nodes.length;
	for (let t = 0; t < triangles.length; t += 3) {
		for (let corner = 0; corner < 3; corner++) {
			const from = triangles[t + corner]!;
			const to = triangles[t + ((corner + 1) % 3)]!;
			// Only an edge between two points of the contour can be part of it.
			if (nodes[from]! >= 0 || nodes[to]! >= 0) continue;
			if (!open.delete(to * count + from)) open.set(from * count + to, [from, to]);
		}
	}
	const numbers = new Map<number, number>();
	const number = (point: number) => {
		if (!numbers.has(point)) numbers.set(point, numbers.size);
		return numbers.get(point) ?? 0;
	};
	const edges = [...open.values()].map(([from, to]): [number, number] => [
		number(from),
		number(to)
	]);
	const found = [...numbers.keys()];
	const normals = new Float32Array(2 * found.length);
	for (const [from, to] of edges) {
		const [a, b] = [found[from]!, found[to]!];
		const x = points[2 * b]! - points[2 * a]!;
		const y = points[2 * a + 1]! - points[2 * b + 1]!;
		const length = Math.hypot(x, y);
		for (const end of [from, to]) {
			normals[2 * end]! += y / length;
			normals[2 * end + 1]! -= x / length;
		}
	}
	for (let i = 0; i < normals.length; i += 2) {
		const length = Math.hypot(normals[i]!, normals[i + 1]!);
		normals[i]! /= length;
		normals[i + 1]! /= length;
	}
	return { points: found, normals, edges };
}

function* wallTriangles({ points, edges }: Contour, sheet: number): Generator<number> {
	for (const [from, to] of edges) {
		const [a, b] = [points[from]!, points[to]!];
		yield* [b, a, sheet + from, b, sheet + from, sheet + to];
	}
}

/** Sums of the sheet's face normals weighted by their angle at the point (Thürmer & Wüthrich 1998), normalized. */
function frontNormals(
	positions: Float32Array,
	{ nodes, triangles }: PlaneMesh,
	count: number
): Float32Array {
	const normals = new Float32Array(count * 6);
	const edge = (from: number, to: number) => [
		positions[3 * to]! - positions[3 * from]!,
		positions[3 * to + 1]! - positions[3 * from + 1]!,
		positions[3 * to + 2]! - positions[3 * from + 2]!
	];
	for (let t = 0; t < triangles.length; t += 3) {
		for (let corner = 0; corner < 3; corner++) {
			const a = triangles[t + corner]!;
			const [ux, uy, uz] = edge(a, triangles[t + ((corner + 1) % 3)]!) as [number, number, number];
			const [vx, vy, vz] = edge(a, triangles[t + ((corner + 2) % 3)]!) as [number, number, number];
			const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
			const sine = Math.hypot(x, y, z);
			if (sine === 0) continue;
			const weight = Math.atan2(sine, ux * vx + uy * vy + uz * vz) / sine;
			normals[3 * a]! += x * weight;
			normals[3 * a + 1]! += y * weight;
			normals[3 * a + 2]! += z * weight;
		}
	}
	for (let i = 0; i < nodes.length; i++) normalize(normals, 3 * i);
	return normals;
}

/** Rounds in which normals are turned to faces they look away from. */
const TURNS = 4;

/** At steep steps the mean of a point's faces may look away from one of them, which would be shaded from behind. */
function turnNormals(positions: Float32Array, normals: Float32Array, mesh: PlaneMesh): void {
	const { nodes, triangles } = mesh;
	const face = new Float32Array(3);
	for (let round = 0; round < TURNS; round++) {
		let turned = false;
		for (let t = 0; t < triangles.length; t += 3) {
			const corners = triangles.subarray(t, t + 3);
			faceNormal(positions, corners, face);
			let along = 0;
			for (const corner of corners) {
				for (let axis = 0; axis < 3; axis++) along += face[axis]! * normals[3 * corner + axis]!;
			}
			if (along > 0) continue;
			turned = true;
			for (const corner of corners) {
				for (let axis = 0; axis < 3; axis++) normals[3 * corner + axis]! += face[axis]!;
				if (nodes[corner]! < 0) flatten(normals, 3 * corner);
				else normalize(normals, 3 * corner);
			}
		}
		if (!turned) return;
	}
}

function faceNormal(positions: Float32Array, corners: Uint32Array, into: Float32Array): void {
	const [a, b, c] = [3 * corners[0]!, 3 * corners[1]!, 3 * corners[2]!];
	for (let axis = 0; axis < 3; axis++) {
		const [next, last] = [(axis + 1) % 3, (axis + 2) % 3];
		into[axis] =
			(positions[b + next]! - positions[a + next]!) *
				(positions[c + last]! - positions[a + last]!) -
			(positions[b + last]! - positions[a + last]!) * (positions[c + next]! - positions[a + next]!);
	}
	normalize(into, 0);
}

/** Front and back mirror each other: on the rim both halves cancel along z. */
function flatten(vectors: Float32Array, at: number): void {
	vectors[at + 2] = 0;
	normalize(vectors, at);
}

/** Makes a vector's length 1; one without a direction points up. */
function normalize(vectors: Float32Array, at: number): void {
	const length = Math.hypot(vectors[at]!, vectors[at + 1]!, vectors[at + 2]!);
	if (length < 1e-12) return vectors.set([0, 1, 0], at);
	for (let axis = 0; axis < 3; axis++) vectors[at + axis]! /= length;
}
