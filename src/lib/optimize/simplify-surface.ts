import { MeshoptSimplifier, type Flags } from 'meshoptimizer';
import { renormalize } from './mend-surface';
import { countTriangles, remapSurface, type Bounds, type Surface } from './surface';

export interface SimplifyOptions {
	/** How far the surface may move, as a share of the model's longest side, attributes counted in. */
	max_error: number;
	/** How much a turned normal counts against a moved point. Default 0.2, measured on product scans. */
	normal_weight?: number;
	/** How much colors and texture coordinates count. Default 1. */
	other_weight?: number;
	/** Share of itself that a step near the target leaves. Default 0.7; 0.85 takes twice as long and moves less. */
	step?: number;
	/** Vertices stay where they are, for fewer triangles alone: true to patterns, which drift under vertices that move. */
	in_place?: boolean;
}

export interface Simplified {
	surface: Surface;
	/** What was spent of `max_error`. */
	error: number;
}

/**
 * Each step takes the mesh to this share of itself. Many small steps let vertices move to their best place again
 * and again, which looks better than one large step at the same number of triangles. 0.85 takes three times as long for
 * 0.1 dB.
 */
const STEP = 0.7;
/** Down to this many times the target one large step does as well. */
const FAR = 4;
/** A mesh of more triangles than this has vertices to spare: one step leads before the target, or to one of half as many. */
const DENSE = 60_000;
/** The share of what that step leaves which the target is. 0.7 takes 5 % longer, and is no truer. */
const LEAD = 0.8;
/** A step that removed less than this share of the triangles is stuck. */
const STUCK = 0.02;
/** Never fewer triangles than the smallest closed shape. */
const FEWEST = 4;
/** A step that falls this far below what it was asked for has lost parts, and is not taken. */
const COLLAPSED = 0.5;
/** A step below this share of the target took more than it had to. */
const SHORT = 0.985;
/** A step that spends more, as a share of the longest side, is held against one across seams of normals, */
const DEAR = 0.002;
/** which is taken where it spends less than this share of that; on product models they spend the same or a hundredth. */
const CHEAPER = 0.5;
/** A leading step above this share of what was asked of it did not get there. */
const OVER = 1.02;
const NORMAL_WEIGHT = 0.2;
/** Colors and texture coordinates; the latter need 1 to be moved along (meshoptimizer js/README.md). */
const OTHER_WEIGHT = 1;
/** meshopt_SimplifyVertex_Lock and _Protect of meshoptimizer.h; the latter is a seam that even Permissive keeps. */
const LOCK = 1;
const PROTECT_SEAM = 2;
/** Where a vertex stood before its surface was changed for the simplifier alone, see `keep-parts.ts`: three numbers, moved along. */
export const MEMORY = '_MEMORY';
/** Enough to be moved along, too little to count. */
const MEMORY_WEIGHT = 0.01;

type Way = 'seams_kept' | 'uv_seams_kept' | 'seams_crossed';

/**
 * Reduces a surface to `triangles` triangles with attribute-aware collapses, in steps, each from the one before.
 * Where seams block the way or make it dear (thousands of UV charts, flat normals) it goes on across normal seams, then
 * across UV seams. Stops early rather than pass `max_error`; the result is never empty and fills the same box, so that a
 * product's real size is true at every level.
 * Method: Garland and Heckbert 1998 as in meshoptimizer, https://github.com/zeux/meshoptimizer#simplification
 */
export async function simplifySurface(
	source: Surface,
	triangles: number,
	{
		max_error,
		normal_weight = NORMAL_WEIGHT,
		other_weight = OTHER_WEIGHT,
		step: share = STEP,
		in_place = false
	}: SimplifyOptions
): Promise<Simplified> {
	await MeshoptSimplifier.ready;
	const target = Math.round(triangles);
	const extremes = extremeVertices(source);
	const box = boxOf(source.positions, extremes);
	let best: Simplified = { surface: source, error: 0 };
	for (const way of ['seams_kept', 'uv_seams_kept', 'seams_crossed'] satisfies Way[]) {
		while (countTriangles(best.surface) > target) {
			const before = countTriangles(best.surface);
			const wanted = Math.max(FEWEST, Math.floor(nextStep(before, target, share)));
			if (wanted >= before || best.error >= max_error) break;
			const leads = wanted > target && before > DENSE;
			const { surface, error } = best;
			const step = (way: Way, prune: boolean) =>
				takeStep(surface, wanted, {
					max_error: max_error - error,
					way,
					extremes: surface === source ? extremes : extremeVertices(surface),
					box,
					normal_weight,
					other_weight,
					in_place,
					prune,
					even: leads
				});
			let next = step(way, !leads);
			// Pruning may take more than was asked: then small parts stay. A leading step prunes where it has to.
			const reached = countTriangles(next.surface);
			if (leads ? reached > wanted * OVER : reached < target * SHORT) next = step(way, leads);
			// Parts of flat facets are all seams: the smooth ones must not pay for them.
			if (way === 'seams_kept' && next.error > DEAR) {
				const across = step('uv_seams_kept', true);
				if (across.error < next.error * CHEAPER) break;
			}
			const after = countTriangles(next.surface);
			if (after < Math.min(FEWEST, before) || after < wanted * COLLAPSED) break;
			if (after < before) best = { surface: next.surface, error: best.error + next.error };
			if (after > before * (1 - STUCK) && after > target) break;
		}
	}
	return best;
}

/** How many triangles the next step aims at, on the way from `before` to `target`. */
function nextStep(before: number, target: number, share: number): number {
	if (before > DENSE) return target > DENSE / 2 ? target : target / LEAD;
	return Math.max(target, before > target * FAR ? target * FAR : before * share);
}

interface StepOptions {
	max_error: number;
	way: Way;
	/** From `extremeVertices`. */
	extremes: number[];
	box: Bounds;
	normal_weight: number;
	other_weight: number;
	in_place: boolean;
	/** Takes out parts that are too small to be missed; not where the surface was changed to keep them. */
	prune: boolean;
	/** Favors triangles of like size: a fifth faster, and as good where more steps follow. */
	even: boolean;
}

function takeStep(
	source: Surface,
	wanted: number,
	{ max_error, way, extremes, box, normal_weight, other_weight, in_place, prune, even }: StepOptions
): Simplified {
	const flags: Flags[] = way === 'seams_kept' ? [] : ['Permissive'];
	if (prune && !source.slots.some(({ semantic }) => semantic === MEMORY)) flags.push('Prune');
	if (even) flags.push('RegularizeLight');
	const indices = source.indices.slice();
	const positions = source.positions.slice();
	const attributes = source.attributes.slice();
	const weights = weightsOf(source, normal_weight, other_weight);
	const locks = lockVertices(source, way, extremes);
	const asked = [positions, 3, attributes, source.stride, weights, locks, wanted * 3] as const;
	const [left, error] = in_place
		? MeshoptSimplifier.simplifyWithAttributes(indices, ...asked, max_error, flags)
		: MeshoptSimplifier.simplifyWithUpdate(indices, ...asked, max_error, flags);
	const rest = typeof left === 'number' ? indices.slice(0, left) : left;
	const kept = { ...source, indices: rest, positions, attributes };
	if (rest.length === 0) return { surface: kept, error };
	// compactMesh renumbers the indices it is given, hence the copy.
	const [remap, count] = MeshoptSimplifier.compactMesh(kept.indices.slice());
	const surface = remapSurface(kept, remap, count);
	renormalize(surface);
	keepInUnit(surface);
	keepInBox(surface, box);
	return { surface, error };
}

function weightsOf(
	{ slots, stride }: Surface,
	normal_weight: number,
	other_weight: number
): number[] {
	const weights = new Array<number>(stride).fill(0);
	for (const { semantic, offset, size } of slots) {
		if (semantic === 'TANGENT') continue; // Follows from the others.
		const known: Record<string, number> = { NORMAL: normal_weight, [MEMORY]: MEMORY_WEIGHT };
		weights.fill(known[semantic] ?? other_weight, offset, offset + size);
	}
	return weights;
}

/**
 * Locks a point on each side of the bounding box; and where UV seams are kept, protects vertices that stand in one
 * place but differ in material or texture coordinates.
 */
function lockVertices(surface: Surface, way: Way, extremes: number[]): Uint8Array {
	const { positions, attributes, stride, slots, part_of } = surface;
	const locks = new Uint8Array(part_of.length);
	for (const vertex of extremes) {
		for (const one of verticesAt(positions, vertex)) locks[one] = LOCK;
	}
	if (way !== 'uv_seams_kept') return locks;
	const first_at = MeshoptSimplifier.generatePositionRemap(positions, 3);
	const watched = slots.filter(({ semantic }) => semantic !== 'NORMAL');
	first_at.forEach((first, vertex) => {
		if (first === vertex) return;
		const differs =
			part_of[first] !== part_of[vertex] ||
			watched.some(({ offset, size }) => {
				for (let i = offset; i < offset + size; i++) {
					if (attributes[first * stride + i] !== attributes[vertex * stride + i]) return true;
				}
				return false;
			});
		if (!differs) return;
		locks[first] = (locks[first] ?? 0) | PROTECT_SEAM;
		locks[vertex] = (locks[vertex] ?? 0) | PROTECT_SEAM;
	});
	return locks;
}

/** The vertices that stand where one of them does, itself included. */
export function verticesAt(positions: Float32Array, vertex: number): number[] {
	const [x, y, z] = positions.subarray(vertex * 3, vertex * 3 + 3);
	const found: number[] = [];
	for (let i = 0; i < positions.length; i += 3) {
		if (positions[i] === x && positions[i + 1] === y && positions[i + 2] === z) found.push(i / 3);
	}
	return found;
}

/** For each side of the bounding box the first vertex that touches it. */
export function extremeVertices({ indices, positions }: Surface): number[] {
	const found = new Array<number>(6).fill(indices[0] ?? 0);
	const seen = new Uint8Array(positions.length / 3);
	const most = new Float64Array(6).fill(-Infinity);
	for (let i = 0; i < indices.length; i++) {
		const vertex = indices[i]!;
		if (seen[vertex]) continue;
		seen[vertex] = 1;
		for (let axis = 0; axis < 3; axis++) {
			const value = positions[vertex * 3 + axis]!;
			if (-value > most[axis]!) {
				most[axis] = -value;
				found[axis] = vertex;
			}
			if (value > most[axis + 3]!) {
				most[axis + 3] = value;
				found[axis + 3] = vertex;
			}
		}
	}
	return found;
}

function boxOf(positions: Float32Array, extremes: number[]): Bounds {
	const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = extremes.map(
		(vertex, side) => positions[vertex * 3 + (side % 3)]!
	);
	return { min: [a, b, c], max: [d, e, f] };
}

/** Moved vertices overshoot the box a little. */
export function keepInBox({ positions }: Surface, { min, max }: Bounds): void {
	for (let axis = 0; axis < 3; axis++) {
		for (let i = axis; i < positions.length; i += 3) {
			const value = positions[i]!;
			if (value < min[axis]!) positions[i] = min[axis]!;
			else if (value > max[axis]!) positions[i] = max[axis]!;
		}
	}
}

/** Texture coordinates that were within 0 to 1 stay there; moved vertices overshoot a little. */
function keepInUnit({ attributes, stride, slots, parts, part_of }: Surface): void {
	for (const { semantic, offset, size } of slots) {
		const clamped = parts.map((part) => part.uv_in_unit.has(semantic));
		if (!clamped.includes(true)) continue;
		for (let vertex = 0; vertex < part_of.length; vertex++) {
			if (!clamped[part_of[vertex]!]) continue;
			const from = vertex * stride + offset;
			for (let i = from; i < from + size; i++) {
				if (attributes[i]! < 0) attributes[i] = 0;
				else if (attributes[i]! > 1) attributes[i] = 1;
			}
		}
	}
}
