import type { TriangleTree } from './triangle-tree';

/** The point of a surface that is nearest to another point. Reused between questions: read it before the next. */
export interface Nearest {
	/** Triangle of the surface, -1 where there is none. */
	triangle: number;
	/** Barycentric weights of its corners. */
	a: number;
	b: number;
	c: number;
	/** Squared distance. */
	distance2: number;
}

/** What faces a certain way: only triangles whose normal has at least `cosine` with it are answered. */
export interface Facing {
	x: number;
	y: number;
	z: number;
	cosine: number;
}

/** Answers questions about one tree; holds their stack, so one per thread of work. */
export interface TreeQuestions {
	/**
	 * Nearest point within the square root of `limit2`. `hint` is a place of the leaf order to look at first (the last
	 * answer's `place`), which makes neighboring questions cheap.
	 */
	nearest(x: number, y: number, z: number, limit2: number, facing?: Facing): Nearest;
	/**
	 * Whether a ray meets a triangle that `stops` it.
	 *
	 * @param stops sees the triangle and the cosine-signed side: positive when the ray leaves through its front.
	 */
	isBlocked(
		origin: readonly [number, number, number],
		direction: readonly [number, number, number],
		from: number,
		stops: (triangle: number, side: number) => boolean
	): boolean;
}

/** Makes the questions of a tree. */
export function askTree(tree: TriangleTree): TreeQuestions {
	const { boxes, links, counts, corners, normals, triangles } = tree;
	const stack = new Int32Array(tree.depth * 2 + 64);
	const distances = new Float64Array(stack.length);
	const found: Nearest = { triangle: -1, a: 0, b: 0, c: 0, distance2: Infinity };
	const point = new Float64Array(4);
	let hint = -1;

	const boxDistance2 = (node: number, x: number, y: number, z: number): number => {
		const at = node * 6;
		const dx = Math.max(boxes[at]! - x, 0, x - boxes[at + 3]!);
		const dy = Math.max(boxes[at + 1]! - y, 0, y - boxes[at + 4]!);
		const dz = Math.max(boxes[at + 2]! - z, 0, z - boxes[at + 5]!);
		return dx * dx + dy * dy + dz * dz;
	};
	const look = (place: number, x: number, y: number, z: number, facing?: Facing): void => {
		if (facing && !faces(normals, place * 3, facing)) return;
		nearestOnTriangle(corners, place * 9, x, y, z, point);
		if (point[3]! >= found.distance2) return;
		found.triangle = triangles[place]!;
		found.a = point[0]!;
		found.b = point[1]!;
		found.c = point[2]!;
		found.distance2 = point[3]!;
		hint = place;
	};

	return {
		nearest(x, y, z, limit2, facing) {
			found.triangle = -1;
			found.distance2 = limit2;
			if (triangles.length === 0) return found;
			if (hint >= 0) look(hint, x, y, z, facing);
			let top = 0;
			stack[top] = 0;
			distances[top++] = boxDistance2(0, x, y, z);
			while (top > 0) {
				const node = stack[--top]!;
				if (distances[top]! >= found.distance2) continue;
				const link = links[node]!;
				if (link < 0) {
					const end = ~link + counts[node]!;
					for (let place = ~link; place < end; place++) look(place, x, y, z, facing);
					continue;
				}
				const left = boxDistance2(node + 1, x, y, z);
				const right = boxDistance2(link, x, y, z);
				const left_first = left < right;
				const far = left_first ? right : left;
				if (far < found.distance2) {
					stack[top] = left_first ? link : node + 1;
					distances[top++] = far;
				}
				stack[top] = left_first ? node + 1 : link;
				distances[top++] = left_first ? left : right;
			}
			return found;
		},
		isBlocked(origin, direction, from, stops) {
			if (triangles.length === 0) return false;
			const ox = origin[0];
			const oy = origin[1];
			const oz = origin[2];
			const dx = direction[0];
			const dy = direction[1];
			const dz = direction[2];
			const ix = 1 / dx;
			const iy = 1 / dy;
			const iz = 1 / dz;
			let top = 0;
			stack[top++] = 0;
			while (top > 0) {
				const node = stack[--top]!;
				if (!meetsBox(boxes, node * 6, ox, oy, oz, ix, iy, iz, from, Infinity)) continue;
				const link = links[node]!;
				if (link >= 0) {
					stack[top++] = link;
					stack[top++] = node + 1;
					continue;
				}
				const end = ~link + counts[node]!;
				for (let place = ~link; place < end; place++) {
					const side = meets(corners, place * 9, ox, oy, oz, dx, dy, dz, point);
					if (side !== 0 && point[3]! > from && stops(triangles[place]!, side)) return true;
				}
			}
			return false;
		}
	};
}

/** Whether the triangle whose normal stands at `at` faces as asked. */
export function faces(normals: Float32Array, at: number, { x, y, z, cosine }: Facing): boolean {
	return normals[at]! * x + normals[at + 1]! * y + normals[at + 2]! * z >= cosine;
}

/**
 * Whether a line meets the box at `at`, somewhere between two distances along it.
 *
 * @param ix one over the line's direction, with `iy` and `iz`.
 */
export function meetsBox(
	boxes: Float32Array,
	at: number,
	x: number,
	y: number,
	z: number,
	ix: number,
	iy: number,
	iz: number,
	from: number,
	to: number
): boolean {
	const x0 = (boxes[at]! - x) * ix;
	const x1 = (boxes[at + 3]! - x) * ix;
	const y0 = (boxes[at + 1]! - y) * iy;
	const y1 = (boxes[at + 4]! - y) * iy;
	const z0 = (boxes[at + 2]! - z) * iz;
	const z1 = (boxes[at + 5]! - z) * iz;
	const enters = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1));
	const leaves = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1));
	// Written so that NaN, of a line within a side of the box, looks further.
	return !(enters > leaves || leaves < from || enters > to);
}

/**
 * Whether a line meets a triangle: weights a, b, c and the signed distance along it. Moeller and Trumbore 1997.
 *
 * @returns a number with the sign of normal . direction; 0 is a miss.
 */
export function meets(
	corners: Float32Array,
	at: number,
	ox: number,
	oy: number,
	oz: number,
	dx: number,
	dy: number,
	dz: number,
	out: Float64Array
): number {
	const ax = corners[at]!;
	const ay = corners[at + 1]!;
	const az = corners[at + 2]!;
	const ux = corners[at + 3]! - ax;
	const uy = corners[at + 4]! - ay;
	const uz = corners[at + 5]! - az;
	const vx = corners[at + 6]! - ax;
	const vy = corners[at + 7]! - ay;
	const vz = corners[at + 8]! - az;
	const px = dy * vz - dz * vy;
	const py = dz * vx - dx * vz;
	const pz = dx * vy - dy * vx;
	const determinant = ux * px + uy * py + uz * pz;
	if (determinant === 0) return 0;
	const inverse = 1 / determinant;
	const sx = ox - ax;
	const sy = oy - ay;
	const sz = oz - az;
	const u = (sx * px + sy * py + sz * pz) * inverse;
	if (u < 0 || u > 1) return 0;
	const qx = sy * uz - sz * uy;
	const qy = sz * ux - sx * uz;
	const qz = sx * uy - sy * ux;
	const v = (dx * qx + dy * qy + dz * qz) * inverse;
	if (v < 0 || u + v > 1) return 0;
	out[0] = 1 - u - v;
	out[1] = u;
	out[2] = v;
	out[3] = (vx * qx + vy * qy + vz * qz) * inverse;
	// The determinant is -(normal . direction).
	return -determinant;
}

/** Ericson 2005, "Real-Time Collision Detection", 5.1.5. Writes weights a, b, c and the squared distance. */
function nearestOnTriangle(
	corners: Float32Array,
	at: number,
	x: number,
	y: number,
	z: number,
	out: Float64Array
): void {
	const ax = corners[at]!;
	const ay = corners[at + 1]!;
	const az = corners[at + 2]!;
	const abx = corners[at + 3]! - ax;
	const aby = corners[at + 4]! - ay;
	const abz = corners[at + 5]! - az;
	const acx = corners[at + 6]! - ax;
	const acy = corners[at + 7]! - ay;
	const acz = corners[at + 8]! - az;
	const apx = x - ax;
	const apy = y - ay;
	const apz = z - az;
	const d1 = abx * apx + aby * apy + abz * apz;
	const d2 = acx * apx + acy * apy + acz * apz;
	const bb = abx * abx + aby * aby + abz * abz;
	const cc = acx * acx + acy * acy + acz * acz;
	const bc = abx * acx + aby * acy + abz * acz;
	const d3 = d1 - bb;
	const d4 = d2 - bc;
	const d5 = d1 - bc;
	const d6 = d2 - cc;
	const va = d3 * d6 - d5 * d4;
	const vb = d5 * d2 - d1 * d6;
	const vc = d1 * d4 - d3 * d2;
	let b = 0;
	let c = 0;
	if (d1 <= 0 && d2 <= 0) b = c = 0;
	else if (d3 >= 0 && d4 <= d3) b = 1;
	else if (d6 >= 0 && d5 <= d6) c = 1;
	else if (vc <= 0 && d1 >= 0 && d3 <= 0) b = d1 / (d1 - d3);
	else if (vb <= 0 && d2 >= 0 && d6 <= 0) c = d2 / (d2 - d6);
	else if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
		c = (d4 - d3) / (d4 - d3 + (d5 - d6));
		b = 1 - c;
	} else {
		const sum = va + vb + vc;
		if (sum !== 0) {
			b = vb / sum;
			c = vc / sum;
		}
	}
	const ex = apx - b * abx - c * acx;
	const ey = apy - b * aby - c * acy;
	const ez = apz - b * abz - c * acz;
	out[0] = 1 - b - c;
	out[1] = b;
	out[2] = c;
	out[3] = ex * ex + ey * ey + ez * ez;
}
