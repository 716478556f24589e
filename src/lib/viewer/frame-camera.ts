import { Box3, Vector3 } from 'three';
import type { Object3D } from 'three';
import { meshesOf } from './load-glb';

/** What framing needs to know of a model. Lengths in metres. */
export interface ModelShape {
	box: Box3;
	center: Vector3;
	/** Of the sphere around the center that holds every point. */
	radius: number;
	/** Points of the surface, relative to the center: x, y, z of each. */
	points: Float32Array;
}

export interface Lens {
	/** Vertical field of view, radians. */
	fov: number;
	/** Width / height. */
	aspect: number;
}

/** Enough points to find the outline; more only cost time. */
const MAX_POINTS = 6000;
/** The starting view leaves this share of the picture free on each tight side, every other side view this. */
const START_MARGIN = 0.13;
const TURNED_MARGIN = 0.05;
const TURNS = 24;

/** Measures a model where it stands. */
export function measureModel(root: Object3D): ModelShape {
	root.updateWorldMatrix(true, true);
	const meshes = meshesOf(root);
	const total = meshes.reduce(
		(sum, { geometry }) => sum + (geometry.getAttribute('position')?.count ?? 0),
		0
	);
	const box = new Box3();
	const point = new Vector3();
	const samples: number[] = [];
	const stride = Math.max(1, Math.ceil(total / MAX_POINTS));
	for (const mesh of meshes) {
		const position = mesh.geometry.getAttribute('position');
		if (!position) continue;
		for (let i = 0; i < position.count; i++) {
			point.fromBufferAttribute(position, i).applyMatrix4(mesh.matrixWorld);
			box.expandByPoint(point);
			if (i % stride === 0) samples.push(point.x, point.y, point.z);
		}
	}
	const center = box.getCenter(new Vector3());
	const points = new Float32Array(samples);
	let radius = 0;
	for (let i = 0; i < points.length; i += 3) {
		point.fromArray(points, i).sub(center).toArray(points, i);
		radius = Math.max(radius, point.length());
	}
	// A stride can miss the farthest point by a little; never zero, also for a model of one point.
	return { box, center, radius: Math.max(radius * 1.01, 1e-4), points };
}

/**
 * The camera's distance from the center at which the whole model is in the picture: with a comfortable margin
 * from the given direction, and still uncut when the model is then turned all the way round.
 */
export function frameDistance(
	shape: ModelShape,
	{ azimuth, polar }: { azimuth: number; polar: number },
	lens: Lens
): number {
	let distance = fitDistance(shape.points, azimuth, polar, lens, 1 - 2 * START_MARGIN);
	for (let turn = 1; turn < TURNS; turn++) {
		const turned = azimuth + (turn / TURNS) * 2 * Math.PI;
		const needed = fitDistance(shape.points, turned, polar, lens, 1 - 2 * TURNED_MARGIN);
		distance = Math.max(distance, needed);
	}
	return Math.max(distance, shape.radius * 0.1);
}

/** The least distance at which every point falls within the middle `share` of the picture. */
function fitDistance(
	points: Float32Array,
	azimuth: number,
	polar: number,
	{ fov, aspect }: Lens,
	share: number
): number {
	const back = new Vector3().setFromSphericalCoords(1, polar, azimuth);
	const right = new Vector3(0, 1, 0).cross(back).normalize();
	const up = back.clone().cross(right);
	const tan_y = Math.tan(fov / 2) * share;
	const tan_x = tan_y * aspect;
	// Plain numbers: this runs before it is warm, while a page opens.
	const dot = (axis: Vector3, i: number) =>
		axis.x * (points[i] ?? 0) + axis.y * (points[i + 1] ?? 0) + axis.z * (points[i + 2] ?? 0);
	let distance = 0;
	for (let i = 0; i < points.length; i += 3) {
		const x = Math.abs(dot(right, i)) / tan_x;
		const y = Math.abs(dot(up, i)) / tan_y;
		distance = Math.max(distance, Math.max(x, y) + dot(back, i));
	}
	return distance;
}
