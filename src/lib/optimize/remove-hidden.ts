import { askTree } from './ask-tree';
import { eyeFrom, frameOf, rasterize } from './rasterize';
import { placeIds } from './place-ids';
import { spreadDirections } from './spread-directions';
import { countTriangles, type Surface } from './surface';
import { buildTriangleTree } from './triangle-tree';

export interface HiddenReport {
	/** Triangles that were taken out. */
	removed: number;
	/** Share of all, 0 to 1. */
	share: number;
}

/** Rays a triangle gets before it counts as hidden, spread over points and directions. */
const DIRECTIONS = 48;
/** Weights of the points that look out: the middle and near each corner. */
const POINTS = [
	[1 / 3, 1 / 3, 1 / 3],
	[0.8, 0.1, 0.1],
	[0.1, 0.8, 0.1],
	[0.1, 0.1, 0.8]
] as const;
/** Side of the pictures that settle most triangles at once, pixels. */
const PICTURE = { min: 96, max: 512 };
/** After so many of them it is looked whether all has been seen. */
const LOOK_EVERY = 12;
/** Below this share it is not worth touching the mesh: open borders cost more than they save. */
const WORTHWHILE = 0.002;

/**
 * Takes out triangles that no ray from outside can reach: inner shells, walls inside one another. A triangle stays when
 * any of 192 rays escapes, or when it touches one that stays, so that a surface seen only through a slit keeps its rim.
 * What is see-through hides nothing, and a back side that is not drawn hides nothing from behind.
 *
 * @returns the surface with fewer triangles and the same vertices.
 */
export function removeHidden(
	surface: Surface,
	onprogress?: (fraction: number) => void
): { surface: Surface; report: HiddenReport } {
	const { indices, positions, part_of, parts } = surface;
	const total = countTriangles(surface);
	const part = (triangle: number) => parts[part_of[indices[triangle * 3]!]!]!;
	const opaque = (triangle: number) => !part(triangle).see_through;
	const directions = spreadDirections(DIRECTIONS);
	const visible = new Uint8Array(total);
	const place = placeIds(positions);
	let kept = visible;
	const frame = frameOf(surface);
	const side = Math.min(PICTURE.max, Math.max(PICTURE.min, Math.ceil(2 * Math.sqrt(total))));
	for (const [i, direction] of directions.entries()) {
		onprogress?.((i / DIRECTIONS) * 0.5);
		const { drawn } = rasterize(surface, frame, side, eyeFrom(direction), opaque);
		for (const triangle of drawn) if (triangle >= 0) visible[triangle] = 1;
		if (i % LOOK_EVERY !== LOOK_EVERY - 1) continue;
		kept = withNeighbors(surface, place, visible);
		if (!kept.includes(0)) return NOTHING(surface);
	}

	// What no picture shows is small, in a slit, or see-through: rays decide.
	const { isBlocked } = askTree(buildTriangleTree(surface, opaque));
	const origin: [number, number, number] = [0, 0, 0];
	const stops = (triangle: number, side: number) => side > 0 || part(triangle).double_sided;
	const escapes = (triangle: number): boolean => {
		const normal = faceNormal(positions, indices, triangle);
		const both = part(triangle).double_sided;
		return POINTS.some(([wa, wb, wc]) => {
			for (let axis = 0; axis < 3; axis++) {
				origin[axis] =
					wa * positions[indices[triangle * 3]! * 3 + axis]! +
					wb * positions[indices[triangle * 3 + 1]! * 3 + axis]! +
					wc * positions[indices[triangle * 3 + 2]! * 3 + axis]!;
			}
			return directions.some((direction) => {
				const cosine =
					normal[0] * direction[0] + normal[1] * direction[1] + normal[2] * direction[2];
				if (both ? cosine === 0 : cosine <= 0) return false;
				return !isBlocked(origin, direction, frame.radius * 1e-5, stops);
			});
		});
	};
	for (let t = 0; t < total; t++) {
		if ((t & 0xfff) === 0) onprogress?.(0.5 + (t / total) * 0.5);
		if (!kept[t] && escapes(t)) visible[t] = 1;
	}
	return keep(surface, withNeighbors(surface, place, visible));
}

const NOTHING = (surface: Surface) => ({ surface, report: { removed: 0, share: 0 } });

/** Marks what is marked and what touches it. */
function withNeighbors(
	{ indices }: Surface,
	place: Uint32Array,
	marked: Uint8Array<ArrayBuffer>
): Uint8Array<ArrayBuffer> {
	const touched = new Uint8Array(place.length);
	for (let t = 0; t < marked.length; t++) {
		if (!marked[t]) continue;
		for (let i = t * 3; i < t * 3 + 3; i++) touched[place[indices[i]!]!] = 1;
	}
	const result = marked.slice();
	for (let t = 0; t < marked.length; t++) {
		for (let i = t * 3; i < t * 3 + 3; i++) if (touched[place[indices[i]!]!]) result[t] = 1;
	}
	return result;
}

function keep(surface: Surface, marked: Uint8Array) {
	const { indices } = surface;
	const kept = new Uint32Array(indices.length);
	let length = 0;
	for (let t = 0; t < marked.length; t++) {
		if (!marked[t]) continue;
		for (let i = t * 3; i < t * 3 + 3; i++) kept[length++] = indices[i]!;
	}
	const removed = (indices.length - length) / 3;
	const share = removed / countTriangles(surface);
	if (length === 0 || share < WORTHWHILE) {
		return NOTHING(surface);
	}
	return { surface: { ...surface, indices: kept.slice(0, length) }, report: { removed, share } };
}

function faceNormal(
	positions: Float32Array,
	indices: Uint32Array,
	triangle: number
): [number, number, number] {
	const at = (corner: number, axis: number) =>
		positions[indices[triangle * 3 + corner]! * 3 + axis]!;
	const u = [0, 1, 2].map((axis) => at(1, axis) - at(0, axis));
	const v = [0, 1, 2].map((axis) => at(2, axis) - at(0, axis));
	return [
		u[1]! * v[2]! - u[2]! * v[1]!,
		u[2]! * v[0]! - u[0]! * v[2]!,
		u[0]! * v[1]! - u[1]! * v[0]!
	];
}
