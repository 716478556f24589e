import type { Surface } from './surface';

/** A surface whose vertex i is a copy of the source's vertex `from[i]`. */
export function spread(source: Surface, from: Uint32Array, indices: Uint32Array): Surface {
	const { stride } = source;
	const positions = new Float32Array(from.length * 3);
	const attributes = new Float32Array(from.length * stride);
	const part_of = new Uint16Array(from.length);
	for (let i = 0; i < from.length; i++) {
		const vertex = from[i]!;
		for (let k = 0; k < 3; k++) positions[i * 3 + k] = source.positions[vertex * 3 + k]!;
		for (let k = 0; k < stride; k++) {
			attributes[i * stride + k] = source.attributes[vertex * stride + k]!;
		}
		part_of[i] = source.part_of[vertex]!;
	}
	return { ...source, indices, positions, attributes, part_of };
}
