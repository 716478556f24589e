import type { Surface } from './surface';

/** A surface whose vertex i is a copy of the source's vertex `from[i]`. */
export function spread(source: Surface, from: Uint32Array, indices: Uint32Array): Surface {
	const { stride } = source;
	const positions = new Float32Array(from.length * 3);
	const attributes = new Float32Array(from.length * stride);
	const part_of = new Uint16Array(from.length);
	from.forEach((vertex, i) => {
		positions.set(source.positions.subarray(vertex * 3, vertex * 3 + 3), i * 3);
		attributes.set(source.attributes.subarray(vertex * stride, (vertex + 1) * stride), i * stride);
		part_of[i] = source.part_of[vertex]!;
	});
	return { ...source, indices, positions, attributes, part_of };
}
