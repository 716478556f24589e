import type { Point, Shape } from '../../tests/fixtures/solids';
import { shade, type Camera } from './camera';

export interface Picture {
	/** Pixels per side. */
	side: number;
	/** RGBA, straight alpha. */
	pixels: Uint8ClampedArray;
	/** How far toward the camera from its target, meters; -Infinity where nothing is. */
	depths: Float32Array;
}

type Colored = Shape & { color(x: number, y: number, z: number): Point };

const MOST_STEPS = 160;

/** Takes a photo of a solid by sphere tracing; alpha is softened over one pixel at the outline. */
export function photograph(shape: Colored, camera: Camera, side: number): Picture {
	const pixels = new Uint8ClampedArray(side * side * 4);
	const depths = new Float32Array(side * side).fill(-Infinity);
	const { to_camera, right, up, target, reach } = camera;
	const far = Math.hypot(...shape.high.map((value, axis) => value - shape.low[axis]!)) + reach;
	const pixel = (2 * reach) / side;
	const start: Point = [0, 0, 0];
	const hit: Point = [0, 0, 0];
	for (let row = 0; row < side; row++) {
		const v = reach - (row + 0.5) * pixel;
		for (let column = 0; column < side; column++) {
			const u = (column + 0.5) * pixel - reach;
			for (let i = 0; i < 3; i++) {
				start[i] = target[i]! + right[i]! * u + up[i]! * v + to_camera[i]! * far;
			}
			const { enter, leave } = throughBox(shape, start, to_camera, pixel);
			let [travelled, nearest] = [enter, Infinity];
			for (let step = 0; step < MOST_STEPS && travelled < leave; step++) {
				for (let i = 0; i < 3; i++) hit[i] = start[i]! - to_camera[i]! * travelled;
				const distance = shape.distance(...hit);
				nearest = Math.min(nearest, distance);
				if (distance < pixel * 0.02) break;
				travelled += distance;
			}
			const alpha = nearest < pixel * 0.02 ? 1 : Math.max(0, 0.5 - nearest / pixel);
			if (alpha === 0) continue;
			if (alpha >= 0.5) depths[row * side + column] = far - travelled;
			const light = shade(slope(shape, hit, pixel * 0.5), camera);
			const [r, g, b] = shape.color(...hit);
			pixels.set([r * light, g * light, b * light, alpha * 255], (row * side + column) * 4);
		}
	}
	return { side, pixels, depths };
}

/** Where a line of sight enters and leaves a solid's box, a pixel wider. */
function throughBox({ low, high }: Shape, start: Point, to_camera: Point, margin: number) {
	let [enter, leave] = [0, Infinity];
	for (let i = 0; i < 3; i++) {
		if (Math.abs(to_camera[i]!) < 1e-9) {
			if (start[i]! < low[i]! - margin || start[i]! > high[i]! + margin) leave = -1;
			continue;
		}
		const a = (start[i]! - low[i]! + margin) / to_camera[i]!;
		const b = (start[i]! - high[i]! - margin) / to_camera[i]!;
		enter = Math.max(enter, Math.min(a, b));
		leave = Math.min(leave, Math.max(a, b));
	}
	return { enter, leave };
}

function slope(shape: Shape, [x, y, z]: Point, step: number): Point {
	const gradient: Point = [
		shape.distance(x + step, y, z) - shape.distance(x - step, y, z),
		shape.distance(x, y + step, z) - shape.distance(x, y - step, z),
		shape.distance(x, y, z + step) - shape.distance(x, y, z - step)
	];
	const length = Math.hypot(...gradient) || 1;
	return [gradient[0] / length, gradient[1] / length, gradient[2] / length];
}
