import type { Mesh } from './march-cubes';
import type { Direction } from './views';

/** Places per side of a view's depths. */
const DEPTH_SIDE = 512;
/** Depths that differ by so many cells still belong to the same surface. */
const DEPTH_SLACK = 2;

/** How far the surface that is nearest to a viewer reaches toward them, at each place of the view. */
export function drawDepths(
	{ positions, indices }: Mesh,
	box: number[],
	{ axis, sign }: Direction
): Float32Array {
	const depths = new Float32Array(DEPTH_SIDE * DEPTH_SIDE).fill(-Infinity);
	const u = axis === 0 ? 2 : 0;
	const v = axis === 1 ? 2 : 1;
	const corner = (i: number) => ({
		x: (positions[3 * i + u]! / box[u]!) * DEPTH_SIDE,
		y: (positions[3 * i + v]! / box[v]!) * DEPTH_SIDE,
		depth: positions[3 * i + axis]! * sign
	});
	for (let t = 0; t < indices.length; t += 3) {
		const [a, b, c] = [corner(indices[t]!), corner(indices[t + 1]!), corner(indices[t + 2]!)];
		const area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
		if (area === 0) continue;
		const last_row = Math.min(DEPTH_SIDE - 1, Math.floor(Math.max(a.y, b.y, c.y) - 0.5));
		const last_column = Math.min(DEPTH_SIDE - 1, Math.floor(Math.max(a.x, b.x, c.x) - 0.5));
		const first_row = Math.max(0, Math.ceil(Math.min(a.y, b.y, c.y) - 0.5));
		for (let row = first_row; row <= last_row; row++) {
			for (
				let column = Math.max(0, Math.ceil(Math.min(a.x, b.x, c.x) - 0.5));
				column <= last_column;
				column++
			) {
				const [x, y] = [column + 0.5, row + 0.5];
				const wb = ((x - a.x) * (c.y - a.y) - (y - a.y) * (c.x - a.x)) / area;
				const wc = ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / area;
				if (wb < 0 || wc < 0 || wb + wc > 1) continue;
				const depth = (1 - wb - wc) * a.depth + wb * b.depth + wc * c.depth;
				const at = row * DEPTH_SIDE + column;
				if (depth > depths[at]!) depths[at] = depth;
			}
		}
	}
	return depths;
}

/** Whether nothing lies between a place on the surface and the viewer. */
export function isNearest(
	{ toward, depths }: { toward: Direction; depths: Float32Array },
	box: number[],
	cell: number,
	place: number[]
): boolean {
	const u = toward.axis === 0 ? 2 : 0;
	const v = toward.axis === 1 ? 2 : 1;
	const column = clamp(Math.floor((place[u]! / box[u]!) * DEPTH_SIDE), DEPTH_SIDE - 1);
	const row = clamp(Math.floor((place[v]! / box[v]!) * DEPTH_SIDE), DEPTH_SIDE - 1);
	const depth = place[toward.axis]! * toward.sign;
	return depth >= depths[row * DEPTH_SIDE + column]! - DEPTH_SLACK * cell;
}

const clamp = (value: number, most: number) => Math.min(Math.max(value, 0), most);
