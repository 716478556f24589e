import type { Document, GLTF, TypedArray } from '@gltf-transform/core';
import { UNUSED, type Surface } from './surface';

const TYPES: Record<number, GLTF.AccessorType> = { 1: 'SCALAR', 2: 'VEC2', 3: 'VEC3' };

/**
 * Puts a surface into a document made by `readModel` (or a clone of it), as plain floats: part i becomes primitive i,
 * and a part without triangles goes.
 */
export function writeSurface(document: Document, surface: Surface): void {
	const root = document.getRoot();
	const buffer = root.listBuffers()[0] ?? document.createBuffer();
	const primitives = root.listMeshes()[0]?.listPrimitives() ?? [];
	primitives.forEach((primitive, index) => {
		const part = takePart(surface, index);
		if (part.indices.length === 0) return primitive.dispose();
		const add = (type: GLTF.AccessorType, values: TypedArray) =>
			document.createAccessor().setType(type).setArray(values).setBuffer(buffer);
		primitive.setIndices(add('SCALAR', part.indices));
		primitive.setAttribute('POSITION', add('VEC3', part.positions));
		for (const [semantic, { size, values }] of part.attributes) {
			primitive.setAttribute(semantic, add(TYPES[size] ?? 'VEC4', values));
		}
	});
}

interface PartArrays {
	indices: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
	positions: Float32Array<ArrayBuffer>;
	attributes: Map<string, { size: number; values: Float32Array<ArrayBuffer> }>;
}

function takePart(surface: Surface, part: number): PartArrays {
	const { indices, positions, attributes, stride, slots, part_of, parts } = surface;
	const remap = new Uint32Array(part_of.length).fill(UNUSED);
	const vertices: number[] = [];
	const renumbered: number[] = [];
	for (const vertex of indices) {
		if (part_of[vertex] !== part) continue;
		if (remap[vertex] === UNUSED) remap[vertex] = vertices.push(vertex) - 1;
		renumbered.push(remap[vertex] ?? 0);
	}
	const result: PartArrays = {
		indices: vertices.length < 0xffff ? Uint16Array.from(renumbered) : Uint32Array.from(renumbered),
		positions: new Float32Array(vertices.length * 3),
		attributes: new Map()
	};
	vertices.forEach((from, to) => {
		for (let i = 0; i < 3; i++) result.positions[to * 3 + i] = positions[from * 3 + i] ?? 0;
	});
	for (const { semantic, offset } of slots) {
		const size = parts[part]?.semantics.get(semantic);
		if (!size) continue;
		const values = new Float32Array(vertices.length * size);
		vertices.forEach((from, to) => {
			for (let i = 0; i < size; i++)
				values[to * size + i] = attributes[from * stride + offset + i] ?? 0;
		});
		result.attributes.set(semantic, { size, values });
	}
	return result;
}
