// The product's soft shadow and reflected color on the floor, computed once per shot on a grid around it.
import { march } from './samples-march.mjs';
import { around, R2, seeded } from './samples-render.mjs';
import { keyIrradiance, keyPoint } from './samples-studio.mjs';

const TEXELS = 224;
const RAYS = 36;
/** Half the grid's side in studio units. */
const REACH = 1.75;

/** @returns {(x: number, z: number, out: number[]) => void} out = [share of key, share of room, red, green, blue] */
export function bakeFloor(scene, seed) {
	let grid = new Float32Array(TEXELS * TEXELS * 5);
	const random = seeded(seed * 7919 + 13);
	const surface = { r: 0, g: 0, b: 0, roughness: 0, reflectance: 0, bump: 0 };
	const q = [0, 0, 0];
	for (let j = 0; j < TEXELS; j++) {
		for (let i = 0; i < TEXELS; i++) {
			const x = (i / (TEXELS - 1) - 0.5) * 2 * REACH;
			const z = (j / (TEXELS - 1) - 0.5) * 2 * REACH;
			const cell = grid.subarray((j * TEXELS + i) * 5, (j * TEXELS + i) * 5 + 5);
			const [u0, v0, s0, t0] = [random(), random(), random(), random()];
			let whole = 0;
			let lit = 0;
			for (let ray = 0; ray < RAYS; ray++) {
				keyPoint((u0 + ray * R2[0]) % 1, (v0 + ray * R2[1]) % 1, q);
				const amount = keyIrradiance(x, 0, z, 0, 1, 0, q);
				const d = Math.sqrt((q[0] - x) ** 2 + q[1] ** 2 + (q[2] - z) ** 2);
				whole += amount;
				if (march(scene, x, 0.001, z, (q[0] - x) / d, q[1] / d, (q[2] - z) / d, 0, 0.001) < 0)
					lit += amount;

				const angle = ((s0 + ray * R2[0]) % 1) * 2 * Math.PI;
				const radius = Math.sqrt((t0 + ray * R2[1]) % 1);
				const [dx, dy, dz] = around(0, 1, 0, Math.cos(angle) * radius, Math.sin(angle) * radius);
				const t = march(scene, x, 0.001, z, dx, dy, dz, 0, 0.001);
				if (t < 0) {
					cell[1] += 1 / RAYS;
					continue;
				}
				scene.surface(x + dx * t, 0.001 + dy * t, z + dz * t, surface);
				cell[2] += (surface.r * 1.15) / RAYS;
				cell[3] += (surface.g * 1.15) / RAYS;
				cell[4] += (surface.b * 1.15) / RAYS;
			}
			cell[0] = whole > 0 ? lit / whole : 1;
		}
	}
	for (let pass = 0; pass < 2; pass++) grid = smooth(grid);
	return (x, z, out) => {
		const u = (x / REACH / 2 + 0.5) * (TEXELS - 1);
		const v = (z / REACH / 2 + 0.5) * (TEXELS - 1);
		if (!(u > 0 && v > 0 && u < TEXELS - 1 && v < TEXELS - 1)) {
			out[0] = out[1] = 1;
			out[2] = out[3] = out[4] = 0;
			return;
		}
		const i = u | 0;
		const j = v | 0;
		const fu = u - i;
		const fv = v - j;
		// Fades to no shadow at the border of the grid.
		const fade = Math.min(1, Math.min(u, v, TEXELS - 1 - u, TEXELS - 1 - v) / (TEXELS * 0.15));
		for (let k = 0; k < 5; k++) {
			const at = (di, dj) => grid[((j + dj) * TEXELS + i + di) * 5 + k];
			const value =
				(at(0, 0) * (1 - fu) + at(1, 0) * fu) * (1 - fv) +
				(at(0, 1) * (1 - fu) + at(1, 1) * fu) * fv;
			out[k] = k < 2 ? 1 + (value - 1) * fade : value * fade;
		}
	};
}

/** One pass of a 3 x 3 binomial filter. */
function smooth(grid) {
	const next = new Float32Array(grid);
	for (let j = 1; j < TEXELS - 1; j++) {
		for (let i = 1; i < TEXELS - 1; i++) {
			for (let k = 0; k < 5; k++) {
				let sum = 0;
				for (let dj = -1; dj <= 1; dj++) {
					for (let di = -1; di <= 1; di++) {
						sum +=
							grid[((j + dj) * TEXELS + i + di) * 5 + k] * (2 - Math.abs(di)) * (2 - Math.abs(dj));
					}
				}
				next[(j * TEXELS + i) * 5 + k] = sum / 16;
			}
		}
	}
	return next;
}
