import { Raycaster, Vector2, Vector3 } from 'three';
import type { Camera, Object3D } from 'three';

export type Triple = [number, number, number];

/** A point of the model's surface, metres, with the direction the surface faces there. */
export interface ModelPoint {
	position: Triple;
	normal: Triple;
}

/** Where a point of the model is in the picture. */
export interface PicturePoint {
	/** CSS pixels from the picture's left upper corner. */
	x: number;
	y: number;
	/** Whether its surface looks this way. */
	facing: boolean;
}

/** The point of a model under a place of the viewport, CSS pixels; null beside it. */
export function pickPoint(
	canvas: HTMLCanvasElement,
	camera: Camera,
	root: Object3D,
	x: number,
	y: number
): ModelPoint | null {
	const { left, top, width, height } = canvas.getBoundingClientRect();
	const ray = new Raycaster();
	ray.setFromCamera(
		new Vector2(((x - left) / width) * 2 - 1, 1 - ((y - top) / height) * 2),
		camera
	);
	const [hit] = ray.intersectObject(root);
	if (!hit) return null;
	const normal = hit.face?.normal.clone().transformDirection(hit.object.matrixWorld);
	return { position: hit.point.toArray(), normal: (normal ?? new Vector3(0, 1, 0)).toArray() };
}

/** Where a point (metres) is in a canvas' picture. */
export function projectPoint(
	canvas: HTMLCanvasElement,
	camera: Camera,
	position: Readonly<Triple>,
	normal?: Readonly<Triple>
): PicturePoint {
	const point = new Vector3(...position);
	const towards = camera.position.clone().sub(point);
	const facing = normal === undefined || new Vector3(...normal).dot(towards) > 0;
	const { x, y } = point.project(camera);
	const { clientWidth, clientHeight } = canvas;
	return { x: ((x + 1) / 2) * clientWidth, y: ((1 - y) / 2) * clientHeight, facing };
}

/** Whether the model itself stands between the camera and a point, metres. @param slack how near is not before it */
export function isCovered(
	camera: Camera,
	root: Object3D,
	position: Readonly<Triple>,
	slack: number
): boolean {
	const way = new Vector3(...position).sub(camera.position);
	const ray = new Raycaster(camera.position, way.clone().normalize(), 0, way.length() - slack);
	return ray.intersectObject(root).length > 0;
}
