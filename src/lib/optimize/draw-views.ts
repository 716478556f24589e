import type { Look } from './appearance';
import { toSrgb } from './pixels';
import { createSampler, type Sample } from './sample-look';
import { boundsOf, type Surface } from './surface';

/** What cameras look at, so that two models are seen from the same places. */
export interface Frame {
	center: [number, number, number];
	/** Of the ball that holds the model. */
	radius: number;
}

/** One look at a surface. */
export interface View {
	/** Pixels per side. */
	side: number;
	/** RGB, sRGB; gray where there is nothing. */
	color: Uint8ClampedArray;
	/** 1 where the surface is. */
	mask: Uint8Array;
}

/** Degrees around and up: six around the product, one from above, one from below. */
const ANGLES = [
	[20, 12],
	[80, 28],
	[140, 12],
	[200, 28],
	[260, 12],
	[320, 28],
	[50, 68],
	[230, -38]
] as const;
/** Half the cameras' opening angle. */
const HALF_ANGLE = (15 * Math.PI) / 180;
const BACKGROUND = 184;
/** Direction, strength, and whether it is large and soft: a key light, a fill, a rim, as in a photo studio. */
const LIGHTS = [
	{ x: 0.37, y: 0.74, z: 0.56, strength: 1.9, softness: 0.15 },
	{ x: -0.8, y: 0.4, z: 0.45, strength: 0.7, softness: 0.35 },
	{ x: 0.1, y: 0.35, z: -0.93, strength: 0.9, softness: 0.25 }
];

/** The ball around a surface. */
export function frameOf(surface: Surface): Frame {
	const { min, max } = boundsOf(surface);
	return {
		center: [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2],
		radius: Math.max(1e-9, Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]) / 2)
	};
}

/** Draws a surface from eight sides, lit the same way every time, to compare it with another. */
export function drawViews(surface: Surface, looks: Look[], frame: Frame, side: number): View[] {
	const sample = createSampler(surface, looks);
	return ANGLES.map(([around, up]) => {
		const [a, e] = [(around * Math.PI) / 180, (up * Math.PI) / 180];
		const eye = eyeFrom([Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)]);
		return shrink(drawView(surface, sample, frame, side * 2, eye));
	});
}

/** Half as large: what smooths the edges. A pixel counts as covered when half of it is. */
function shrink({ side, color, mask }: View): View {
	const half = side / 2;
	const small: View = {
		side: half,
		color: new Uint8ClampedArray(half * half * 3),
		mask: new Uint8Array(half * half)
	};
	for (let at = 0; at < half * half; at++) {
		const from = Math.floor(at / half) * 2 * side + (at % half) * 2;
		small.mask[at] =
			mask[from]! + mask[from + 1]! + mask[from + side]! + mask[from + side + 1]! >= 2 ? 1 : 0;
		for (let i = 0; i < 3; i++) {
			small.color[at * 3 + i] =
				(color[from * 3 + i]! +
					color[(from + 1) * 3 + i]! +
					color[(from + side) * 3 + i]! +
					color[(from + side + 1) * 3 + i]!) /
				4;
		}
	}
	return small;
}

type Axis = readonly [number, number, number];

/** A camera's axes, unit length. */
export interface Eye {
	right: Axis;
	up: Axis;
	/** From what it looks at to the camera. */
	back: Axis;
}

/** A camera that stands upright; straight above and below it looks along z. */
export function eyeFrom(back: Axis): Eye {
	const flat = Math.hypot(back[0], back[2]);
	const right: Axis = flat > 1e-6 ? [back[2] / flat, 0, -back[0] / flat] : [1, 0, 0];
	const up: Axis = [
		back[1] * right[2] - back[2] * right[1],
		back[2] * right[0] - back[0] * right[2],
		back[0] * right[1] - back[1] * right[0]
	];
	return { right, up, back };
}

/** What a camera sees. */
export interface Seen {
	/** Per pixel the triangle in front, -1 for none. */
	drawn: Int32Array;
	/** Per pixel one over its distance. */
	nearest: Float32Array;
	/** Per vertex: column, row, one over its distance. */
	screen: Float32Array;
	/** Pixels per unit of length at distance one. */
	scale: number;
}

/**
 * Finds the triangle in front of every pixel of a camera that looks at `frame`.
 *
 * @param hides which triangles take part.
 */
export function rasterize(
	surface: Surface,
	frame: Frame,
	side: number,
	{ right, up, back }: Eye,
	hides: (triangle: number) => boolean = () => true
): Seen {
	const { indices, positions, part_of, parts } = surface;
	const [cx, cy, cz] = frame.center;
	const away = (frame.radius / Math.sin(HALF_ANGLE)) * 1.02;
	const scale = side / 2 / Math.tan(HALF_ANGLE);
	const count = positions.length / 3;
	const screen = new Float32Array(count * 3);
	for (let v = 0; v < count; v++) {
		const x = positions[v * 3]! - cx;
		const y = positions[v * 3 + 1]! - cy;
		const z = positions[v * 3 + 2]! - cz;
		const depth = away - (x * back[0] + y * back[1] + z * back[2]);
		const inverse = 1 / Math.max(depth, away * 1e-3);
		screen[v * 3] = side / 2 + (x * right[0] + y * right[1] + z * right[2]) * inverse * scale;
		screen[v * 3 + 1] = side / 2 - (x * up[0] + y * up[1] + z * up[2]) * inverse * scale;
		screen[v * 3 + 2] = inverse;
	}
	const nearest = new Float32Array(side * side);
	const drawn = new Int32Array(side * side).fill(-1);
	for (let t = 0; t < indices.length; t += 3) {
		const a = indices[t]! * 3;
		const b = indices[t + 1]! * 3;
		const c = indices[t + 2]! * 3;
		const ax = screen[a]!;
		const ay = screen[a + 1]!;
		const bx = screen[b]! - ax;
		const by = screen[b + 1]! - ay;
		const dx = screen[c]! - ax;
		const dy = screen[c + 1]! - ay;
		// Rows grow downwards: counterclockwise fronts have a negative area.
		const area = bx * dy - dx * by;
		if (area === 0 || (area > 0 && !parts[part_of[a / 3]!]!.double_sided)) continue;
		if (!hides(t / 3)) continue;
		const x0 = Math.max(0, Math.ceil(ax + Math.min(0, bx, dx) - 0.5));
		const x1 = Math.min(side - 1, Math.floor(ax + Math.max(0, bx, dx) - 0.5));
		const y0 = Math.max(0, Math.ceil(ay + Math.min(0, by, dy) - 0.5));
		const y1 = Math.min(side - 1, Math.floor(ay + Math.max(0, by, dy) - 0.5));
		const wa = screen[a + 2]!;
		const wb = screen[b + 2]! - wa;
		const wc = screen[c + 2]! - wa;
		for (let y = y0; y <= y1; y++) {
			for (let x = x0; x <= x1; x++) {
				const px = x + 0.5 - ax;
				const py = y + 0.5 - ay;
				const u = (px * dy - dx * py) / area;
				const v = (bx * py - px * by) / area;
				if (u < 0 || v < 0 || u + v > 1) continue;
				const inverse = wa + u * wb + v * wc;
				const at = y * side + x;
				if (inverse <= nearest[at]!) continue;
				nearest[at] = inverse;
				drawn[at] = t / 3;
			}
		}
	}
	return { drawn, nearest, screen, scale };
}

function drawView(
	surface: Surface,
	sample: ReturnType<typeof createSampler>,
	frame: Frame,
	side: number,
	eye: Eye
): View {
	const { indices } = surface;
	const { drawn, nearest, screen, scale } = rasterize(surface, frame, side, eye);
	const color = new Uint8ClampedArray(side * side * 3).fill(BACKGROUND);
	const mask = new Uint8Array(side * side);
	const lit = new Float64Array(3);
	for (let at = 0; at < drawn.length; at++) {
		const t = drawn[at]!;
		if (t < 0) continue;
		mask[at] = 1;
		const a = indices[t * 3]! * 3;
		const b = indices[t * 3 + 1]! * 3;
		const c = indices[t * 3 + 2]! * 3;
		const px = (at % side) + 0.5 - screen[a]!;
		const py = Math.floor(at / side) + 0.5 - screen[a + 1]!;
		const bx = screen[b]! - screen[a]!;
		const by = screen[b + 1]! - screen[a + 1]!;
		const dx = screen[c]! - screen[a]!;
		const dy = screen[c + 1]! - screen[a + 1]!;
		const area = bx * dy - dx * by;
		const u = ((px * dy - dx * py) / area) * screen[b + 2]!;
		const v = ((bx * py - px * by) / area) * screen[c + 2]!;
		const w = (1 - (px * dy - dx * py) / area - (bx * py - px * by) / area) * screen[a + 2]!;
		const sum = u + v + w;
		const depth = 1 / nearest[at]!;
		const like = sample(t, u / sum, v / sum, depth / scale);
		const eye_x = ((at % side) + 0.5 - side / 2) / scale;
		const eye_y = (side / 2 - Math.floor(at / side) - 0.5) / scale;
		light(like, area > 0, eye_x, eye_y, eye, lit);
		for (let i = 0; i < 3; i++) color[at * 3 + i] = toSrgb(lit[i]!);
	}
	return { side, color, mask };
}

/** Lambert and a normalized Blinn-Phong lobe per light, a sky that mirrors; after Burley 2012's roughness. */
function light(
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
	out[0] = red * plain * diffuse + mirror(red) * shine + like.emissive_red;
	out[1] = green * plain * diffuse + mirror(green) * shine + like.emissive_green;
	out[2] = blue * plain * diffuse + mirror(blue) * shine + like.emissive_blue;
}
