import type { Shape } from '../../tests/fixtures/solids';
import type { Picture } from './photograph';

/** Intersection over union of what is opaque in two pictures of the same size. */
export function silhouetteIou(a: Picture, b: Picture): number {
	let [both, either] = [0, 0];
	for (let i = 3; i < a.pixels.length; i += 4) {
		const [in_a, in_b] = [a.pixels[i]! >= 128, b.pixels[i]! >= 128];
		if (in_a && in_b) both++;
		if (in_a || in_b) either++;
	}
	return both / either;
}

/** Voxels along the longest side. */
const VOXELS = 96;

/** Intersection over union of a solid's volume with that of a closed mesh in the same place. */
export function volumeIou(
	shape: Shape,
	{ positions, indices }: { positions: Float32Array; indices: Uint32Array }
): number {
	const low = [...shape.low];
	const high = [...shape.high];
	positions.forEach((value, i) => {
		low[i % 3] = Math.min(low[i % 3]!, value);
		high[i % 3] = Math.max(high[i % 3]!, value);
	});
	const step = Math.max(...high.map((value, axis) => value - low[axis]!)) / VOXELS;
	const [columns, rows, layers] = high.map((value, axis) =>
		Math.max(1, Math.ceil((value - low[axis]!) / step))
	) as [number, number, number];
	// Where each line of sight along z enters (+) and leaves (-).
	const crossings = Array.from({ length: columns * rows }, () => new Array<[number, number]>());
	for (let t = 0; t < indices.length; t += 3) {
		const [ax, ay, az, bx, by, bz, cx, cy, cz] = [0, 1, 2].flatMap((corner) => {
			const i = 3 * indices[t + corner]!;
			return [positions[i]! - low[0]!, positions[i + 1]! - low[1]!, positions[i + 2]! - low[2]!];
		}) as [number, number, number, number, number, number, number, number, number];
		const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
		if (area === 0) continue;
		const first = Math.max(0, Math.ceil(Math.min(ax, bx, cx) / step - 0.5));
		const last = Math.min(columns - 1, Math.floor(Math.max(ax, bx, cx) / step - 0.5));
		const bottom = Math.max(0, Math.ceil(Math.min(ay, by, cy) / step - 0.5));
		const top = Math.min(rows - 1, Math.floor(Math.max(ay, by, cy) / step - 0.5));
		for (let row = bottom; row <= top; row++) {
			for (let column = first; column <= last; column++) {
				// Off the grid by a little that no vertex shares.
				const [x, y] = [(column + 0.5000137) * step, (row + 0.5000291) * step];
				const wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area;
				const wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area;
				if (wb < 0 || wc < 0 || wb + wc > 1) continue;
				const z = az + wb * (bz - az) + wc * (cz - az);
				crossings[row * columns + column]!.push([z, area > 0 ? -1 : 1]);
			}
		}
	}
	let [both, either] = [0, 0];
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			const line = crossings[row * columns + column]!.sort((a, b) => a[0] - b[0]);
			let [next, winding] = [0, 0];
			for (let layer = 0; layer < layers; layer++) {
				const z = (layer + 0.5) * step;
				while (next < line.length && line[next]![0] < z) winding += line[next++]![1];
				const x = low[0]! + (column + 0.5) * step;
				const y = low[1]! + (row + 0.5) * step;
				const solid = shape.distance(x, y, low[2]! + z) < 0;
				if (solid && winding > 0) both++;
				if (solid || winding > 0) either++;
			}
		}
	}
	return both / either;
}
