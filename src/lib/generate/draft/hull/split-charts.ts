import type { Surface } from '../solid';
import type { Unwrapped } from './unwrap-mesh';

/** Gives every chart points of its own, so that each point has one place on the texture. */
export function splitCharts(
	{ positions, normals, indices }: Surface,
	{ corners, charts }: Unwrapped,
	texture_size: number
): Surface & { uvs: Float32Array<ArrayBuffer> } {
	const made = new Map<number, number>();
	const sources: number[] = [];
	const uvs: number[] = [];
	const points = positions.length / 3;
	const split = indices.map((point, corner) => {
		const key = charts[Math.floor(corner / 3)]! * points + point;
		const known = made.get(key);
		if (known !== undefined) return known;
		made.set(key, sources.length);
		sources.push(point);
		uvs.push(corners[2 * corner]! / texture_size, corners[2 * corner + 1]! / texture_size);
		return sources.length - 1;
	});
	const pick = (array: Float32Array) => {
		const picked = new Float32Array(sources.length * 3);
		sources.forEach((point, i) => picked.set(array.subarray(3 * point, 3 * point + 3), 3 * i));
		return picked;
	};
	return {
		positions: pick(positions),
		normals: pick(normals),
		indices: split,
		uvs: Float32Array.from(uvs)
	};
}
