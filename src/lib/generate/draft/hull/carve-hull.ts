import type { View } from '../../../artifacts';
import { opaqueArea, type SummedAlpha } from '../alpha';
import type { Field } from './march-cubes';
import { VIEWS } from './views';

/** Side of the box over which opacity is averaged, in cells, so that the pixels' stairs do not become creases. */
const SMOOTHING = 1.6;

/**
 * Carves a block to what every photo allows: the visual hull (A. Laurentini, "The Visual Hull Concept for
 * Silhouette-Based Image Understanding", PAMI 1994), for photos without perspective.
 *
 * @param box width, height, depth
 * @param cell distance of two nodes, in the box's unit
 * @returns the least of the photos' opacity around each node, less one half; one cell of margin around the box
 */
export function carveHull(
	photos: { view: View; alpha: SummedAlpha }[],
	box: [number, number, number],
	cell: number
): Field & { origin: [number, number, number] } {
	const counts = box.map((length) => Math.ceil(length / cell) + 3) as [number, number, number];
	const origin = box.map((length, axis) => (length - (counts[axis]! - 1) * cell) / 2) as [
		number,
		number,
		number
	];
	const values = new Float32Array(counts[0] * counts[1] * counts[2]).fill(0.5);
	const steps = [1, counts[0], counts[0] * counts[1]];
	for (const { view, alpha } of photos) {
		const { right, down, toward } = VIEWS[view];
		const scale_x = alpha.width / box[right.axis];
		const scale_y = alpha.height / box[down.axis];
		const half_x = Math.max(SMOOTHING * cell * scale_x, 1) / 2;
		const half_y = Math.max(SMOOTHING * cell * scale_y, 1) / 2;
		const along = ({ axis, sign }: typeof right, i: number) => {
			const place = origin[axis] + i * cell;
			return sign > 0 ? place : box[axis] - place;
		};
		for (let j = 0; j < counts[down.axis]; j++) {
			const y = along(down, j) * scale_y;
			for (let i = 0; i < counts[right.axis]; i++) {
				const x = along(right, i) * scale_x;
				const area = opaqueArea(alpha, x - half_x, y - half_y, x + half_x, y + half_y);
				const depth = area / (4 * half_x * half_y) - 0.5;
				let node = i * steps[right.axis]! + j * steps[down.axis]!;
				for (let k = 0; k < counts[toward.axis]; k++, node += steps[toward.axis]!) {
					if (depth < values[node]!) values[node] = depth;
				}
			}
		}
	}
	closeBorder(values, counts);
	return { counts, values, origin };
}

/** Nothing is inside on the grid's border: where no photo looks along an axis, the box ends there. */
function closeBorder(values: Float32Array, [nx, ny, nz]: [number, number, number]): void {
	for (let z = 0, node = 0; z < nz; z++) {
		for (let y = 0; y < ny; y++) {
			for (let x = 0; x < nx; x++, node++) {
				const border =
					x === 0 || y === 0 || z === 0 || x === nx - 1 || y === ny - 1 || z === nz - 1;
				if (border) values[node] = Math.min(values[node]!, -0.5);
			}
		}
	}
}
