import { MeshoptTangents } from 'meshoptimizer';
import type { Look } from './appearance';
import { bakeTextures, type Bake } from './bake-textures';
import { placeIds } from './place-ids';
import { simplifyShape } from './simplify-shape';
import { countTriangles, type Surface } from './surface';
import { spread } from './spread-surface';
import { withTangents } from './tangent-space';
import { unwrapSurface } from './unwrap-surface';

export interface RebakeOptions {
	/** As in `simplifySurface`. */
	max_error: number;
	/** Longest side of the new textures, pixels. */
	texture_size: number;
}

export interface Rebaked {
	/** One part: NORMAL, TEXCOORD_0 and TANGENT. */
	surface: Surface;
	textures: Bake;
	error: number;
	charts: number;
}

/** Edges sharper than this stay sharp on the new mesh, radians. The baked normal map rounds the rest. */
const CREASE_ANGLE = (50 * Math.PI) / 180;

/**
 * Simplifies a surface's shape alone, free of its texture seams, gives it a fresh atlas and paints the source's looks
 * onto it. What thousands of charts or a triangle soup block otherwise.
 *
 * @param shape made by `shapeOf` from the source, or what an earlier rebake simplified it to.
 */
export async function rebakeSurface(
	source: Surface,
	looks: Look[],
	shape: Surface,
	target: number,
	{ max_error, texture_size }: RebakeOptions,
	onprogress?: (fraction: number) => void
): Promise<Rebaked & { shape: Surface }> {
	const simplified = await simplifyShape(shape, target, max_error);
	const creased = await creaseNormals(simplified.surface);
	const unwrapped = await unwrapSurface(creased, texture_size);
	const size = {
		width: Math.max(4, Math.round(unwrapped.width * texture_size)),
		height: Math.max(4, Math.round(unwrapped.height * texture_size))
	};
	const surface = await withTangents(unwrapped.surface, () => 'TEXCOORD_0');
	const textures = await bakeTextures(source, looks, surface, size, { onprogress });
	return {
		surface: textures.normal ? surface : withoutTangents(surface),
		textures,
		error: simplified.error,
		charts: unwrapped.charts,
		shape: simplified.surface
	};
}

function withoutTangents(surface: Surface): Surface {
	const parts = surface.parts.map((part) => ({
		...part,
		semantics: new Map([...part.semantics].filter(([semantic]) => semantic !== 'TANGENT')),
		has_tangents: false
	}));
	return { ...surface, parts };
}

/** The shape of a surface: one part, one vertex per place, with the mean of the normals that meet there. */
export function shapeOf({
	indices,
	positions,
	attributes,
	stride,
	slots,
	parts
}: Surface): Surface {
	const place = placeIds(positions);
	const number = new Int32Array(place.length).fill(-1);
	const from: number[] = [];
	const joined = new Uint32Array(indices.length);
	let length = 0;
	for (let t = 0; t < indices.length; t += 3) {
		const corners = [0, 1, 2].map((i) => place[indices[t + i]!]!);
		const [a = 0, b = 0, c = 0] = corners;
		if (a === b || b === c || c === a) continue;
		for (const vertex of corners) {
			if (number[vertex]! < 0) number[vertex] = from.push(vertex) - 1;
			joined[length++] = number[vertex]!;
		}
	}
	const normal_at = slots.find(({ semantic }) => semantic === 'NORMAL')?.offset ?? 0;
	const shape: Surface = {
		indices: joined.slice(0, length),
		positions: new Float32Array(from.length * 3),
		attributes: new Float32Array(from.length * STRIDE),
		stride: STRIDE,
		slots: SLOTS,
		part_of: new Uint16Array(from.length),
		parts: [
			{
				semantics: new Map([
					['NORMAL', 3],
					['TEXCOORD_0', 2]
				]),
				uv_in_unit: new Set(['TEXCOORD_0']),
				has_tangents: true,
				see_through: false,
				double_sided: parts.some((part) => part.double_sided)
			}
		]
	};
	from.forEach((vertex, i) =>
		shape.positions.set(positions.subarray(vertex * 3, vertex * 3 + 3), i * 3)
	);
	const seen = new Uint8Array(place.length);
	for (const vertex of indices) {
		const to = number[place[vertex]!]!;
		if (to < 0 || seen[vertex]) continue;
		seen[vertex] = 1;
		for (let axis = 0; axis < 3; axis++) {
			const at = to * STRIDE + axis;
			shape.attributes[at] =
				shape.attributes[at]! + attributes[vertex * stride + normal_at + axis]!;
		}
	}
	for (let at = 0; at < shape.attributes.length; at += STRIDE) {
		const n = shape.attributes.subarray(at, at + 3);
		const size = Math.hypot(...n) || 1;
		for (let axis = 0; axis < 3; axis++) n[axis] = n[axis]! / size;
	}
	return shape;
}

const SLOTS = [
	{ semantic: 'NORMAL', offset: 0, size: 3 },
	{ semantic: 'TEXCOORD_0', offset: 3, size: 2 }
];
const STRIDE = 5;

/** New normals from the shape, split where it has edges. */
async function creaseNormals(shape: Surface): Promise<Surface> {
	await MeshoptTangents.ready;
	const { indices, positions } = shape;
	const normals = MeshoptTangents.generateNormals(indices, positions, 3, CREASE_ANGLE);
	const from: number[] = [];
	const by_key = new Map<string, number>();
	const kept: number[] = [];
	const corners = Uint32Array.from({ length: countTriangles(shape) * 3 }, (_, i) => {
		const n = normals.subarray(i * 3, i * 3 + 3);
		const key = `${indices[i]} ${n.map((value) => Math.round(value * 512)).join(' ')}`;
		let vertex = by_key.get(key);
		if (vertex === undefined) {
			vertex = from.push(indices[i]!) - 1;
			kept.push(i);
			by_key.set(key, vertex);
		}
		return vertex;
	});
	const surface = spread(shape, Uint32Array.from(from), corners);
	kept.forEach((corner, vertex) => {
		surface.attributes.set(normals.subarray(corner * 3, corner * 3 + 3), vertex * surface.stride);
	});
	return surface;
}
