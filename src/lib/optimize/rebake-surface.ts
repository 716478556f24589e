import { MeshoptTangents } from 'meshoptimizer';
import type { Look } from './appearance';
import { bakeTextures, type Bake } from './bake-textures';
import type { LayoutPlan } from './layout-plan';
import { renormalize } from './mend-surface';
import { placeIds } from './place-ids';
import { simplifyShape, type Moved } from './simplify-shape';
import {
	countTriangles,
	offsetOf,
	trianglesOf,
	type AttributeSlot,
	type Surface,
	type SurfacePart
} from './surface';
import { spread } from './spread-surface';
import { tangentUv, withTangents } from './tangent-space';
import { unwrapSurface } from './unwrap-surface';

export interface RebakeOptions {
	/** As in `simplifySurface`, from the source on. */
	max_error: number;
	/** Longest side of the new textures, pixels. */
	texture_size: number;
}

/** What is simplified before it is painted: parts that stay as they are, and painted ones free of their seams. */
export interface Shape extends Moved {
	/** What it was before it was first simplified. */
	finest: Surface;
	plan: LayoutPlan;
}

export interface Rebaked {
	/** The parts that stay, and then the painted ones: NORMAL, TEXCOORD_0 and TANGENT. */
	surface: Surface;
	textures: Bake;
	charts: number;
	/** What it was simplified to, from which the next level goes on. */
	shape: Shape;
}

/** Edges sharper than this stay sharp on the new mesh, radians. The baked normal map rounds the rest. */
const CREASE_ANGLE = (50 * Math.PI) / 180;

/**
 * Simplifies a surface's shape free of its texture seams, gives it a fresh atlas and paints the source's looks onto it:
 * what thousands of charts or a triangle soup block otherwise. Parts that keep their layout are simplified with it, so that
 * one error rules all and borders stay closed.
 *
 * @param source with the tangents of `withLookTangents`.
 * @param before made by `shapeOf` from the source, or what an earlier rebake simplified it to.
 */
export async function rebakeSurface(
	source: Surface,
	looks: Look[],
	before: Shape,
	target: number,
	{ max_error, texture_size }: RebakeOptions,
	onprogress?: (fraction: number) => void
): Promise<Rebaked> {
	const { plan, finest } = before;
	const { surface: shape, error } = await simplifyShape(before, target, max_error, finest);
	const stays = plan.kept.length;
	const creased = await creaseNormals(trianglesOf(shape, (part) => part >= stays));
	const unwrapped = await unwrapSurface(creased, texture_size);
	const size = {
		width: Math.max(4, Math.round(unwrapped.width * texture_size)),
		height: Math.max(4, Math.round(unwrapped.height * texture_size))
	};
	const joined =
		stays > 0
			? joinSurfaces(
					trianglesOf(shape, (part) => part < stays),
					unwrapped.surface
				)
			: unwrapped.surface;
	const surface = await withTangents(joined, (part) => {
		const kept = plan.kept[part];
		return kept === undefined ? 'TEXCOORD_0' : tangentUv(source, looks[kept]!, kept);
	});
	const textures = await bakeTextures(source, looks, surface, plan, size, { onprogress });
	// What needs no tangents, or came without, is written without.
	const parts = surface.parts.map((part, index) => {
		const needed = index < stays ? part.has_tangents : textures.normal || textures.grain;
		return needed ? part : withoutTangents(part);
	});
	return {
		surface: { ...surface, parts },
		textures,
		charts: unwrapped.charts,
		shape: { surface: shape, error, finest, plan }
	};
}

function withoutTangents(part: SurfacePart): SurfacePart {
	const semantics = [...part.semantics].filter(([semantic]) => semantic !== 'TANGENT');
	return { ...part, semantics: new Map(semantics), has_tangents: false };
}

/**
 * The shape of a surface: of the painted parts one vertex per place, with the mean of the normals that meet there; of the
 * others all that they have.
 */
export function shapeOf(source: Surface, plan: LayoutPlan): Shape {
	const { indices, positions, parts } = source;
	const { kept, painted } = plan;
	const to_part = new Map(kept.map((part, to) => [part, to]));
	painted.forEach((group, i) => group.forEach((part) => to_part.set(part, kept.length + i)));
	const place = placeIds(positions);
	const from: number[] = [];
	const numbers = new Map<number, number>();
	const of_vertex = new Int32Array(place.length).fill(-1);
	for (const vertex of indices) {
		if (of_vertex[vertex]! >= 0) continue;
		const part = to_part.get(source.part_of[vertex]!)!;
		const key = place[vertex]! * (kept.length + painted.length) + part;
		const known = part < kept.length ? undefined : numbers.get(key);
		of_vertex[vertex] = known ?? from.push(vertex) - 1;
		numbers.set(key, of_vertex[vertex]!);
	}
	const slots = kept.length > 0 ? withUvSlot(source.slots) : BARE;
	const stride = Math.max(...slots.map(({ offset, size }) => offset + size));
	const surface: Surface = {
		indices: indices.map((vertex) => of_vertex[vertex]!),
		positions: new Float32Array(from.length * 3),
		attributes: new Float32Array(from.length * stride),
		stride,
		slots,
		part_of: Uint16Array.from(from, (vertex) => to_part.get(source.part_of[vertex]!)!),
		parts: [
			...kept.map((part) => parts[part]!),
			...painted.map((group) => paintedPart(parts, group))
		]
	};
	from.forEach((vertex, to) => {
		surface.positions.set(positions.subarray(vertex * 3, vertex * 3 + 3), to * 3);
	});
	const normal_from = offsetOf(source, 'NORMAL');
	const normal_at = offsetOf(surface, 'NORMAL');
	of_vertex.forEach((to, vertex) => {
		if (to < 0) return;
		const first = vertex * source.stride;
		if (surface.part_of[to]! < kept.length) {
			const own = source.attributes.subarray(first, first + source.stride);
			return surface.attributes.set(own, to * stride);
		}
		for (let axis = 0; axis < 3; axis++) {
			const at = to * stride + normal_at + axis;
			surface.attributes[at] =
				surface.attributes[at]! + source.attributes[first + normal_from + axis]!;
		}
	});
	renormalize(surface);
	return { surface, error: 0, finest: surface, plan };
}

/** Room for a fresh layout. */
const BARE: AttributeSlot[] = [
	{ semantic: 'NORMAL', offset: 0, size: 3 },
	{ semantic: 'TEXCOORD_0', offset: 3, size: 2 }
];

/** The slots of a source as they are, and room for a fresh layout where there is none. */
function withUvSlot(slots: AttributeSlot[]): AttributeSlot[] {
	if (slots.some(({ semantic }) => semantic === 'TEXCOORD_0')) return slots;
	const end = Math.max(...slots.map(({ offset, size }) => offset + size));
	return [...slots, { semantic: 'TEXCOORD_0', offset: end, size: 2 }];
}

function paintedPart(parts: SurfacePart[], group: number[]): SurfacePart {
	const own = group.map((part) => parts[part]!);
	return {
		semantics: new Map([
			['NORMAL', 3],
			['TEXCOORD_0', 2]
		]),
		uv_in_unit: new Set(['TEXCOORD_0']),
		has_tangents: true,
		see_through: own.some((part) => part.see_through),
		double_sided: own.some((part) => part.double_sided)
	};
}

/** Two surfaces with the same attributes and parts as one. */
function joinSurfaces(one: Surface, other: Surface): Surface {
	const first = one.part_of.length;
	return {
		...one,
		indices: new Uint32Array([...one.indices, ...other.indices.map((vertex) => vertex + first)]),
		positions: new Float32Array([...one.positions, ...other.positions]),
		attributes: new Float32Array([...one.attributes, ...other.attributes]),
		part_of: new Uint16Array([...one.part_of, ...other.part_of])
	};
}

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
	const normal_at = offsetOf(surface, 'NORMAL');
	kept.forEach((corner, vertex) => {
		const normal = normals.subarray(corner * 3, corner * 3 + 3);
		surface.attributes.set(normal, vertex * surface.stride + normal_at);
	});
	return surface;
}
