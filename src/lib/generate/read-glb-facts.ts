import { z } from 'zod';
import { StageError, type Size } from '../artifacts';

export interface GlbFacts {
	/** Triangles drawn, each use of a mesh counted. */
	triangles: number;
	/** Extent of the default scene, metres. */
	size: Size;
}

const HEADER_BYTES = 20;
const MAGIC = 0x46546c67; // "glTF"
const JSON_CHUNK = 0x4e4f534a; // "JSON"
const MAX_JSON_BYTES = 16 * 1024 * 1024;
/** Bounds the walk, also through a file whose nodes form a loop. */
const MAX_VISITS = 100_000;
const MAX_DEPTH = 256;

const index = z.int().min(0);
const numbers = (length: number) => z.array(z.number()).length(length);
const outline = z.object({
	scene: index.default(0),
	scenes: z.array(z.object({ nodes: z.array(index).default([]) })).default([]),
	nodes: z
		.array(
			z.object({
				mesh: index.optional(),
				children: z.array(index).default([]),
				matrix: numbers(16).optional(),
				translation: numbers(3).default([0, 0, 0]),
				rotation: numbers(4).default([0, 0, 0, 1]),
				scale: numbers(3).default([1, 1, 1])
			})
		)
		.default([]),
	meshes: z
		.array(
			z.object({
				primitives: z.array(
					z.object({
						attributes: z.object({ POSITION: index.optional() }),
						indices: index.optional(),
						mode: z.int().min(0).max(6).default(4)
					})
				)
			})
		)
		.default([]),
	accessors: z
		.array(
			z.object({
				count: index,
				componentType: z.int(),
				normalized: z.boolean().default(false),
				min: z.array(z.number()).optional(),
				max: z.array(z.number()).optional()
			})
		)
		.default([])
});
type Outline = z.infer<typeof outline>;
type Vector = [number, number, number];
/** A 4 x 4 matrix without its last row, in rows. */
type Transform = [number[], number[], number[]];

/**
 * Counts triangles and measures a GLB by its description alone, without reading its geometry.
 * Layout: https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#binary-gltf-layout
 *
 * @throws StageError `model_corrupt`, `model_empty` when nothing is drawn
 */
export async function readGlbFacts(glb: Blob): Promise<GlbFacts> {
	const gltf = await readOutline(glb);
	const low: Vector = [Infinity, Infinity, Infinity];
	const high: Vector = [-Infinity, -Infinity, -Infinity];
	let triangles = 0;
	let visits = 0;

	const visit = (number: number, parent: Transform, depth: number) => {
		const node = gltf.nodes[number];
		if (!node || depth > MAX_DEPTH || ++visits > MAX_VISITS) corrupt('its nodes form no tree');
		const transform = multiply(parent, localTransform(node));
		for (const child of node.children) visit(child, transform, depth + 1);
		if (node.mesh === undefined) return;
		const mesh = gltf.meshes[node.mesh] ?? corrupt('a mesh is missing');
		for (const { attributes, indices, mode } of mesh.primitives) {
			const points = gltf.accessors[attributes.POSITION ?? -1] ?? corrupt('points are missing');
			const corners = indices === undefined ? points : gltf.accessors[indices];
			triangles += countTriangles(mode, corners?.count ?? corrupt('indices are missing'));
			for (const corner of boxCorners(points)) {
				transform.forEach((row, axis) => {
					const value = row[0]! * corner[0] + row[1]! * corner[1] + row[2]! * corner[2] + row[3]!;
					low[axis] = Math.min(low[axis]!, value);
					high[axis] = Math.max(high[axis]!, value);
				});
			}
		}
	};
	for (const root of gltf.scenes[gltf.scene]?.nodes ?? []) {
		visit(
			root,
			[
				[1, 0, 0, 0],
				[0, 1, 0, 0],
				[0, 0, 1, 0]
			],
			0
		);
	}
	if (triangles === 0) throw new StageError('model_empty');
	const size = {
		width_m: high[0] - low[0],
		height_m: high[1] - low[1],
		depth_m: high[2] - low[2]
	};
	if (!Object.values(size).every(Number.isFinite)) corrupt('its size is unreadable');
	return { triangles, size };
}

async function readOutline(glb: Blob): Promise<Outline> {
	if (glb.size < HEADER_BYTES) corrupt('it is too short');
	const head = new DataView(await glb.slice(0, HEADER_BYTES).arrayBuffer());
	if (head.getUint32(0, true) !== MAGIC || head.getUint32(4, true) !== 2)
		corrupt('it is not a GLB');
	if (head.getUint32(8, true) > glb.size) corrupt('its end is missing');
	const length = head.getUint32(12, true);
	if (head.getUint32(16, true) !== JSON_CHUNK || length > MAX_JSON_BYTES) {
		corrupt('its description is unreadable');
	}
	try {
		const json: unknown = JSON.parse(await glb.slice(HEADER_BYTES, HEADER_BYTES + length).text());
		return outline.parse(json);
	} catch (cause) {
		throw new StageError('model_corrupt', { what: 'its description is unreadable' }, { cause });
	}
}

function countTriangles(mode: number, corners: number): number {
	if (mode === 4) return Math.floor(corners / 3);
	// Strips and fans; points and lines have none.
	return mode > 4 ? Math.max(0, corners - 2) : 0;
}

/** Largest value of the integer types, which a normalized accessor maps to 1. */
const NORMALIZED: Record<number, number> = { 5120: 127, 5121: 255, 5122: 32767, 5123: 65535 };

function boxCorners({
	min,
	max,
	normalized,
	componentType
}: Outline['accessors'][number]): Vector[] {
	if (min?.length !== 3 || max?.length !== 3) corrupt('its points have no bounds');
	const share = normalized ? 1 / (NORMALIZED[componentType] ?? 1) : 1;
	return Array.from({ length: 8 }, (_, corner) => {
		const at = (axis: 0 | 1 | 2) => ((corner >> axis) & 1 ? max[axis]! : min[axis]!) * share;
		return [at(0), at(1), at(2)];
	});
}

function localTransform(node: Outline['nodes'][number]): Transform {
	const m = node.matrix;
	if (m) {
		const row = (axis: number) => [m[axis]!, m[axis + 4]!, m[axis + 8]!, m[axis + 12]!];
		return [row(0), row(1), row(2)];
	}
	const [x, y, z, w] = node.rotation as [number, number, number, number];
	const [sx, sy, sz] = node.scale as Vector;
	const [tx, ty, tz] = node.translation as Vector;
	return [
		[(1 - 2 * (y * y + z * z)) * sx, 2 * (x * y - z * w) * sy, 2 * (x * z + y * w) * sz, tx],
		[2 * (x * y + z * w) * sx, (1 - 2 * (x * x + z * z)) * sy, 2 * (y * z - x * w) * sz, ty],
		[2 * (x * z - y * w) * sx, 2 * (y * z + x * w) * sy, (1 - 2 * (x * x + y * y)) * sz, tz]
	];
}

function multiply(a: Transform, b: Transform): Transform {
	const row = ([p, q, r, s]: number[]) =>
		[0, 1, 2, 3].map(
			(column) =>
				p! * b[0][column]! + q! * b[1][column]! + r! * b[2][column]! + (column === 3 ? s! : 0)
		);
	return [row(a[0]), row(a[1]), row(a[2])];
}

function corrupt(what: string): never {
	throw new StageError('model_corrupt', { what });
}
