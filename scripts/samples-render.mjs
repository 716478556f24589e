// Draws one sample photo: sphere tracing, an area light with soft shadows, one bounce of light gathered from the
// room, the sweep and the product itself, mirror-like glaze, then a filter over the gathered light, lens and film.
// Everything is seeded: the same shot gives the same pixels.
import { denoise } from './samples-denoise.mjs';
import { bakeFloor } from './samples-floor.mjs';
import { march } from './samples-march.mjs';
import * as products from './samples-products.mjs';
import { keyIrradiance, keyPoint, roomRadiance, sweepRadiance } from './samples-studio.mjs';
import { develop } from './samples-develop.mjs';

/** A ray this close to the surface has hit it, in studio units. */
const HIT = 0.0004;
/** Steps of the R2 low-discrepancy sequence (Roberts 2018, "The unreasonable effectiveness of quasirandom sequences"). */
export const R2 = [0.7548776662466927, 0.5698402909980532];

/**
 * @param {{ product: string, size: number, turn: number, lift: number, distance: number, aim: number, fov: number, blur?: number, exposure?: number, seed: number }} shot
 *   size: the product's size in cm, the studio's unit; turn and lift: the camera's angles in degrees;
 *   aim: the height it looks at and distance, in sizes; fov in degrees; blur: radius of defocus in pixels
 * @returns {Uint8ClampedArray} RGB, side x side
 */
export function renderShot(shot, side) {
	const scene = placeProduct(shot);
	const shade = bakeFloor(scene, shot.seed);
	const camera = placeCamera(shot, side);
	const count = side * side;
	const layers = {
		albedo: new Float32Array(count * 3),
		light: new Float32Array(count * 3),
		gloss: new Float32Array(count * 3),
		sweep: new Float32Array(count * 3),
		normal: new Float32Array(count * 3),
		depth: new Float32Array(count),
		cover: new Float32Array(count)
	};
	const probe = new Float32Array(count);
	for (let index = 0; index < count; index++) {
		aim(camera, (index % side) + 0.5, Math.floor(index / side) + 0.5);
		probe[index] = march(scene, ...camera.eye, ray[0], ray[1], ray[2], 0, HIT);
	}
	for (let index = 0; index < count; index++) {
		drawPixel(scene, shade, camera, layers, index, gridFor(probe, index, side), shot.seed);
	}
	denoise(layers, side);
	return develop(layers, side, shot);
}

/** Built once per thread: the outlines' grids take a second. */
const shapes = {};

/** The product in studio units, turned as the camera sees it (turntable: the lights stay with the camera). */
function placeProduct({ product, size, turn }) {
	const built = (shapes[product] ??= products[product]());
	const { distance, surface, bounds, grain } = built;
	const c = Math.cos((turn * Math.PI) / 180);
	const s = Math.sin((turn * Math.PI) / 180);
	const corners = [0, 3].flatMap((i) => [2, 5].map((j) => [bounds[i], bounds[j]]));
	const xs = corners.map(([x, z]) => (x * c + z * s) / size);
	const zs = corners.map(([x, z]) => (-x * s + z * c) / size);
	return {
		bounds: [
			Math.min(...xs),
			0,
			Math.min(...zs),
			Math.max(...xs),
			bounds[4] / size,
			Math.max(...zs)
		],
		distance: (x, y, z) =>
			distance((x * c - z * s) * size, y * size, (x * s + z * c) * size) / size,
		surface: (x, y, z, out) =>
			surface((x * c - z * s) * size, y * size, (x * s + z * c) * size, out),
		/** Step for normals. */
		grain: grain / size,
		size
	};
}

function placeCamera({ lift, distance, aim, fov }, side) {
	const a = (lift * Math.PI) / 180;
	return {
		eye: [0, aim + Math.sin(a) * distance, Math.cos(a) * distance],
		forward: [0, -Math.sin(a), -Math.cos(a)],
		up: [0, Math.cos(a), -Math.sin(a)],
		scale: Math.tan((fov * Math.PI) / 360) / (side / 2),
		half: side / 2,
		side
	};
}

const surface = { r: 0, g: 0, b: 0, roughness: 0, reflectance: 0, bump: 0 };
const bounced = { r: 0, g: 0, b: 0, roughness: 0, reflectance: 0, bump: 0 };
const q = [0, 0, 0];
const n = [0, 0, 0];
const far = [0, 0, 0, 0, 0];
const light = [0, 0, 0];
const ray = [0, 0, 0];
const start = [0, 0, 0, 0, 0, 0];

/** The ray through a place in the picture (pixels from its top left corner), into `ray`. */
function aim({ forward, up, scale, half }, column, row) {
	const x = (column - half) * scale;
	const y = (half - row) * scale;
	ray[0] = x;
	ray[1] = forward[1] + y * up[1];
	ray[2] = forward[2] + y * up[2];
	const length = Math.sqrt(ray[0] * ray[0] + ray[1] * ray[1] + ray[2] * ray[2]);
	for (let i = 0; i < 3; i++) ray[i] /= length;
}

/** How many samples a pixel needs across: 1 on the bare sweep, 2 on the product, 3 on an edge. */
function gridFor(probe, index, side) {
	let nearest = Infinity;
	let farthest = -Infinity;
	const x = index % side;
	const y = (index - x) / side;
	for (let j = Math.max(y - 1, 0); j <= Math.min(y + 1, side - 1); j++) {
		for (let i = Math.max(x - 1, 0); i <= Math.min(x + 1, side - 1); i++) {
			const t = probe[j * side + i];
			nearest = Math.min(nearest, t);
			farthest = Math.max(farthest, t);
		}
	}
	if (farthest < 0) return 1;
	return nearest < 0 || farthest - nearest > 0.012 ? 3 : 2;
}

function drawPixel(scene, shade, camera, layers, index, grid, seed) {
	const random = seeded(index * 9781 + seed);
	const column = index % camera.side;
	const row = (index - column) / camera.side;
	const samples = grid * grid;
	for (let i = 0; i < 6; i++) start[i] = random();
	let hits = 0;
	let shaded = 0;
	for (let sample = 0; sample < samples; sample++) {
		const jx = grid === 1 ? 0.5 : random();
		const jy = grid === 1 ? 0.5 : random();
		aim(
			camera,
			column + ((sample % grid) + jx) / grid,
			row + (Math.floor(sample / grid) + jy) / grid
		);
		const [dx, dy, dz] = ray;
		const [ex, ey, ez] = camera.eye;
		const t = grid === 1 ? -1 : march(scene, ex, ey, ez, dx, dy, dz, 0, HIT);
		if (t < 0) {
			sweepRadiance(ex, ey, ez, dx, dy, dz, shade, far);
			for (let i = 0; i < 3; i++) layers.sweep[index * 3 + i] += far[i + 2];
			continue;
		}
		// The light on the product is smooth and filtered later: every other hit is enough.
		const lit = hits % 2 === 0;
		drawHit(scene, shade, layers, index, ex + dx * t, ey + dy * t, ez + dz * t, lit ? shaded : -1);
		layers.depth[index] += t;
		hits++;
		if (lit) shaded++;
	}
	layers.cover[index] = hits / samples;
	if (hits > 0) layers.depth[index] /= hits;
	for (let i = index * 3; i < index * 3 + 3; i++) {
		layers.albedo[i] /= hits || 1;
		for (const layer of [layers.light, layers.gloss, layers.normal]) layer[i] /= shaded || 1;
		layers.sweep[i] /= samples - hits || 1;
	}
}

/** The sample's place in one of the pixel's low-discrepancy sequences. */
function place(sample, dimension) {
	return (start[dimension] + sample * (R2[dimension & 1] + (dimension >> 1) * 0.137)) % 1;
}

/** Adds the surface at a hit, and its light when it is the `sample`-th that is lit (-1: not lit). */
function drawHit(scene, shade, layers, index, x, y, z, sample) {
	scene.surface(x, y, z, surface);
	const i3 = index * 3;
	layers.albedo[i3] += surface.r;
	layers.albedo[i3 + 1] += surface.g;
	layers.albedo[i3 + 2] += surface.b;
	if (sample < 0) return;
	const [dx, dy, dz] = ray;
	findNormal(scene, x, y, z, surface.bump);
	const [nx, ny, nz] = n;
	const px = x + nx * 0.0015;
	const py = Math.max(y + ny * 0.0015, 0.0002);
	const pz = z + nz * 0.0015;
	light.fill(0);

	keyPoint(place(sample, 0), place(sample, 1), q);
	const direct = keyIrradiance(px, py, pz, nx, ny, nz, q);
	if (direct > 0) {
		const d = Math.sqrt((q[0] - px) ** 2 + (q[1] - py) ** 2 + (q[2] - pz) ** 2);
		const lit =
			march(scene, px, py, pz, (q[0] - px) / d, (q[1] - py) / d, (q[2] - pz) / d, 0, 0.0006) < 0;
		if (lit) light.fill(direct);
	}

	// One direction over the hemisphere, cosine-weighted: its radiance times pi is the gathered irradiance.
	const angle = place(sample, 2) * 2 * Math.PI;
	const radius = Math.sqrt(place(sample, 3));
	const [gx, gy, gz] = around(nx, ny, nz, Math.cos(angle) * radius, Math.sin(angle) * radius);
	gather(scene, shade, px, py, pz, gx, gy, gz, false);
	for (let i = 0; i < 3; i++) light[i] += far[i + 2] * Math.PI;

	for (let i = 0; i < 3; i++) {
		layers.light[i3 + i] += light[i];
		layers.normal[i3 + i] += n[i];
	}

	const { roughness, reflectance } = surface;
	const facing = Math.min(-(dx * nx + dy * ny + dz * nz), 1);
	if (facing <= 0) return;
	const fresnel =
		reflectance + (Math.max(1 - roughness, reflectance) - reflectance) * (1 - facing) ** 5;
	if (reflectance <= 0.02) {
		// Cloth and clay have no highlights worth a ray.
		for (let i = 0; i < 3; i++) layers.gloss[i3 + i] += 0.35 * fresnel;
		return;
	}
	// Beckmann half vector around the normal (Walter et al. 2007): no long tail, so no sparks. Fresnel alone is its weight.
	const cosH = 1 / Math.sqrt(1 - roughness ** 4 * Math.log(1 - place(sample, 5)));
	const sinH = Math.sqrt(Math.max(1 - cosH * cosH, 0));
	const turn = place(sample, 4) * 2 * Math.PI;
	const [hx, hy, hz] = around(nx, ny, nz, Math.cos(turn) * sinH, Math.sin(turn) * sinH);
	const dh = dx * hx + dy * hy + dz * hz;
	const [rx, ry, rz] = [dx - 2 * dh * hx, dy - 2 * dh * hy, dz - 2 * dh * hz];
	if (rx * nx + ry * ny + rz * nz <= 0.001) return;
	gather(scene, shade, px, py, pz, rx, ry, rz, true);
	for (let i = 0; i < 3; i++) layers.gloss[i3 + i] += far[i + 2] * fresnel;
}

/** The radiance that comes in along a ray, into `far[2..4]`. */
function gather(scene, shade, px, py, pz, dx, dy, dz, withKey) {
	const t = march(scene, px, py, pz, dx, dy, dz, 0.001, 0.0006);
	if (t >= 0) {
		const y = py + dy * t;
		scene.surface(px + dx * t, y, pz + dz * t, bounced);
		const around = 0.32 + 0.25 * Math.min(y / scene.bounds[4], 1);
		far[2] = bounced.r * around;
		far[3] = bounced.g * around;
		far[4] = bounced.b * around;
	} else if (dy < 0) {
		sweepRadiance(px, py, pz, dx, dy, dz, shade, far);
	} else {
		far.fill(roomRadiance(px, py, pz, dx, dy, dz, withKey));
	}
}

function findNormal({ distance, grain }, x, y, z, bump) {
	const e = grain;
	n[0] = distance(x + e, y, z) - distance(x - e, y, z);
	n[1] = distance(x, y + e, z) - distance(x, y - e, z);
	n[2] = distance(x, y, z + e) - distance(x, y, z - e);
	if (bump > 0) addBump(x, y, z, bump, e);
	const length = Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) || 1;
	for (let i = 0; i < 3; i++) n[i] /= length;
}

/** Cloth and raw clay are rough: their own brightness pattern, read as height, tilts the normal. */
function addBump(x, y, z, bump, e) {
	const length = Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) || 1;
	for (let i = 0; i < 3; i++) n[i] /= length;
	const height = (hx, hy, hz) => {
		const s = 1 / (e * 3.2);
		return (
			Math.sin(hx * s + Math.sin(hy * s * 0.7)) *
			Math.sin(hy * s * 1.1 + 0.6) *
			Math.sin(hz * s + Math.sin(hx * s))
		);
	};
	const h = height(x, y, z);
	n[0] += (height(x + e, y, z) - h) * bump;
	n[1] += (height(x, y + e, z) - h) * bump;
	n[2] += (height(x, y, z + e) - h) * bump;
}

/** A direction from its two coordinates across the normal (Duff et al. 2017, "Building an orthonormal basis, revisited"). */
export function around(nx, ny, nz, u, v) {
	const sign = nz >= 0 ? 1 : -1;
	const a = -1 / (sign + nz);
	const b = nx * ny * a;
	const w = Math.sqrt(Math.max(1 - u * u - v * v, 0));
	return [
		(1 + sign * nx * nx * a) * u + b * v + nx * w,
		sign * b * u + (sign + ny * ny * a) * v + ny * w,
		-sign * nx * u - ny * v + nz * w
	];
}

/** Numbers in 0..1 (mulberry32). */
export function seeded(seed) {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}
