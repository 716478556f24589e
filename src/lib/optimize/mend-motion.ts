import type { Accessor, Document } from '@gltf-transform/core';

/**
 * Puts right, in a model that is otherwise left as it is, numbers that glTF does not allow and that show nowhere:
 * inverse bind matrices with a last row other than 0 0 0 1 (glTF 2.0, 3.7.3.1; exporters round), and normals without unit
 * length, a lost one pointing up.
 */
export function mendMotion(document: Document): void {
	const root = document.getRoot();
	for (const skin of root.listSkins()) {
		const matrices = skin.getInverseBindMatrices();
		if (matrices) eachElement(matrices, affine);
	}
	const primitives = root.listMeshes().flatMap((mesh) => mesh.listPrimitives());
	const normals = new Set(primitives.map((primitive) => primitive.getAttribute('NORMAL')));
	for (const accessor of normals) if (accessor) eachElement(accessor, unit);
}

function eachElement(accessor: Accessor, mended: (values: number[]) => number[]): void {
	for (let i = 0; i < accessor.getCount(); i++) {
		accessor.setElement(i, mended(accessor.getElement(i, [])));
	}
}

/** Column-major; a common factor of all, the last number included, moves nothing. */
function affine(matrix: number[]): number[] {
	const scale = matrix[15] || 1;
	return matrix.map((value, i) => (i % 4 === 3 ? Number(i === 15) : value / scale));
}

function unit(vector: number[]): number[] {
	const length = Math.hypot(...vector);
	return length > 1e-12 && length < Infinity ? vector.map((value) => value / length) : [0, 1, 0];
}
