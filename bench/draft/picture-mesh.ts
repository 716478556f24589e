import type { Point } from '../../tests/fixtures/solids';
import { dot, shade, type Camera } from './camera';
import type { Picture } from './photograph';

export interface TexturedMesh {
	positions: Float32Array;
	normals: Float32Array;
	indices: Uint32Array;
	uvs: Float32Array;
	texture: { width: number; height: number; pixels: Uint8ClampedArray };
}

/** Draws a mesh with a depth buffer; every covered pixel is opaque. */
export function pictureMesh(mesh: TexturedMesh, camera: Camera, side: number): Picture {
	const pixels = new Uint8ClampedArray(side * side * 4);
	const depths = new Float32Array(side * side).fill(-Infinity);
	const { positions, normals, indices, uvs, texture } = mesh;
	const at = (array: Float32Array, i: number): Point => [
		array[3 * i]!,
		array[3 * i + 1]!,
		array[3 * i + 2]!
	];
	const project = (i: number): Point => {
		const p = at(positions, i);
		const from: Point = [p[0] - camera.target[0], p[1] - camera.target[1], p[2] - camera.target[2]];
		return [
			((dot(from, camera.right) / camera.reach + 1) / 2) * side,
			((1 - dot(from, camera.up) / camera.reach) / 2) * side,
			dot(from, camera.to_camera)
		];
	};
	for (let t = 0; t < indices.length; t += 3) {
		const corners = [indices[t]!, indices[t + 1]!, indices[t + 2]!] as const;
		const [a, b, c] = [project(corners[0]), project(corners[1]), project(corners[2])];
		const area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
		if (area === 0) continue;
		const last_row = Math.min(side - 1, Math.ceil(Math.max(a[1], b[1], c[1]) - 0.5));
		const last_column = Math.min(side - 1, Math.ceil(Math.max(a[0], b[0], c[0]) - 0.5));
		const first_column = Math.max(0, Math.floor(Math.min(a[0], b[0], c[0]) - 0.5));
		for (let y = Math.max(0, Math.floor(Math.min(a[1], b[1], c[1]) - 0.5)); y <= last_row; y++) {
			for (let x = first_column; x <= last_column; x++) {
				const [u, v] = [x + 0.5, y + 0.5];
				const wb = ((u - a[0]) * (c[1] - a[1]) - (v - a[1]) * (c[0] - a[0])) / area;
				const wc = ((b[0] - a[0]) * (v - a[1]) - (b[1] - a[1]) * (u - a[0])) / area;
				const wa = 1 - wb - wc;
				if (wa < 0 || wb < 0 || wc < 0) continue;
				const depth = wa * a[2] + wb * b[2] + wc * c[2];
				const pixel = y * side + x;
				if (depth <= depths[pixel]!) continue;
				depths[pixel] = depth;
				const mix = (array: Float32Array, size: number, axis: number) =>
					wa * array[size * corners[0] + axis]! +
					wb * array[size * corners[1] + axis]! +
					wc * array[size * corners[2] + axis]!;
				const tx = Math.floor(clamp(mix(uvs, 2, 0)) * (texture.width - 0.01));
				const ty = Math.floor(clamp(mix(uvs, 2, 1)) * (texture.height - 0.01));
				const from = (ty * texture.width + tx) * 4;
				// The photo carries its own light; a little more shows the form.
				const light = shade([mix(normals, 3, 0), mix(normals, 3, 1), mix(normals, 3, 2)], camera);
				for (let i = 0; i < 3; i++) {
					pixels[4 * pixel + i] = texture.pixels[from + i]! * (0.5 + 0.5 * light);
				}
				pixels[4 * pixel + 3] = 255;
			}
		}
	}
	return { side, pixels, depths };
}

const clamp = (value: number) => Math.min(Math.max(value, 0), 1);
