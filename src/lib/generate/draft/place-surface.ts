import type { Size } from '../../artifacts';
import type { Surface } from './solid';

/** Height of a draft nothing is known about, metres. */
export const DEFAULT_HEIGHT = 0.3;

/**
 * Scales a surface to metres, centers it and stands it on y = 0.
 *
 * @param wanted height rules, else width; a depth alone stretches along z
 * @param thickness times the surface's own depth, where no depth is wanted
 */
export function placeSurface(
	surface: Surface,
	wanted: Partial<Size>,
	thickness = 1
): { positions: Float32Array<ArrayBuffer>; normals: Float32Array<ArrayBuffer>; size: Size } {
	const low = [Infinity, Infinity, Infinity];
	const high = [-Infinity, -Infinity, -Infinity];
	surface.positions.forEach((value, i) => {
		low[i % 3] = Math.min(low[i % 3]!, value);
		high[i % 3] = Math.max(high[i % 3]!, value);
	});
	const [width, height, depth] = high.map((value, axis) => value - low[axis]!) as [
		number,
		number,
		number
	];
	const scale = wanted.height_m
		? wanted.height_m / height
		: wanted.width_m
			? wanted.width_m / width
			: DEFAULT_HEIGHT / height;
	const scale_z = wanted.depth_m ? wanted.depth_m / depth : scale * thickness;
	const center_x = (low[0]! + high[0]!) / 2;
	const center_z = (low[2]! + high[2]!) / 2;
	const positions = new Float32Array(surface.positions.length);
	const normals = new Float32Array(surface.normals.length);
	for (let i = 0; i < positions.length; i += 3) {
		positions[i] = (surface.positions[i]! - center_x) * scale;
		positions[i + 1] = (surface.positions[i + 1]! - low[1]!) * scale;
		positions[i + 2] = (surface.positions[i + 2]! - center_z) * scale_z;
		// Normals take the inverse of a stretch.
		const x = surface.normals[i]!;
		const y = surface.normals[i + 1]!;
		const z = (surface.normals[i + 2]! * scale) / scale_z;
		const length = Math.hypot(x, y, z);
		normals.set([x / length, y / length, z / length], i);
	}
	const size = { width_m: width * scale, height_m: height * scale, depth_m: depth * scale_z };
	return { positions, normals, size };
}
