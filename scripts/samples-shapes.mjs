// Signed distances the sample products are built from. Lengths in centimetres.
// Math.sqrt instead of Math.hypot, which is many times slower. The primitives are the classic ones of https://iquilezles.org/articles/distfunctions/ (written anew here).

const clamp = (value, low, high) => (value < low ? low : value > high ? high : value);

/** Distance to a box with rounded edges; the half sizes include the rounding. */
export function roundBox(x, y, z, hx, hy, hz, r) {
	const qx = Math.abs(x) - hx + r;
	const qy = Math.abs(y) - hy + r;
	const qz = Math.abs(z) - hz + r;
	const ox = qx > 0 ? qx : 0;
	const oy = qy > 0 ? qy : 0;
	const oz = qz > 0 ? qz : 0;
	return Math.sqrt(ox * ox + oy * oy + oz * oz) + Math.min(Math.max(qx, qy, qz), 0) - r;
}

/** Union whose seam is rounded over a width of k (quadratic polynomial). */
export function smoothUnion(a, b, k) {
	const h = Math.max(k - Math.abs(a - b), 0) / k;
	return Math.min(a, b) - h * h * k * 0.25;
}

/** Distance to a rod from a to b whose radius goes from ra to rb. Slightly underestimates, which is safe. */
export function taperedRod(x, y, z, ax, ay, az, bx, by, bz, ra, rb) {
	const dx = bx - ax;
	const dy = by - ay;
	const dz = bz - az;
	const t = clamp(
		((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / (dx * dx + dy * dy + dz * dz),
		0,
		1
	);
	const ex = x - ax - dx * t;
	const ey = y - ay - dy * t;
	const ez = z - az - dz * t;
	return Math.sqrt(ex * ex + ey * ey + ez * ez) - (ra + (rb - ra) * t);
}

/** Points on a Catmull-Rom curve through the given [x, y] points. */
export function smoothCurve(points, closed, perSegment = 8) {
	const count = points.length;
	const at = (i) => (closed ? points[(i + count) % count] : points[clamp(i, 0, count - 1)]);
	const curve = [];
	for (let i = 0; i < (closed ? count : count - 1); i++) {
		const [p0, p1, p2, p3] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
		for (let s = 0; s < perSegment; s++) {
			const t = s / perSegment;
			curve.push(
				[0, 1].map(
					(axis) =>
						0.5 *
						(2 * p1[axis] +
							(p2[axis] - p0[axis]) * t +
							(2 * p0[axis] - 5 * p1[axis] + 4 * p2[axis] - p3[axis]) * t * t +
							(3 * p1[axis] - p0[axis] - 3 * p2[axis] + p3[axis]) * t * t * t)
				)
			);
		}
	}
	if (!closed) curve.push(points[count - 1]);
	return curve;
}

/**
 * Distance to a plane curve, looked up in a grid with bilinear interpolation, so that any outline costs the same.
 * @param {number[][]} curve points; a closed one is an area and negative inside
 * @returns {(x: number, y: number) => number}
 */
export function curveDistance(curve, { closed, margin, cell }) {
	const xs = curve.map(([x]) => x);
	const ys = curve.map(([, y]) => y);
	const x0 = Math.min(...xs) - margin;
	const y0 = Math.min(...ys) - margin;
	const columns = Math.ceil((Math.max(...xs) + margin - x0) / cell) + 1;
	const rows = Math.ceil((Math.max(...ys) + margin - y0) / cell) + 1;
	const grid = new Float64Array(columns * rows);
	for (let j = 0; j < rows; j++) {
		for (let i = 0; i < columns; i++) {
			grid[j * columns + i] = toPolyline(curve, closed, x0 + i * cell, y0 + j * cell);
		}
	}
	return (x, y) => {
		const u = (x - x0) / cell;
		const v = (y - y0) / cell;
		const cu = clamp(u, 0, columns - 1.001);
		const cv = clamp(v, 0, rows - 1.001);
		const i = cu | 0;
		const j = cv | 0;
		const fu = cu - i;
		const fv = cv - j;
		const k = j * columns + i;
		const low = grid[k] + (grid[k + 1] - grid[k]) * fu;
		const high = grid[k + columns] + (grid[k + columns + 1] - grid[k + columns]) * fu;
		const ou = u - cu;
		const ov = v - cv;
		const outside = ou === 0 && ov === 0 ? 0 : Math.sqrt(ou * ou + ov * ov) * cell;
		return low + (high - low) * fv + outside;
	};
}

function toPolyline(curve, closed, x, y) {
	let best = Infinity;
	let inside = false;
	for (let i = 0; i < curve.length - (closed ? 0 : 1); i++) {
		const [ax, ay] = curve[i];
		const [bx, by] = curve[(i + 1) % curve.length];
		const dx = bx - ax;
		const dy = by - ay;
		const t = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
		const ex = x - ax - dx * t;
		const ey = y - ay - dy * t;
		best = Math.min(best, ex * ex + ey * ey);
		if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * dx) inside = !inside;
	}
	return closed && inside ? -Math.sqrt(best) : Math.sqrt(best);
}

/** A number in 0..1 for three integers; the same everywhere. */
export function hash(ix, iy, iz) {
	let h = Math.imul(ix, 374761393) ^ Math.imul(iy, 668265263) ^ Math.imul(iz, 2147483647 - 1640531);
	h = Math.imul(h ^ (h >>> 13), 1274126177);
	h = Math.imul(h ^ (h >>> 16), 2246822519);
	return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

/** Smooth value noise in 0..1, period-free. */
export function noise(x, y, z) {
	const ix = Math.floor(x);
	const iy = Math.floor(y);
	const iz = Math.floor(z);
	const fx = ease(x - ix);
	const fy = ease(y - iy);
	const fz = ease(z - iz);
	const lerp = (a, b, t) => a + (b - a) * t;
	const layer = (k) =>
		lerp(
			lerp(hash(ix, iy, k), hash(ix + 1, iy, k), fx),
			lerp(hash(ix, iy + 1, k), hash(ix + 1, iy + 1, k), fx),
			fy
		);
	return lerp(layer(iz), layer(iz + 1), fz);
}

const ease = (t) => t * t * (3 - 2 * t);

/** How much a point lies in one of the small round flecks strewn through space, 0 to 1. */
export function fleck(x, y, z, cell, share) {
	const ix = Math.floor(x / cell);
	const iy = Math.floor(y / cell);
	const iz = Math.floor(z / cell);
	if (hash(ix, iy, iz) > share) return 0;
	const r = cell * (0.1 + 0.2 * hash(ix + 7, iy, iz));
	const at = (i, salt) => (i + 0.32 + 0.36 * hash(ix + salt, iy + salt, iz)) * cell;
	const d2 = (x - at(ix, 1)) ** 2 + (y - at(iy, 2)) ** 2 + (z - at(iz, 3)) ** 2;
	return smoothstep(r, r * 0.6, Math.sqrt(d2));
}

/** 0 at and before `from`, 1 at and after `to`, smooth between; also with from > to. */
export function smoothstep(from, to, value) {
	return ease(clamp((value - from) / (to - from), 0, 1));
}
