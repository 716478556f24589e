import { faces, meets, meetsBox, type Facing, type Nearest } from './ask-tree';
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
		const { x: dx, y: dy, z: dz } = facing;
		const ix = 1 / dx;
		const iy = 1 / dy;
		const iz = 1 / dz;
		let nearest = reach;
		let top = 0;
		stack[top++] = 0;
		while (top > 0) {
			const node = stack[--top]!;
			if (!meetsBox(boxes, node * 6, x, y, z, ix, iy, iz, -nearest, nearest)) continue;
			const link = links[node]!;
			if (link >= 0) {
				stack[top++] = link;
				stack[top++] = node + 1;
				continue;
			}
			const end = ~link + counts[node]!;
			for (let place = ~link; place < end; place++) {
				if (!faces(normals, place * 3, facing)) continue;
				if (meets(corners, place * 9, x, y, z, dx, dy, dz, point) === 0) continue;
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
