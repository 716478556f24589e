import type { Point } from '../../tests/fixtures/solids';

/** A camera without perspective; distances meters. */
export interface Camera {
	/** Where the camera looks from. */
	to_camera: Point;
	right: Point;
	up: Point;
	/** The point in the middle of the image. */
	target: Point;
	/** Half the image's side. */
	reach: number;
}

/**
 * @param yaw degrees to the right around the product, 0 = in front
 * @param pitch degrees upward, 90 = from above
 */
export function aim(yaw: number, pitch: number, target: Point, reach: number): Camera {
	const [a, b] = [(yaw * Math.PI) / 180, (pitch * Math.PI) / 180];
	return {
		to_camera: [Math.sin(a) * Math.cos(b), Math.sin(b), Math.cos(a) * Math.cos(b)],
		right: [Math.cos(a), 0, -Math.sin(a)],
		up: [-Math.sin(a) * Math.sin(b), Math.cos(b), -Math.cos(a) * Math.sin(b)],
		target,
		reach
	};
}

export const dot = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** Light from the camera's upper left, with plenty of it all around. */
export function shade(normal: Point, { to_camera, right, up }: Camera): number {
	const light = 0.75 * dot(normal, to_camera) - 0.35 * dot(normal, right) + 0.55 * dot(normal, up);
	return 0.62 + 0.38 * Math.max(0, light);
}
