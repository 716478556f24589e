import { MeshoptTangents } from 'meshoptimizer';
import { StageError, type Repairs } from '../artifacts';
import { dropDuplicates } from './drop-duplicates';
import { dropFloaters } from './drop-floaters';
import { partBacks } from './part-backs';
import { placeIds } from './place-ids';
import { countTriangles, offsetOf, withoutTriangles, type Surface } from './surface';
import { weldSurface } from './weld-surface';

/** Edges sharper than this stay sharp where normals are made, radians. 60 degrees suits products and scans alike. */
const CREASE_ANGLE = Math.PI / 3;
/** Beyond this a 32-bit float can no longer hold a product's details. */
const MAX_COORDINATE = 1e6;

/** Of a model that was left as it is. */
export const NO_REPAIRS: Repairs = {
	broken_triangles: 0,
	duplicate_triangles: 0,
	floating_pieces: 0,
	floating_triangles: 0,
	triangles_given_normals: 0,
	welded_vertices: 0
};

export interface MendReport extends Repairs {
	/** Vertices that repeated another one, as a share of all, 0 to 1. */
	welded_share: number;
}

/**
 * Makes a surface fit for simplifying: drops triangles with impossible or repeated corners, repeated triangles and dust
 * that floats beside the model, parts the backs of walls without thickness from their fronts, makes missing or broken
 * normals, gives all normals unit length, and welds vertices that are equal in everything (simplifiers see an unwelded edge
 * as a border they may not cross).
 *
 * @param floaters `keep` leaves the dust: in what was made of a model, the last of a chain is none.
 * @throws StageError `model_empty` when no triangle is left.
 */
export async function mendSurface(
	source: Surface,
	floaters: 'remove' | 'keep' = 'remove'
): Promise<{ surface: Surface; report: MendReport }> {
	await MeshoptTangents.ready;
	let place = placeIds(source.positions);
	let surface = dropBroken(source, place);
	if (surface.indices.length === 0) throw new StageError('model_empty');
	const broken = countTriangles(source) - countTriangles(surface);
	const { surface: single, backs } = dropDuplicates(surface, place);
	const duplicates = countTriangles(surface) - countTriangles(single);
	surface = partBacks(single, place, backs);
	if (surface !== single) place = placeIds(surface.positions);
	const { surface: joined, ...dust } =
		floaters === 'keep' ? { surface, pieces: 0, triangles: 0 } : dropFloaters(surface, place);
	const used = usedVertices(joined) - (joined.part_of.length - single.part_of.length);
	surface = joined;
	const before_normals = surface.part_of.length;
	surface = makeNormals(surface);
	const normals_made = (surface.part_of.length - before_normals) / 3;
	for (const part of surface.parts) part.semantics.set('NORMAL', 3);
	renormalize(surface);
	surface = weldSurface(surface, normals_made > 0 ? placeIds(surface.positions) : place);
	const vertices = surface.part_of.length;
	return {
		surface,
		report: {
			broken_triangles: broken,
			duplicate_triangles: duplicates,
			floating_pieces: dust.pieces,
			floating_triangles: dust.triangles,
			triangles_given_normals: normals_made,
			welded_vertices: Math.max(0, used - vertices),
			welded_share: Math.max(0, 1 - vertices / used)
		}
	};
}

/** What was mended, as people are told of it. */
export function repairsOf({ welded_share: _, ...repairs }: MendReport): Repairs {
	return repairs;
}

/** Gives every normal unit length; a lost one points up. */
export function renormalize(surface: Surface): void {
	const { attributes, stride } = surface;
	const offset = offsetOf(surface, 'NORMAL');
	for (let at = offset; at < attributes.length; at += stride) {
		const x = attributes[at]!;
		const y = attributes[at + 1]!;
		const z = attributes[at + 2]!;
		const length = Math.sqrt(x * x + y * y + z * z);
		const sound = length > 1e-12 && length < Infinity;
		attributes[at] = sound ? x / length : 0;
		attributes[at + 1] = sound ? y / length : 1;
		attributes[at + 2] = sound ? z / length : 0;
	}
}

/** Without triangles that have an impossible corner, or two in one place. */
function dropBroken(surface: Surface, place: Uint32Array): Surface {
	const { indices, positions, attributes } = surface;
	const sound = new Uint8Array(positions.length / 3);
	for (let vertex = 0; vertex < sound.length; vertex++) {
		const at = vertex * 3;
		// Written so that NaN fails.
		if (
			Math.abs(positions[at]!) <= MAX_COORDINATE &&
			Math.abs(positions[at + 1]!) <= MAX_COORDINATE &&
			Math.abs(positions[at + 2]!) <= MAX_COORDINATE
		) {
			sound[vertex] = 1;
		}
	}
	const broken: number[] = [];
	for (let i = 0; i < indices.length; i += 3) {
		const a = indices[i]!;
		const b = indices[i + 1]!;
		const c = indices[i + 2]!;
		const whole = sound[a]! & sound[b]! & sound[c]!;
		if (whole && place[a] !== place[b] && place[b] !== place[c] && place[c] !== place[a]) continue;
		broken.push(i / 3);
	}
	for (let i = 0; i < attributes.length; i++) {
		if (!Number.isFinite(attributes[i])) attributes[i] = 0;
	}
	return withoutTriangles(surface, broken);
}

/** Gives triangles with a missing normal corners of their own, with normals that keep creases. */
function makeNormals(surface: Surface): Surface {
	const { indices, positions, attributes, stride, part_of } = surface;
	const offset = offsetOf(surface, 'NORMAL');
	const bare_at = new Uint8Array(part_of.length);
	let any = false;
	for (let vertex = 0; vertex < bare_at.length; vertex++) {
		const at = vertex * stride + offset;
		const x = attributes[at]!;
		const y = attributes[at + 1]!;
		const z = attributes[at + 2]!;
		if (x * x + y * y + z * z >= 1e-12) continue;
		bare_at[vertex] = 1;
		any = true;
	}
	if (!any) return surface;
	const corners: number[] = [];
	for (let i = 0; i < indices.length; i += 3) {
		if (bare_at[indices[i]!] || bare_at[indices[i + 1]!] || bare_at[indices[i + 2]!]) {
			corners.push(i, i + 1, i + 2);
		}
	}
	if (corners.length === 0) return surface;
	const bare = Uint32Array.from(corners, (corner) => indices[corner] ?? 0);
	const normals = MeshoptTangents.generateNormals(bare, positions, 3, CREASE_ANGLE);
	const first = part_of.length;
	const result: Surface = {
		...surface,
		indices: indices.slice(),
		positions: grown(positions, bare.length * 3),
		attributes: grown(attributes, bare.length * stride),
		part_of: new Uint16Array(first + bare.length)
	};
	result.part_of.set(part_of);
	bare.forEach((vertex, i) => {
		const to = first + i;
		result.positions.set(positions.subarray(vertex * 3, vertex * 3 + 3), to * 3);
		result.attributes.set(attributes.subarray(vertex * stride, (vertex + 1) * stride), to * stride);
		result.attributes.set(normals.subarray(i * 3, i * 3 + 3), to * stride + offset);
		result.part_of[to] = part_of[vertex] ?? 0;
		result.indices[corners[i] ?? 0] = to;
	});
	return result;
}

function grown(values: Float32Array, by: number): Float32Array {
	const result = new Float32Array(values.length + by);
	result.set(values);
	return result;
}

function usedVertices({ indices, part_of }: Surface): number {
	const used = new Uint8Array(part_of.length);
	let count = 0;
	for (let i = 0; i < indices.length; i++) {
		const vertex = indices[i]!;
		count += 1 - used[vertex]!;
		used[vertex] = 1;
	}
	return count;
}
