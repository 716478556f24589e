/** x, y of three corners, counterclockwise or clockwise but all alike. */
type Triangle = readonly [number, number, number, number, number, number];

/** Side of the squares by which near triangles are found, in cells. */
const SQUARE = 2;
/** Triangles that reach into each other by less than this share of a cell only touch. */
const TOUCH = 1e-6;

/**
 * Keeps the triangles that cover no part of the plane which one before them has taken; the first is always kept.
 * Every pair is tested exactly: a sliver that falls between samples would be missed by drawing them on a raster.
 *
 * @param flatten the corners of a face in the plane
 * @param cell size of the finest triangles
 * @param hidden takes the faces that are not kept
 */
export function dropHidden(
	faces: number[],
	flatten: (face: number) => Triangle,
	cell: number,
	hidden: number[]
): number[] {
	const squares = new Map<number, Triangle[]>();
	const side = cell * SQUARE;
	const slack = cell * TOUCH;
	return faces.filter((face) => {
		const triangle = flatten(face);
		const [ax, ay, bx, by, cx, cy] = triangle;
		const right = Math.floor(Math.max(ax, bx, cx) / side);
		const bottom = Math.floor(Math.max(ay, by, cy) / side);
		const left = Math.floor(Math.min(ax, bx, cx) / side);
		const top = Math.floor(Math.min(ay, by, cy) / side);
		const lists: Triangle[][] = [];
		for (let row = top; row <= bottom; row++) {
			for (let column = left; column <= right; column++) {
				const key = (row + 2 ** 20) * 2 ** 22 + column;
				let list = squares.get(key);
				if (!list) squares.set(key, (list = []));
				for (const other of list) {
					if (areApart(triangle, other, slack) || areApart(other, triangle, slack)) continue;
					hidden.push(face);
					return false;
				}
				lists.push(list);
			}
		}
		for (const list of lists) list.push(triangle);
		return true;
	});
}

/** Whether a line along an edge of the first triangle has the second one on its far side. */
function areApart(first: Triangle, second: Triangle, slack: number): boolean {
	for (let i = 0; i < 6; i += 2) {
		const j = (i + 2) % 6;
		const k = (i + 4) % 6;
		const ex = first[j]! - first[i]!;
		const ey = first[j + 1]! - first[i + 1]!;
		const third = ex * (first[k + 1]! - first[i + 1]!) - ey * (first[k]! - first[i]!);
		const side = third >= 0 ? 1 : -1;
		const most = slack * Math.hypot(ex, ey);
		let beyond = true;
		for (let c = 0; c < 6 && beyond; c += 2) {
			const at = ex * (second[c + 1]! - first[i + 1]!) - ey * (second[c]! - first[i]!);
			beyond = at * side <= most;
		}
		if (beyond) return true;
	}
	return false;
}
