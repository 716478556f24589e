import type { PlaneMesh } from './mesh-silhouette';
import type { Solid } from './solid';

/**
 * Lifts a plane mesh to both sides by half its thickness: a closed surface, counterclockwise seen from outside, with
 * smooth normals also across the rim.
 *
 * @param heights half the thickness at each grid node, pixels; positive
 */
export function closeSheets(mesh: PlaneMesh, heights: Float32Array): Solid {
	const count = mesh.nodes.length;
	const positions = new Float32Array(count * 6);
	for (let i = 0; i < count; i++) {
		const node = mesh.nodes[i]!;
		const z = node < 0 ? 0 : heights[node]!;
		positions.set([mesh.points[2 * i]!, -mesh.points[2 * i + 1]!, z], 3 * i);
		positions.set([mesh.points[2 * i]!, -mesh.points[2 * i + 1]!, -z], 3 * (count + i));
	}
	const corners = mesh.triangles.length;
	const indices = new Uint32Array(corners * 2);
	indices.set(mesh.triangles);
	for (let i = 0; i < corners; i += 3) {
		indices[corners + i] = mesh.triangles[i]! + count;
		indices[corners + i + 1] = mesh.triangles[i + 2]! + count;
		indices[corners + i + 2] = mesh.triangles[i + 1]! + count;
	}
	const normals = frontNormals(positions, mesh);
	for (let i = 0; i < count; i++) {
		// The back mirrors the front; on the rim both halves cancel along z.
		if (mesh.nodes[i]! < 0) flatten(normals, 3 * i);
		const [x, y, z] = [normals[3 * i]!, normals[3 * i + 1]!, normals[3 * i + 2]!];
		normals.set([x, y, -z], 3 * (count + i));
	}
	return { positions, normals, back_start: count, indices };
}

/** Sums of the front's face normals weighted by their angle at the point (Thürmer & Wüthrich 1998), normalized. */
function frontNormals(positions: Float32Array, { nodes, triangles }: PlaneMesh): Float32Array {
	const normals = new Float32Array(nodes.length * 6);
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
