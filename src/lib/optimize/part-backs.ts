import { boundsOf, type Surface } from './surface';

/** How far a back is moved from its front, as a share of the model's diagonal: less than files can tell. */
const GAP = 1e-5;

/**
 * Moves the backs of walls without thickness (triangles in the same three places as another one, wound the other way) a
 * hair's breadth off their fronts. As one they are edges that four triangles share, and no simplifier gets past them; as
 * two they are two sheets, which become simpler side by side.
 *
 * @param place made by `placeIds`.
 * @param backs made by `dropDuplicates`.
 * @returns the same surface where there are none; else one in which the backs have corners of their own.
 */
export function partBacks(surface: Surface, place: Uint32Array, backs: number[]): Surface {
	const { indices, positions, attributes, stride, part_of } = surface;
	if (backs.length === 0) return surface;
	const away = new Float32Array(positions.length);
	for (const t of backs) {
		const normal = faceNormal(positions, indices, t);
		for (let i = t * 3; i < t * 3 + 3; i++) {
			for (let axis = 0; axis < 3; axis++) away[place[indices[i]!]! * 3 + axis]! += normal[axis]!;
		}
	}
	const { min, max } = boundsOf(surface);
	const gap = GAP * Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
	const first = part_of.length;
	const count = first + backs.length * 3;
	const result: Surface = {
		...surface,
		indices: indices.slice(),
		positions: new Float32Array(count * 3),
		attributes: new Float32Array(count * stride),
		part_of: new Uint16Array(count)
	};
	result.positions.set(positions);
	result.attributes.set(attributes);
	result.part_of.set(part_of);
	let to = first;
	for (const t of backs) {
		for (let i = t * 3; i < t * 3 + 3; i++, to++) {
			const vertex = indices[i]!;
			const way = away.subarray(place[vertex]! * 3, place[vertex]! * 3 + 3);
			const scale = gap / (Math.hypot(...way) || 1);
			for (let axis = 0; axis < 3; axis++) {
				result.positions[to * 3 + axis] = positions[vertex * 3 + axis]! + way[axis]! * scale;
			}
			result.attributes.set(
				attributes.subarray(vertex * stride, (vertex + 1) * stride),
				to * stride
			);
			result.part_of[to] = part_of[vertex]!;
			result.indices[i] = to;
		}
	}
	return result;
}

function faceNormal(positions: Float32Array, indices: Uint32Array, t: number) {
	const at = (corner: number, axis: number) => positions[indices[t * 3 + corner]! * 3 + axis]!;
	const side = (corner: number, axis: number) => at(corner, axis) - at(0, axis);
	const cross = (p: number, q: number) => side(1, p) * side(2, q) - side(1, q) * side(2, p);
	const normal = [cross(1, 2), cross(2, 0), cross(0, 1)] as const;
	const length = Math.hypot(...normal) || 1;
	return normal.map((value) => value / length);
}
