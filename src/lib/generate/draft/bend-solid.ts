import type { Solid } from './solid';
import type { Silhouette } from './trace-silhouette';

/**
 * Moves both sheets of a solid along z by a middle surface, in place: it stays closed, and its outline as it is.
 *
 * @param middle at each grid node, pixels; known at all nodes around the product
 */
export function bendSolid(
	{ positions, normals }: Solid,
	{ columns, rows, cell, origin }: Silhouette,
	middle: Float32Array
): void {
	for (let i = 0; i < positions.length; i += 3) {
		const x = Math.min(Math.max((positions[i]! - origin.x) / cell, 0), columns - 1.001);
		const y = Math.min(Math.max((-positions[i + 1]! - origin.y) / cell, 0), rows - 1.001);
		const at = Math.floor(y) * columns + Math.floor(x);
		const [fx, fy] = [x % 1, y % 1];
		const [a, b] = [middle[at]!, middle[at + 1]!];
		const [c, d] = [middle[at + columns]!, middle[at + columns + 1]!];
		positions[i + 2]! += (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy;
		// Normals take the inverse of the shear; y points up, rows go down.
		const slope_x = ((b - a) * (1 - fy) + (d - c) * fy) / cell;
		const slope_y = -((c - a) * (1 - fx) + (d - b) * fx) / cell;
		const z = normals[i + 2]!;
		const nx = normals[i]! - slope_x * z;
		const ny = normals[i + 1]! - slope_y * z;
		const length = Math.hypot(nx, ny, z);
		normals.set([nx / length, ny / length, z / length], i);
	}
}
