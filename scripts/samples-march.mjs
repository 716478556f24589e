/**
 * Walks a ray to the product (sphere tracing: Hart 1996).
 * @returns the distance along the ray, or -1 when it passes
 */
export function march({ bounds, distance }, px, py, pz, dx, dy, dz, start, close) {
	let near = start;
	let end = Infinity;
	let a = (bounds[0] - px) / dx;
	let b = (bounds[3] - px) / dx;
	near = Math.max(near, Math.min(a, b));
	end = Math.min(end, Math.max(a, b));
	a = (bounds[1] - py) / dy;
	b = (bounds[4] - py) / dy;
	near = Math.max(near, Math.min(a, b));
	end = Math.min(end, Math.max(a, b));
	a = (bounds[2] - pz) / dz;
	b = (bounds[5] - pz) / dz;
	near = Math.max(near, Math.min(a, b));
	end = Math.min(end, Math.max(a, b));
	if (!(near < end)) return -1;
	let t = near;
	for (let step = 0; step < 140 && t < end; step++) {
		const d = distance(px + dx * t, py + dy * t, pz + dz * t);
		if (d < close) return t;
		t += d * 0.92;
	}
	return -1;
}
