import type { Surface } from '../optimize/surface';

/** From where a camera looks at the middle of a model, degrees; distance in radii of the ball around it. */
export interface Pose {
	/** 0: from the front (+Z); 90: from its left as seen in the picture (+X). */
	azimuth: number;
	/** 0: level; 90: straight from above. */
	elevation: number;
	/** How far the camera is tilted, clockwise. */
	roll: number;
	/** Near cameras see more perspective. */
	distance: number;
}

/** What a mesh is, as far as its outline goes. */
export type Shape = Pick<Surface, 'indices' | 'positions'>;

/** The share of a picture's side that the product's longer side takes, in photos and drawings alike. */
export const FIT = 0.92;

/** A mesh as a camera sees it, the picture fitted around it. */
export interface Projection {
	/** Per vertex: column, row, one over its distance. */
	screen: Float32Array;
	/** Pixels per unit of length at distance one. */
	scale: number;
	/** From the model's middle to the camera, unit length. */
	towards: [number, number, number];
	/** Where the camera stands. */
	eye: [number, number, number];
}

/** The ball around a mesh's used vertices. */
export function ballOf({ indices, positions }: Shape): { center: number[]; radius: number } {
	const [low, high] = [
		[Infinity, Infinity, Infinity],
		[-Infinity, -Infinity, -Infinity]
	];
	for (const vertex of indices) {
		for (let axis = 0; axis < 3; axis++) {
			const value = positions[vertex * 3 + axis]!;
			if (value < low![axis]!) low![axis] = value;
			if (value > high![axis]!) high![axis] = value;
		}
	}
	const center = [0, 1, 2].map((axis) => (low![axis]! + high![axis]!) / 2);
	const radius = Math.hypot(...[0, 1, 2].map((axis) => high![axis]! - low![axis]!)) / 2;
	return { center, radius: Math.max(1e-9, radius) };
}

const RADIANS = Math.PI / 180;

/** Projects a mesh, so that its box in the picture is centered and its longer side takes `FIT` of the picture's. */
export function projectPose(
	{ positions, indices }: Shape,
	{ center, radius }: { center: number[]; radius: number },
	pose: Pose,
	side: number
): Projection {
	const [a, e, r] = [pose.azimuth * RADIANS, pose.elevation * RADIANS, pose.roll * RADIANS];
	const back = [Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)] as const;
	const level = [Math.cos(a), 0, -Math.sin(a)] as const;
	const upright = [-Math.sin(a) * Math.sin(e), Math.cos(e), -Math.cos(a) * Math.sin(e)] as const;
	const [cos, sin] = [Math.cos(r), Math.sin(r)];
	const right = level.map((value, i) => value * cos + upright[i]! * sin);
	const up = upright.map((value, i) => value * cos - level[i]! * sin);
	const away = pose.distance * radius;
	const count = positions.length / 3;
	const screen = new Float32Array(count * 3);
	for (let v = 0; v < count; v++) {
		const x = positions[v * 3]! - center[0]!;
		const y = positions[v * 3 + 1]! - center[1]!;
		const z = positions[v * 3 + 2]! - center[2]!;
		const depth = away - (x * back[0] + y * back[1] + z * back[2]);
		const inverse = 1 / Math.max(depth, radius * 1e-3);
		screen[v * 3] = (x * right[0]! + y * right[1]! + z * right[2]!) * inverse;
		screen[v * 3 + 1] = -(x * up[0]! + y * up[1]! + z * up[2]!) * inverse;
		screen[v * 3 + 2] = inverse;
	}
	let [left, top, most_x, most_y] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const vertex of indices) {
		const [x, y] = [screen[vertex * 3]!, screen[vertex * 3 + 1]!];
		if (x < left) left = x;
		if (x > most_x) most_x = x;
		if (y < top) top = y;
		if (y > most_y) most_y = y;
	}
	const scale = (side * FIT) / Math.max(1e-12, most_x - left, most_y - top);
	for (let v = 0; v < count; v++) {
		screen[v * 3] = side / 2 + (screen[v * 3]! - (left + most_x) / 2) * scale;
		screen[v * 3 + 1] = side / 2 + (screen[v * 3 + 1]! - (top + most_y) / 2) * scale;
	}
	const eye = [0, 1, 2].map((axis) => center[axis]! + back[axis]! * away);
	return {
		screen,
		scale,
		towards: [back[0], back[1], back[2]],
		eye: [eye[0]!, eye[1]!, eye[2]!]
	};
}

/** The triangle in front of every pixel, -1 for none, and one over its distance. */
export interface Drawn {
	triangles: Int32Array;
	nearest: Float32Array;
}

/** Draws a projected mesh from both of its sides: outlines of open surfaces count too. */
export function drawPose(indices: Uint32Array, { screen }: Projection, side: number): Drawn {
	const triangles = new Int32Array(side * side).fill(-1);
	const nearest = new Float32Array(side * side);
	for (let t = 0; t < indices.length; t += 3) {
		const a = indices[t]! * 3;
		const b = indices[t + 1]! * 3;
		const c = indices[t + 2]! * 3;
		const [ax, ay] = [screen[a]!, screen[a + 1]!];
		const [bx, by] = [screen[b]! - ax, screen[b + 1]! - ay];
		const [dx, dy] = [screen[c]! - ax, screen[c + 1]! - ay];
		const area = bx * dy - dx * by;
		if (area === 0) continue;
		const x0 = Math.max(0, Math.ceil(ax + Math.min(0, bx, dx) - 0.5));
		const x1 = Math.min(side - 1, Math.floor(ax + Math.max(0, bx, dx) - 0.5));
		const y0 = Math.max(0, Math.ceil(ay + Math.min(0, by, dy) - 0.5));
		const y1 = Math.min(side - 1, Math.floor(ay + Math.max(0, by, dy) - 0.5));
		const wa = screen[a + 2]!;
		const [wb, wc] = [screen[b + 2]! - wa, screen[c + 2]! - wa];
		for (let y = y0; y <= y1; y++) {
			for (let x = x0; x <= x1; x++) {
				const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
				const u = (px * dy - dx * py) / area;
				const v = (bx * py - px * by) / area;
				if (u < 0 || v < 0 || u + v > 1) continue;
				const inverse = wa + u * wb + v * wc;
				const at = y * side + x;
				if (inverse <= nearest[at]!) continue;
				nearest[at] = inverse;
				triangles[at] = t / 3;
			}
		}
	}
	return { triangles, nearest };
}
