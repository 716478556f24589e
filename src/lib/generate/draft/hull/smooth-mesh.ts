import type { Mesh } from './march-cubes';

/**
 * Weights of a step inward and one outward that keeps the volume, and how often: light.
 * G. Taubin, "A signal processing approach to fair surface design", SIGGRAPH 1995.
 */
const STEPS = [0.5, -0.53, 0.5, -0.53, 0.5, -0.53];

/** Smooths a closed mesh in place. */
export function smoothMesh({ positions, indices }: Mesh): void {
	const sums = new Float32Array(positions.length);
	const counts = new Uint16Array(positions.length / 3);
	for (const weight of STEPS) {
		sums.fill(0);
		counts.fill(0);
		// Each edge belongs to two triangles, which run along it both ways: every neighbor is added once.
		for (let t = 0; t < indices.length; t++) {
			const from = indices[t]!;
			const to = indices[t % 3 === 2 ? t - 2 : t + 1]!;
			counts[from]!++;
			for (let axis = 0; axis < 3; axis++) sums[3 * from + axis]! += positions[3 * to + axis]!;
		}
		for (let i = 0; i < positions.length; i++) {
			const count = counts[Math.floor(i / 3)]!;
			if (count > 0) positions[i]! += weight * (sums[i]! / count - positions[i]!);
		}
	}
}

/** Sums of the face normals weighted by their angle at the point (Thürmer & Wüthrich 1998), normalized. */
export function pointNormals({ positions, indices }: Mesh): Float32Array {
	const normals = new Float32Array(positions.length);
	const edge = (from: number, to: number): [number, number, number] => [
		positions[3 * to]! - positions[3 * from]!,
		positions[3 * to + 1]! - positions[3 * from + 1]!,
		positions[3 * to + 2]! - positions[3 * from + 2]!
	];
	for (let t = 0; t < indices.length; t += 3) {
		for (let corner = 0; corner < 3; corner++) {
			const a = indices[t + corner]!;
			const u = edge(a, indices[t + ((corner + 1) % 3)]!);
			const v = edge(a, indices[t + ((corner + 2) % 3)]!);
			const cross = [
				u[1] * v[2] - u[2] * v[1],
				u[2] * v[0] - u[0] * v[2],
				u[0] * v[1] - u[1] * v[0]
			];
			const sine = Math.hypot(...cross);
			if (sine === 0) continue;
			const weight = Math.atan2(sine, u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / sine;
			for (let axis = 0; axis < 3; axis++) normals[3 * a + axis]! += cross[axis]! * weight;
		}
	}
	for (let i = 0; i < normals.length; i += 3) {
		const length = Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!);
		if (length < 1e-12) normals.set([0, 1, 0], i);
		else for (let axis = 0; axis < 3; axis++) normals[i + axis]! /= length;
	}
	return normals;
}
