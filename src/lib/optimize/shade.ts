import type { Eye } from './rasterize';
import type { Sample } from './sample-look';

/** Direction, strength, and whether it is large and soft: a key light, a fill, a rim, as in a photo studio. */
const LIGHTS = [
	{ x: 0.37, y: 0.74, z: 0.56, strength: 1.9, softness: 0.15 },
	{ x: -0.8, y: 0.4, z: 0.45, strength: 0.7, softness: 0.35 },
	{ x: 0.1, y: 0.35, z: -0.93, strength: 0.9, softness: 0.25 }
];

/**
 * Lambert and a normalized Blinn-Phong lobe per light, a sky that mirrors; after Burley 2012's roughness.
 *
 * @param out the light that comes from here, and the share that comes through from behind, red, green, blue each.
 */
export function shade(
	like: Sample,
	turned: boolean,
	eye_x: number,
	eye_y: number,
	{ right, up, back }: Eye,
	out: Float64Array
): void {
	const flip = turned ? -1 : 1;
	const nx = like.normal_x * flip;
	const ny = like.normal_y * flip;
	const nz = like.normal_z * flip;
	let ex = back[0] - eye_x * right[0] - eye_y * up[0];
	let ey = back[1] - eye_x * right[1] - eye_y * up[1];
	let ez = back[2] - eye_x * right[2] - eye_y * up[2];
	const eye_length = Math.sqrt(ex * ex + ey * ey + ez * ez);
	ex /= eye_length;
	ey /= eye_length;
	ez /= eye_length;
	const facing = Math.max(0.02, nx * ex + ny * ey + nz * ez);
	const alpha = Math.max(0.03, like.roughness * like.roughness);
	const fresnel = (1 - facing) ** 5 * (1 - like.roughness * 0.7);
	const mirror_y = 2 * facing * ny - ey;
	let diffuse = (0.55 + 0.3 * ny) * like.occlusion;
	// A sky that is bright above and dark below, blurred by roughness.
	let shine = (0.5 + (0.42 * mirror_y) / (Math.abs(mirror_y) + alpha + 0.15)) * like.occlusion;
	for (const { x, y, z, strength, softness } of LIGHTS) {
		const toward = nx * x + ny * y + nz * z;
		if (toward <= 0) continue;
		diffuse += (toward * strength) / Math.PI;
		const [hx, hy, hz] = [x + ex, y + ey, z + ez];
		const half = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz);
		const wide = Math.min(1, alpha + softness);
		const power = 2 / (wide * wide) - 1;
		shine +=
			(strength * toward * (power + 2) * Math.max(0, half) ** power) /
			(8 * Math.PI) /
			facing ** 0.5;
	}
	const [red, green, blue] = [like.red, like.green, like.blue];
	const plain = 1 - like.metalness;
	const mirror = (value: number) => {
		const at_front = 0.04 * plain + value * like.metalness;
		return at_front + (1 - at_front) * fresnel;
	};
	const stays = diffuse * plain * (1 - like.transmission);
	out[0] = red * stays + mirror(red) * shine + like.emissive_red;
	out[1] = green * stays + mirror(green) * shine + like.emissive_green;
	out[2] = blue * stays + mirror(blue) * shine + like.emissive_blue;
	const passes = plain * like.transmission;
	out[3] = red * passes * (1 - mirror(red));
	out[4] = green * passes * (1 - mirror(green));
	out[5] = blue * passes * (1 - mirror(blue));
}
