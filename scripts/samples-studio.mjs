// The photo studio the sample products stand in: a light gray sweep, a key softbox, a fill, a rim strip.
// Positions are in the camera's frame (x right, y up, z toward the camera) in units of the product's size.

const FLOOR_ALBEDO = 0.62;
/** Where the floor starts to curve up, behind the product, and the radius of the curve. */
const SWEEP_START = 1.9;
const SWEEP_RADIUS = 2.4;

const KEY = softbox([-2.6, 2.75, 2.2], [0, 0.4, -0.2], 1.5, 2.1, 27);
const FILL = softbox([3, 1.3, 1.5], [0, 0.4, 0], 1.2, 2.4, 2.2);
/** A tall strip that reaches down to the floor: what glaze mirrors. */
const STRIP = softbox([-2.3, 1, 0.9], [0, 0.5, 0], 0.42, 2, 11);
const RIM = softbox([1.9, 1.5, -2.1], [0, 0.5, 0], 0.32, 1.3, 5);

/** A rectangle of light that faces `target`. */
function softbox(position, target, width, height, radiance) {
	const n = normalize(target.map((value, i) => value - position[i]));
	const u = normalize([-n[2], 0, n[0]]);
	const v = [u[1] * n[2] - u[2] * n[1], u[2] * n[0] - u[0] * n[2], u[0] * n[1] - u[1] * n[0]];
	return { position, n, u, v, width: width / 2, height: height / 2, radiance };
}

function normalize(v) {
	const length = Math.hypot(...v);
	return v.map((value) => value / length);
}

const ease = (t) => (t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t));

/** Radiance of one softbox along a ray, with the soft edge of its diffuser. */
function seen(light, px, py, pz, dx, dy, dz) {
	const facing = -(dx * light.n[0] + dy * light.n[1] + dz * light.n[2]);
	if (facing <= 0.02) return 0;
	const [lx, ly, lz] = light.position;
	const t = -((lx - px) * light.n[0] + (ly - py) * light.n[1] + (lz - pz) * light.n[2]) / facing;
	if (t <= 0) return 0;
	const hx = px + dx * t - lx;
	const hy = py + dy * t - ly;
	const hz = pz + dz * t - lz;
	const a = Math.abs(hx * light.u[0] + hy * light.u[1] + hz * light.u[2]) / light.width;
	const b = Math.abs(hx * light.v[0] + hy * light.v[1] + hz * light.v[2]) / light.height;
	if (a >= 1 || b >= 1) return 0;
	// Brightest in the middle, like a lamp behind cloth.
	return light.radiance * ease((1 - a) * 6) * ease((1 - b) * 6) * (1.1 - 0.35 * (a * a + b * b));
}

/** Radiance from the room above the floor. The key is left out where it is sampled as a light. */
export function roomRadiance(px, py, pz, dx, dy, dz, withKey) {
	const room = 0.26 + 0.26 * Math.max(dy, 0) + 0.06 * dz;
	const lights =
		seen(FILL, px, py, pz, dx, dy, dz) +
		seen(RIM, px, py, pz, dx, dy, dz) +
		seen(STRIP, px, py, pz, dx, dy, dz);
	return room + lights + (withKey ? seen(KEY, px, py, pz, dx, dy, dz) * 0.45 : 0);
}

/** A point on the key light; s and t in 0..1. */
export function keyPoint(s, t, out) {
	const a = (s * 2 - 1) * KEY.width;
	const b = (t * 2 - 1) * KEY.height;
	for (let i = 0; i < 3; i++) out[i] = KEY.position[i] + KEY.u[i] * a + KEY.v[i] * b;
	return out;
}

/** Irradiance that the whole key would give if it sat at `q`, unshadowed. */
export function keyIrradiance(px, py, pz, nx, ny, nz, q) {
	const lx = q[0] - px;
	const ly = q[1] - py;
	const lz = q[2] - pz;
	const d2 = lx * lx + ly * ly + lz * lz;
	const d = Math.sqrt(d2);
	const cos = (lx * nx + ly * ny + lz * nz) / d;
	const emit = -(lx * KEY.n[0] + ly * KEY.n[1] + lz * KEY.n[2]) / d;
	if (cos <= 0 || emit <= 0) return 0;
	return (KEY.radiance * cos * emit * KEY.width * KEY.height * 4) / d2;
}

/**
 * Radiance of the gray sweep where a ray meets it.
 * @param shade the product's shadow on the floor: (x, z, out) -> out = [key, room, red, green, blue bleed]
 */
export function sweepRadiance(px, py, pz, dx, dy, dz, shade, out) {
	let t = -py / Math.min(dy, -1e-4);
	let x = px + dx * t;
	// Rays that rise, or meet the floor far behind, meet the curve or the wall instead.
	let z = dy < 0 ? pz + dz * t : -Infinity;
	let ny = 1;
	let nz = 0;
	let y = 0;
	if (!(z > -SWEEP_START)) {
		// The curve: a quarter cylinder around (y = R, z = -start), then the wall.
		const cz = pz + SWEEP_START;
		const cy = py - SWEEP_RADIUS;
		const a = dy * dy + dz * dz;
		const half = cy * dy + cz * dz;
		const root = half * half - a * (cy * cy + cz * cz - SWEEP_RADIUS * SWEEP_RADIUS);
		t = (-half + Math.sqrt(Math.max(root, 0))) / a;
		y = py + dy * t;
		z = pz + dz * t;
		if (y > SWEEP_RADIUS) {
			t = (-SWEEP_START - SWEEP_RADIUS - pz) / dz;
			y = py + dy * t;
			z = -SWEEP_START - SWEEP_RADIUS;
			ny = 0;
			nz = 1;
		} else {
			ny = (SWEEP_RADIUS - y) / SWEEP_RADIUS;
			nz = (-SWEEP_START - z) / SWEEP_RADIUS;
		}
		x = px + dx * t;
	}
	const key = keyIrradiance(x, y, z, 0, ny, nz, KEY.position);
	const room = 1.45 + 0.2 * ny;
	shade(x, z, out);
	const near = ny > 0.999 ? 1 : 0;
	const keyLit = near ? key * out[0] : key;
	const roomLit = near ? room * out[1] : room;
	for (let i = 2; i < 5; i++) {
		out[i] = (FLOOR_ALBEDO / Math.PI) * (keyLit + roomLit + near * out[i]);
	}
}
