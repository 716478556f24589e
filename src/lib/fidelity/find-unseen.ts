import { Document } from '@gltf-transform/core';
import { writeGlb } from '../optimize/glb-io';
import { offsetOf, type Surface } from '../optimize/surface';
import { ballOf, drawPose, projectPose, type Pose } from './draw-pose';

export interface Unseen {
	/** Share of the surface that no photo shows, 0 to 1. */
	share: number;
	/** Per vertex: 1 where some photo shows it. */
	seen: Uint8Array;
}

/** Side of the pictures that settle what is in front, pixels. */
const SIDE = 384;
/** How far behind the front a point may be and still be it, as a share of its distance. */
const SLACK = 0.012;
/** A surface that is seen more askew than this shows nothing of itself: the cosine. */
const ASKEW = 0.17;

/** Tells which parts of a surface are seen from none of the poses. */
export function findUnseen(surface: Surface, poses: readonly Pose[]): Unseen {
	const { indices, positions, attributes, stride, part_of } = surface;
	const normal = offsetOf(surface, 'NORMAL');
	const seen = new Uint8Array(part_of.length);
	const ball = ballOf(surface);
	for (const pose of poses) {
		const projection = projectPose(surface, ball, pose, SIDE);
		const { nearest } = drawPose(indices, projection, SIDE);
		const { screen, eye } = projection;
		for (let v = 0; v < seen.length; v++) {
			if (seen[v]) continue;
			const [x, y, z] = [0, 1, 2].map((axis) => eye[axis]! - positions[v * 3 + axis]!);
			const n = attributes.subarray(v * stride + normal, v * stride + normal + 3);
			const facing = (n[0]! * x! + n[1]! * y! + n[2]! * z!) / Math.hypot(x!, y!, z!);
			if (facing < ASKEW) continue;
			const column = Math.min(SIDE - 1, Math.max(0, Math.floor(screen[v * 3]!)));
			const row = Math.min(SIDE - 1, Math.max(0, Math.floor(screen[v * 3 + 1]!)));
			if (screen[v * 3 + 2]! >= nearest[row * SIDE + column]! * (1 - SLACK)) seen[v] = 1;
		}
	}
	let [all, shown] = [0, 0];
	for (let t = 0; t < indices.length; t += 3) {
		const [a, b, c] = [indices[t]!, indices[t + 1]!, indices[t + 2]!];
		const area = areaOf(positions, a, b, c);
		all += area;
		shown += (area * (seen[a]! + seen[b]! + seen[c]!)) / 3;
	}
	return { share: all > 0 ? 1 - shown / all : 0, seen };
}

function areaOf(p: Float32Array, a: number, b: number, c: number): number {
	const edge = (to: number, axis: number) => p[to * 3 + axis]! - p[a * 3 + axis]!;
	const [x1, y1, z1] = [edge(b, 0), edge(b, 1), edge(b, 2)];
	const [x2, y2, z2] = [edge(c, 0), edge(c, 1), edge(c, 2)];
	return Math.hypot(y1 * z2 - z1 * y2, z1 * x2 - x1 * z2, x1 * y2 - y1 * x2) / 2;
}

/** Linear: clay for what is seen, amber for what is not. */
const SEEN = [0.55, 0.55, 0.53, 1];
const NOT_SEEN = [0.9, 0.28, 0.03, 1];

/** The surface as a GLB to look at: clay where a photo shows it, amber where none does. */
export async function paintUnseen(surface: Surface, { seen }: Unseen): Promise<Blob> {
	const document = new Document();
	const buffer = document.createBuffer();
	const { positions, attributes, stride, part_of, indices } = surface;
	const normal = offsetOf(surface, 'NORMAL');
	const normals = new Float32Array(part_of.length * 3);
	const colors = new Float32Array(part_of.length * 4);
	for (let v = 0; v < part_of.length; v++) {
		normals.set(attributes.subarray(v * stride + normal, v * stride + normal + 3), v * 3);
		colors.set(seen[v] ? SEEN : NOT_SEEN, v * 4);
	}
	const accessor = (values: Float32Array | Uint32Array, type: 'SCALAR' | 'VEC3' | 'VEC4') =>
		document.createAccessor().setArray(values.slice()).setType(type).setBuffer(buffer);
	const primitive = document
		.createPrimitive()
		.setMaterial(document.createMaterial().setRoughnessFactor(0.9).setMetallicFactor(0))
		.setAttribute('POSITION', accessor(positions, 'VEC3'))
		.setAttribute('NORMAL', accessor(normals, 'VEC3'))
		.setAttribute('COLOR_0', accessor(colors, 'VEC4'))
		.setIndices(accessor(indices, 'SCALAR'));
	const node = document.createNode().setMesh(document.createMesh().addPrimitive(primitive));
	document.createScene().addChild(node);
	return writeGlb(document);
}
