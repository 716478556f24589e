/** Smooth random values of about -1 to 1 over the plane: a lattice of `cells` per unit, interpolated (value noise). */
export function noiseField(random: () => number, cells: number): (x: number, y: number) => number {
	const size = 256;
	const lattice = Float32Array.from({ length: size * size }, () => 2 * random() - 1);
	const at = (i: number, j: number) => lattice[(j & (size - 1)) * size + (i & (size - 1))] ?? 0;
	return (x, y) => {
		const u = x * cells;
		const v = y * cells;
		const i = Math.floor(u);
		const j = Math.floor(v);
		const s = (u - i) * (u - i) * (3 - 2 * (u - i));
		const t = (v - j) * (v - j) * (3 - 2 * (v - j));
		const top = at(i, j) * (1 - s) + at(i + 1, j) * s;
		return top * (1 - t) + (at(i, j + 1) * (1 - s) + at(i + 1, j + 1) * s) * t;
	};
}
