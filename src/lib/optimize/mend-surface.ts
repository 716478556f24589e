import { MeshoptTangents } from 'meshoptimizer';
import { StageError, type Repairs } from '../artifacts';
import { dropDuplicates } from './drop-duplicates';
import { dropFloaters } from './drop-floaters';
import { placeIds } from './place-ids';
import { countTriangles, offsetOf, remapSurface, UNUSED, type Surface } from './surface';

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
 * that floats beside the model, makes missing or broken normals, gives all normals unit length, and welds vertices that are equal in everything (simplifiers see
 * an unwelded edge as a border they may not cross).
 *
 * @throws StageError `model_empty` when no triangle is left.
 */
export async function mendSurface(
	source: Surface
): Promise<{ surface: Surface; report: MendReport }> {
	await MeshoptTangents.ready;
	let surface = dropBroken(source);
	if (surface.indices.length === 0) throw new StageError('model_empty');
	const broken = countTriangles(source) - countTriangles(surface);
	const place = placeIds(surface.positions, surface.indices);
	surface = dropDuplicates(surface, place);
	const duplicates = countTriangles(source) - broken - countTriangles(surface);
	const { surface: joined, pieces, triangles: floaters } = dropFloaters(surface, place);
	surface = joined;
	const used = usedVertices(surface);
	const before_normals = surface.part_of.length;
	surface = makeNormals(surface);
	const normals_made = (surface.part_of.length - before_normals) / 3;
	for (const part of surface.parts) part.semantics.set('NORMAL', 3);
	renormalize(surface);
	surface = weldSurface(surface);
	const vertices = surface.part_of.length;
	return {
		surface,
		report: {
			broken_triangles: broken,
			duplicate_triangles: duplicates,
			floating_pieces: pieces,
			floating_triangles: floaters,
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

/** Merges vertices of one part that are equal in every number, and leaves out unused ones. */
export function weldSurface(surface: Surface): Surface {
	const { indices, stride, part_of } = surface;
	const count = part_of.length;
	// Comparing bits is exact; adding zero turns -0 into 0 first.
	const positions = new Uint32Array(surface.positions.map((value) => value + 0).buffer);
	const attributes = new Uint32Array(surface.attributes.map((value) => value + 0).buffer);
	const size = 2 ** Math.ceil(Math.log2(Math.max(16, count * 1.5)));
	const table = new Uint32Array(size).fill(UNUSED);
	const remap = new Uint32Array(count).fill(UNUSED);
	let kept = 0;
	for (const vertex of indices) {
		if (remap[vertex] !== UNUSED) continue;
		let slot = hash(vertex, positions, attributes, stride, part_of[vertex] ?? 0) & (size - 1);
		for (;;) {
			const other = table[slot] ?? UNUSED;
			if (other === UNUSED) {
				table[slot] = vertex;
				remap[vertex] = kept++;
				break;
			}
			if (
				part_of[other] === part_of[vertex] &&
				isSame(other, vertex, positions, attributes, stride)
			) {
				remap[vertex] = remap[other] ?? 0;
				break;
			}
			slot = (slot + 1) & (size - 1);
		}
	}
	return remapSurface(surface, remap, kept);
}

function dropBroken(surface: Surface): Surface {
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
	const kept = new Uint32Array(indices.length);
	let length = 0;
	for (let i = 0; i < indices.length; i += 3) {
		const a = indices[i]!;
		const b = indices[i + 1]!;
		const c = indices[i + 2]!;
		if (!sound[a] || !sound[b] || !sound[c]) continue;
		if (isAt(positions, a, b) || isAt(positions, b, c) || isAt(positions, c, a)) continue;
		kept[length] = a;
		kept[length + 1] = b;
		kept[length + 2] = c;
		length += 3;
	}
	for (let i = 0; i < attributes.length; i++) {
		if (!Number.isFinite(attributes[i])) attributes[i] = 0;
	}
	return { ...surface, indices: kept.slice(0, length) };
}

function isAt(positions: Float32Array, a: number, b: number): boolean {
	return (
		positions[a * 3] === positions[b * 3] &&
		positions[a * 3 + 1] === positions[b * 3 + 1] &&
		positions[a * 3 + 2] === positions[b * 3 + 2]
	);
}

/** Gives triangles with a missing normal corners of their own, with normals that keep creases. */
function makeNormals(surface: Surface): Surface {
	const { indices, positions, attributes, stride, part_of } = surface;
	const offset = offsetOf(surface, 'NORMAL');
	const bare_at = new Uint8Array(part_of.length);
	for (let vertex = 0; vertex < bare_at.length; vertex++) {
		const at = vertex * stride + offset;
		const [x, y, z] = [attributes[at]!, attributes[at + 1]!, attributes[at + 2]!];
		if (x * x + y * y + z * z < 1e-12) bare_at[vertex] = 1;
	}
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
	const seen = new Uint8Array(part_of.length);
	let count = 0;
	for (const vertex of indices) {
		if (!seen[vertex]) count++;
		seen[vertex] = 1;
	}
	return count;
}

/** FNV-1a over 32-bit words, with a final mix. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(
	vertex: number,
	positions: Uint32Array,
	attributes: Uint32Array,
	stride: number,
	part: number
) {
	let value = 0x811c9dc5 ^ part;
	for (let i = vertex * 3; i < vertex * 3 + 3; i++) {
		value = Math.imul(value ^ (positions[i] ?? 0), 0x01000193);
	}
	for (let i = vertex * stride; i < (vertex + 1) * stride; i++) {
		value = Math.imul(value ^ (attributes[i] ?? 0), 0x01000193);
	}
	// Floats differ in their high bits, the table looks at low ones.
	value ^= value >>> 15;
	value = Math.imul(value, 0x2c1b3c6d);
	return (value ^ (value >>> 13)) >>> 0;
}

function isSame(
	a: number,
	b: number,
	positions: Uint32Array,
	attributes: Uint32Array,
	stride: number
) {
	for (let i = 0; i < 3; i++) if (positions[a * 3 + i] !== positions[b * 3 + i]) return false;
	for (let i = 0; i < stride; i++) {
		if (attributes[a * stride + i] !== attributes[b * stride + i]) return false;
	}
	return true;
}
