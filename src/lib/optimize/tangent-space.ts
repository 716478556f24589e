import { MeshoptTangents } from 'meshoptimizer';
import type { Look } from './appearance';
import { spread } from './spread-surface';
import { offsetOf, type Surface } from './surface';

const SIZE = 4;

/**
 * The surface with MikkTSpace tangents (http://www.mikktspace.com/), as glTF wants them: xyz along u, w the sign of the
 * other axis. Vertices are split where the texture mirrors; triangles keep their order.
 *
 * @param uv_of which texture coordinates a part's normal map reads, null for a part without one.
 */
export async function withTangents(
	source: Surface,
	uv_of: (part: number) => string | null
): Promise<Surface> {
	await MeshoptTangents.ready;
	const { indices, part_of, parts } = source;
	const tangents = new Float32Array(indices.length * SIZE);
	for (const semantic of new Set(parts.map((_, part) => uv_of(part)))) {
		if (semantic === null) continue;
		const corners = cornersOf(source, (part) => uv_of(part) === semantic);
		const own = indices.length === corners.length ? indices : corners.map((i) => indices[i]!);
		const made = MeshoptTangents.generateTangents(
			own,
			source.positions,
			3,
			column(source, 'NORMAL', 3),
			3,
			column(source, semantic, 2),
			2,
			['Compatible']
		);
		corners.forEach((corner, i) => {
			for (let k = 0; k < 3; k++) tangents[corner * SIZE + k] = made[i * SIZE + k]!;
			// glTF's v grows downwards, MikkTSpace's upwards.
			tangents[corner * SIZE + 3] = made[i * SIZE + 3]! < 0 ? 1 : -1;
		});
	}
	const from: number[] = [];
	const tangent_of: number[] = [];
	const split = new Int32Array(part_of.length * 2).fill(-1);
	const renumbered = indices.map((vertex, corner) => {
		const key = vertex * 2 + (tangents[corner * SIZE + 3]! < 0 ? 1 : 0);
		if (split[key]! < 0) {
			split[key] = from.push(vertex) - 1;
			tangent_of.push(corner);
		}
		return split[key]!;
	});
	const surface = widen(spread(source, Uint32Array.from(from), renumbered));
	const offset = offsetOf(surface, 'TANGENT');
	tangent_of.forEach((corner, vertex) => {
		const at = vertex * surface.stride + offset;
		surface.attributes.set(tangents.subarray(corner * SIZE, corner * SIZE + SIZE), at);
		const length = Math.hypot(...surface.attributes.subarray(at, at + 3));
		// Without a texture's direction any tangent is as good, but it must have a length.
		if (!(length > 0.5)) surface.attributes.set([1, 0, 0, 1], at);
	});
	surface.parts = parts.map((part, index) =>
		uv_of(index) === null
			? part
			: { ...part, semantics: new Map([...part.semantics, ['TANGENT', SIZE]]) }
	);
	return surface;
}

/** The surface with the tangents its normal maps are read by; the same triangles in the same order. */
export async function withLookTangents(surface: Surface, looks: Look[]): Promise<Surface> {
	const uv_of = (part: number) => {
		const use = looks[part]?.normal;
		return use
			? (surface.slots.find(({ offset }) => offset === use.offset)?.semantic ?? null)
			: null;
	};
	return looks.some(({ normal }) => normal) ? withTangents(surface, uv_of) : surface;
}

/** Corners of the triangles of certain parts. */
function cornersOf({ indices, part_of }: Surface, belongs: (part: number) => boolean): Uint32Array {
	const corners: number[] = [];
	indices.forEach((vertex, corner) => {
		if (belongs(part_of[vertex]!)) corners.push(corner);
	});
	return Uint32Array.from(corners);
}

function column(surface: Surface, semantic: string, size: number): Float32Array {
	const { attributes, stride } = surface;
	const offset = offsetOf(surface, semantic);
	const values = new Float32Array((attributes.length / stride) * size);
	for (let i = 0; i < values.length; i++) {
		values[i] = attributes[Math.floor(i / size) * stride + offset + (i % size)]!;
	}
	return values;
}

/** Room for one more attribute. */
function widen(source: Surface): Surface {
	const stride = source.stride + SIZE;
	const count = source.part_of.length;
	const attributes = new Float32Array(count * stride);
	for (let i = 0; i < count; i++) {
		const own = source.attributes.subarray(i * source.stride, (i + 1) * source.stride);
		attributes.set(own, i * stride);
	}
	const slot = { semantic: 'TANGENT', offset: source.stride, size: SIZE };
	return { ...source, attributes, stride, slots: [...source.slots, slot] };
}
