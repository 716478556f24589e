import type { Facing, Nearest } from './ask-tree';
import type { TriangleTree } from './triangle-tree';

/**
 * The point nearest along the line through a point in the direction that `facing` names, at most `reach` away either way,
 * on a triangle that faces as asked. Reused between questions: read it before the next.
 */
export type AskLine = (x: number, y: number, z: number, facing: Facing, reach: number) => Nearest;

/** Makes the question for one tree; holds its stack, so one per thread of work. */
export function askLine(tree: TriangleTree): AskLine {
	const { boxes, links, counts, corners, normals, triangles } = tree;
	const stack = new Int32Array(tree.depth * 2 + 64);
	const found: Nearest = { triangle: -1, a: 0, b: 0, c: 0, distance2: Infinity };
	const point = new Float64Array(4);
	return (x, y, z, facing, reach) => {
		found.triangle = -1;
		found.distance2 = reach * reach;
		if (triangles.length === 0) return found;
		const ix = 1 / facing.x;
		const iy = 1 / facing.y;
		const iz = 1 / facing.z;
		let nearest = reach;
		let top = 0;
		stack[top++] = 0;
		while (top > 0) {
			const node = stack[--top]!;
			const at = node * 6;
			const x0 = (boxes[at]! - x) * ix;
			const x1 = (boxes[at + 3]! - x) * ix;
			const y0 = (boxes[at + 1]! - y) * iy;
			const y1 = (boxes[at + 4]! - y) * iy;
			const z0 = (boxes[at + 2]! - z) * iz;
			const z1 = (boxes[at + 5]! - z) * iz;
			const enters = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1));
			const leaves = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1));
			if (enters > leaves || enters > nearest || leaves < -nearest) continue;
			const link = links[node]!;
			if (link >= 0) {
				stack[top++] = link;
				stack[top++] = node + 1;
				continue;
			}
			const end = ~link + counts[node]!;
			for (let place = ~link; place < end; place++) {
				const n = place * 3;
				const cosine =
					normals[n]! * facing.x + normals[n + 1]! * facing.y + normals[n + 2]! * facing.z;
				if (cosine < facing.cosine) continue;
				if (!crosses(corners, place * 9, x, y, z, facing, point)) continue;
				const away = Math.abs(point[3]!);
				if (away >= nearest) continue;
				nearest = away;
				found.triangle = triangles[place]!;
				found.a = point[0]!;
				found.b = point[1]!;
				found.c = point[2]!;
				found.distance2 = away * away;
			}
		}
		return found;
	};
}

/** Where a line meets a triangle: weights a, b, c and the signed distance. Moeller and Trumbore 1997. */
function crosses(
	corners: Float32Array,
	at: number,
	x: number,
	y: number,
	z: number,
	{ x: dx, y: dy, z: dz }: Facing,
	out: Float64Array
): boolean {
	const ux = corners[at + 3]! - corners[at]!;
	const uy = corners[at + 4]! - corners[at + 1]!;
	const uz = corners[at + 5]! - corners[at + 2]!;
	const vx = corners[at + 6]! - corners[at]!;
	const vy = corners[at + 7]! - corners[at + 1]!;
	const vz = corners[at + 8]! - corners[at + 2]!;
	const px = dy * vz - dz * vy;
	const py = dz * vx - dx * vz;
	const pz = dx * vy - dy * vx;
	const determinant = ux * px + uy * py + uz * pz;
	if (determinant === 0) return false;
	const sx = x - corners[at]!;
	const sy = y - corners[at + 1]!;
	const sz = z - corners[at + 2]!;
	const b = (sx * px + sy * py + sz * pz) / determinant;
	const qx = sy * uz - sz * uy;
	const qy = sz * ux - sx * uz;
	const qz = sx * uy - sy * ux;
	const c = (dx * qx + dy * qy + dz * qz) / determinant;
	if (b < 0 || c < 0 || b + c > 1) return false;
	out[0] = 1 - b - c;
	out[1] = b;
	out[2] = c;
	out[3] = (vx * qx + vy * qy + vz * qz) / determinant;
	return true;
}
