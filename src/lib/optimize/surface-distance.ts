import type { TreeQuestions } from './ask-tree';
import { countTriangles, type Surface } from './surface';

/** Points spread over a surface. */
const POINTS = 20_000;

/**
 * From points spread evenly over one surface to the nearest point of another: the mean, and the most of them (a lower
 * bound of the one-sided Hausdorff distance). In the surfaces' own lengths.
 *
 * @param ask of the other surface's tree
 */
export function surfaceDistance(from: Surface, ask: TreeQuestions): { mean: number; most: number } {
	const { indices, positions } = from;
	const corner = (t: number, i: number, axis: number) => positions[indices[t * 3 + i]! * 3 + axis]!;
	const areas = new Float64Array(countTriangles(from));
	let total = 0;
	for (let t = 0; t < areas.length; t++) {
		const u = [0, 1, 2].map((axis) => corner(t, 1, axis) - corner(t, 0, axis));
		const v = [0, 1, 2].map((axis) => corner(t, 2, axis) - corner(t, 0, axis));
		total +=
			Math.hypot(
				u[1]! * v[2]! - u[2]! * v[1]!,
				u[2]! * v[0]! - u[0]! * v[2]!,
				u[0]! * v[1]! - u[1]! * v[0]!
			) / 2;
		areas[t] = total;
	}
	let [sum, most, t] = [0, 0, 0];
	for (let i = 0; i < POINTS; i++) {
		const at = ((i + 0.5) / POINTS) * total;
		while (t < areas.length - 1 && areas[t]! < at) t++;
		let [b, c] = place(i);
		if (b + c > 1) [b, c] = [1 - b, 1 - c];
		const [x = 0, y = 0, z = 0] = [0, 1, 2].map(
			(axis) => (1 - b - c) * corner(t, 0, axis) + b * corner(t, 1, axis) + c * corner(t, 2, axis)
		);
		const distance = Math.sqrt(ask.nearest(x, y, z, Infinity).distance2);
		sum += distance;
		most = Math.max(most, distance);
	}
	return { mean: sum / POINTS, most };
}

/** The n-th of points that fill a square evenly: the R2 sequence, Roberts 2018. */
function place(n: number): [number, number] {
	return [(0.5 + n * 0.7548776662466927) % 1, (0.5 + n * 0.5698402909980532) % 1];
}
