import { boundsOf, type Surface } from './surface';

/** What cameras look at, so that two models are seen from the same places. */
export interface Frame {
	center: [number, number, number];
	/** Of the ball that holds the model. */
	radius: number;
}

/** Half the cameras' opening angle. */
const HALF_ANGLE = (15 * Math.PI) / 180;

/** The ball around a surface. */
export function frameOf(surface: Surface): Frame {
	const { min, max } = boundsOf(surface);
	return {
		center: [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2],
		radius: Math.max(1e-9, Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]) / 2)
	};
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
 * @param behind per pixel one over the distance from which on they do.
 */
export function rasterize(
	surface: Surface,
	frame: Frame,
	side: number,
	{ right, up, back }: Eye,
	hides: (triangle: number) => boolean = () => true,
	behind: Float32Array | null = null
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
				if (inverse <= nearest[at]! || (behind && inverse >= behind[at]!)) continue;
				nearest[at] = inverse;
				drawn[at] = t / 3;
			}
		}
	}
	return { drawn, nearest, screen, scale };
}
