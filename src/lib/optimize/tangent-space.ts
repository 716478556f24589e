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
		const made = MeshoptTangents.generateTangents(
			corners.map((corner) => indices[corner]!),
			source.positions,
			3,
			column(source, 'NORMAL', 3),
			3,
			column(source, semantic, 2),
			2,
			['Compatible']
		);
		for (let i = 0; i < corners.length; i++) {
			const to = corners[i]! * SIZE;
			for (let k = 0; k < 3; k++) tangents[to + k] = made[i * SIZE + k]!;
			// glTF's v grows downwards, MikkTSpace's upwards.
			tangents[to + 3] = made[i * SIZE + 3]! < 0 ? 1 : -1;
		}
	}
	const from = new Uint32Array(part_of.length * 2);
	const tangent_of = new Uint32Array(part_of.length * 2);
	const split = new Int32Array(part_of.length * 2).fill(-1);
	const renumbered = new Uint32Array(indices.length);
	let count = 0;
	for (let corner = 0; corner < indices.length; corner++) {
		const vertex = indices[corner]!;
		const key = vertex * 2 + (tangents[corner * SIZE + 3]! < 0 ? 1 : 0);
		if (split[key]! < 0) {
			from[count] = vertex;
			tangent_of[count] = corner;
			split[key] = count++;
		}
		renumbered[corner] = split[key]!;
	}
	const surface = widen(spread(source, from.subarray(0, count), renumbered));
	const offset = offsetOf(surface, 'TANGENT');
	for (let vertex = 0; vertex < count; vertex++) {
		const to = vertex * surface.stride + offset;
		const own = tangent_of[vertex]! * SIZE;
		const x = tangents[own]!;
		const y = tangents[own + 1]!;
		const z = tangents[own + 2]!;
		// Without a texture's direction any tangent is as good, but it must have a length.
		const sound = x * x + y * y + z * z > 0.25;
		surface.attributes[to] = sound ? x : 1;
		surface.attributes[to + 1] = sound ? y : 0;
		surface.attributes[to + 2] = sound ? z : 0;
		surface.attributes[to + 3] = sound ? tangents[own + 3]! : 1;
	}
	surface.parts = parts.map((part, index) =>
		uv_of(index) === null
			? part
			: { ...part, semantics: new Map([...part.semantics, ['TANGENT', SIZE]]) }
	);
	return surface;
}

/** The surface with the tangents its normal maps and grains are read by; the same triangles in the same order. */
export async function withLookTangents(surface: Surface, looks: Look[]): Promise<Surface> {
	const uv_of = looks.map((look, part) => tangentUv(surface, look, part));
	return uv_of.some((uv) => uv !== null)
		? withTangents(surface, (part) => uv_of[part] ?? null)
		: surface;
}

/** The texture coordinates along which a part's tangents run, null where nothing reads them. */
export function tangentUv({ parts }: Surface, { tangent_uv }: Look, part: number): string | null {
	return tangent_uv !== null && parts[part]?.semantics.has(tangent_uv) ? tangent_uv : null;
}

/** Corners of the triangles of certain parts. */
function cornersOf({ indices, part_of }: Surface, belongs: (part: number) => boolean): Uint32Array {
	const corners = new Uint32Array(indices.length);
	let count = 0;
	for (let corner = 0; corner < indices.length; corner++) {
		if (belongs(part_of[indices[corner]!]!)) corners[count++] = corner;
	}
	return corners.subarray(0, count);
}

function column(surface: Surface, semantic: string, size: number): Float32Array {
	const { attributes, stride } = surface;
	const offset = offsetOf(surface, semantic);
	const count = attributes.length / stride;
	const values = new Float32Array(count * size);
	for (let i = 0; i < count; i++) {
		for (let k = 0; k < size; k++) values[i * size + k] = attributes[i * stride + offset + k]!;
	}
	return values;
}

/** Room for one more attribute. */
function widen(source: Surface): Surface {
	const stride = source.stride + SIZE;
	const count = source.part_of.length;
	const attributes = new Float32Array(count * stride);
	for (let i = 0; i < count; i++) {
		for (let k = 0; k < source.stride; k++) {
			attributes[i * stride + k] = source.attributes[i * source.stride + k]!;
		}
	}
	const slot = { semantic: 'TANGENT', offset: source.stride, size: SIZE };
	return { ...source, attributes, stride, slots: [...source.slots, slot] };
}
