import type { Primitive } from '@gltf-transform/core';
import { corrupt } from './check-glb';
import type { AttributeSlot, Surface, SurfacePart } from './surface';

/** A primitive of triangles where the scene draws it. */
export interface PlacedPrimitive {
	primitive: Primitive;
	/** Column-major, to the scene. */
	matrix: readonly number[];
	/** Which part of the surface it joins. */
	part: number;
}

/**
 * Brings primitives into the scene's space and into one surface. Numbers that are not there are zero (normals, to be
 * made later) or one (colors).
 *
 * @throws StageError `model_corrupt` when indices or attributes do not fit.
 */
export function joinPrimitives(placed: PlacedPrimitive[], parts: SurfacePart[]): Surface {
	const slots: AttributeSlot[] = [];
	let stride = 0;
	for (const semantic of [
		'NORMAL',
		'TEXCOORD_0',
		'TEXCOORD_1',
		'TEXCOORD_2',
		'TEXCOORD_3',
		'COLOR_0'
	]) {
		const size = Math.max(0, ...parts.map((part) => part.semantics.get(semantic) ?? 0));
		// Normals always have a place: where they are missing they are made.
		const kept = semantic === 'NORMAL' ? 3 : size;
		if (kept > 0) slots.push({ semantic, offset: stride, size: kept });
		stride += kept;
	}
	const counts = placed.map(({ primitive }) => primitive.getAttribute('POSITION')?.getCount() ?? 0);
	const vertices = counts.reduce((sum, count) => sum + count, 0);
	const triangles = placed.reduce((sum, { primitive }) => sum + triangleCount(primitive), 0);
	const surface: Surface = {
		indices: new Uint32Array(triangles * 3),
		positions: new Float32Array(vertices * 3),
		attributes: new Float32Array(vertices * stride),
		stride,
		slots,
		part_of: new Uint16Array(vertices),
		parts
	};
	let vertex = 0;
	let index = 0;
	placed.forEach((item, i) => {
		const count = counts[i] ?? 0;
		copyIndices(surface, item, index, vertex, count);
		copyVertices(surface, item, vertex, count);
		index += triangleCount(item.primitive) * 3;
		vertex += count;
	});
	return surface;
}

/** Whole triangles of a primitive in triangle mode. */
export function triangleCount(primitive: Primitive): number {
	const count = (primitive.getIndices() ?? primitive.getAttribute('POSITION'))?.getCount() ?? 0;
	return primitive.getAttribute('POSITION') ? Math.floor(count / 3) : 0;
}

function copyIndices(
	surface: Surface,
	item: PlacedPrimitive,
	start: number,
	base: number,
	vertices: number
) {
	const source = item.primitive.getIndices()?.getArray();
	const flip = determinant(item.matrix) < 0; // A mirrored mesh turns inside out unless its winding turns too.
	const length = triangleCount(item.primitive) * 3;
	for (let i = 0; i < length; i++) {
		const corner = flip && i % 3 !== 0 ? i + (i % 3 === 1 ? 1 : -1) : i;
		const vertex = source ? (source[corner] ?? vertices) : corner;
		if (vertex >= vertices) corrupt('a triangle uses a point that is not there');
		surface.indices[start + i] = base + vertex;
	}
}

function copyVertices(
	surface: Surface,
	{ primitive, matrix: m, part }: PlacedPrimitive,
	base: number,
	count: number
) {
	const { positions, attributes, stride, slots } = surface;
	const point = primitive.getAttribute('POSITION')?.getArray() ?? [];
	const at = (i: number) => m[i] ?? 0;
	for (let v = 0; v < count; v++) {
		const x = point[v * 3] ?? 0;
		const y = point[v * 3 + 1] ?? 0;
		const z = point[v * 3 + 2] ?? 0;
		for (let axis = 0; axis < 3; axis++) {
			positions[(base + v) * 3 + axis] =
				at(axis) * x + at(4 + axis) * y + at(8 + axis) * z + at(12 + axis);
		}
	}
	surface.part_of.fill(part, base, base + count);
	for (const { semantic, offset, size } of slots) {
		const accessor = primitive.getAttribute(semantic);
		const values = accessor?.getArray();
		if (!accessor || !values) {
			// Absent colors multiply by one.
			if (semantic === 'COLOR_0') fillSlot(surface, offset, size, base, count, 1);
			continue;
		}
		if (accessor.getCount() !== count) corrupt('its attributes differ in length');
		const own = accessor.getElementSize();
		for (let v = 0; v < count; v++) {
			for (let i = 0; i < size; i++) {
				attributes[(base + v) * stride + offset + i] = i < own ? (values[v * own + i] ?? 0) : 1;
			}
		}
		if (semantic === 'NORMAL') turnNormals(surface, offset, m, base, count);
	}
}

function fillSlot(
	s: Surface,
	offset: number,
	size: number,
	base: number,
	count: number,
	value: number
) {
	for (let v = base; v < base + count; v++) {
		s.attributes.fill(value, v * s.stride + offset, v * s.stride + offset + size);
	}
}

/** Normals turn with the cofactor matrix, which is the inverse transpose up to a factor and exists for any matrix. */
function turnNormals(
	s: Surface,
	offset: number,
	m: readonly number[],
	base: number,
	count: number
) {
	const grows = determinant(m);
	// Without the scale: a model in micrometres must not seem to have no normals.
	const sign = (grows < 0 ? -1 : 1) / (Math.cbrt(grows * grows) || 1);
	const columns = [0, 4, 8].map((c) => [m[c] ?? 0, m[c + 1] ?? 0, m[c + 2] ?? 0] as const);
	const [a = [0, 0, 0], b = [0, 0, 0], c = [0, 0, 0]] = columns;
	const cofactors = [cross(b, c), cross(c, a), cross(a, b)];
	for (let v = base; v < base + count; v++) {
		const start = v * s.stride + offset;
		const turned = [0, 0, 0];
		for (let column = 0; column < 3; column++) {
			const value = (s.attributes[start + column] ?? 0) * sign;
			for (let row = 0; row < 3; row++) {
				turned[row] = (turned[row] ?? 0) + (cofactors[column]?.[row] ?? 0) * value;
			}
		}
		s.attributes.set(turned, start);
	}
}

type Vector = readonly [number, number, number];

function cross(a: Vector, b: Vector): Vector {
	return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Of the upper left 3 x 3; negative for a mirroring transform. */
export function determinant(m: readonly number[]): number {
	const at = (i: number) => m[i] ?? 0;
	return (
		at(0) * (at(5) * at(10) - at(6) * at(9)) -
		at(4) * (at(1) * at(10) - at(2) * at(9)) +
		at(8) * (at(1) * at(6) - at(2) * at(5))
	);
}
