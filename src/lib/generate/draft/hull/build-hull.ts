import { StageError, type View } from '../../../artifacts';
import { opaqueArea, sumAlpha, type Alpha } from '../alpha';
import type { Surface } from '../solid';
import { carveHull } from './carve-hull';
import { marchCubes, type Mesh } from './march-cubes';
import { roundSlices } from './round-slices';
import { pointNormals, smoothMesh } from './smooth-mesh';
import { measureBox, VIEWS, type Axis } from './views';

export interface HullOptions {
	/** Cells along the longest side; fewer where that many triangles are not allowed. */
	cells?: number;
	max_triangles?: number;
}

export const HULL_DEFAULTS: Required<HullOptions> = { cells: 128, max_triangles: 50_000 };

export interface Hull extends Surface {
	/** Width, height, depth; the surface lies within 0 to these. */
	box: [number, number, number];
	/** Size of the surface's finest parts, in its unit. */
	cell: number;
}

/** Pieces smaller than this share of the largest are left out: where outlines do not quite agree, crumbs remain. */
const CRUMB = 0.01;

/**
 * Makes a closed surface of photos with known views, each cropped to the product.
 *
 * @throws StageError `nothing_found` when nothing is left that all photos show
 */
export function buildHull(
	photos: { view: View; alpha: Alpha }[],
	options: HullOptions = {},
	onprogress?: (fraction: number) => void
): Hull {
	const { cells, max_triangles } = { ...HULL_DEFAULTS, ...options };
	const box = measureBox(photos.map(({ view, alpha }) => ({ view, ...alpha })));
	const summed = photos.map(({ view, alpha }) => ({ view, alpha: sumAlpha(alpha) }));
	for (const { alpha } of summed) {
		if (opaqueArea(alpha, 0, 0, alpha.width, alpha.height) === 0) {
			throw new StageError('nothing_found');
		}
	}
	const along = (axis: Axis) =>
		photos.find(({ view }) => VIEWS[view].toward.axis === axis)?.alpha ?? null;
	onprogress?.(0.1);
	let cell = Math.max(...box) / (cells / 2);
	let best: { mesh: Mesh; origin: [number, number, number]; cell: number } | null = null;
	for (let attempt = 0; attempt < 4; attempt++) {
		const { origin, ...field } = carveHull(summed, box, cell);
		for (const axis of [1, 2, 0] as const) roundSlices(field, axis, along(axis));
		const mesh = dropCrumbs(marchCubes(field));
		onprogress?.(0.1 + 0.2 * (attempt + 1));
		const triangles = mesh.indices.length / 3;
		if (triangles > 0 && triangles <= max_triangles) best = { mesh, origin, cell };
		// Triangles grow with the square of the cells.
		const wanted = cell * Math.sqrt(Math.max(triangles, 1) / (0.94 * max_triangles));
		const finer = Math.max(wanted, Math.max(...box) / cells);
		if (best && finer > cell * 0.97) break;
		cell = finer;
	}
	if (!best) throw new StageError('nothing_found');
	const { mesh, origin } = best;
	smoothMesh(mesh);
	const fitted = best.cell;
	const positions = mesh.positions.map((value, i) => origin[i % 3]! + value * fitted);
	const surface = { positions, indices: mesh.indices };
	onprogress?.(1);
	return { ...surface, normals: pointNormals(surface), box, cell: fitted };
}

/** Leaves out small pieces, and points no triangle uses. */
function dropCrumbs({ positions, indices }: Mesh): Mesh {
	const parents = Int32Array.from({ length: positions.length / 3 }, (_, i) => i);
	const rootOf = (i: number): number => {
		while (parents[i] !== i) i = parents[i] = parents[parents[i]!]!;
		return i;
	};
	for (let t = 0; t < indices.length; t += 3) {
		parents[rootOf(indices[t]!)] = rootOf(indices[t + 1]!);
		parents[rootOf(indices[t + 1]!)] = rootOf(indices[t + 2]!);
	}
	const sizes = new Map<number, number>();
	for (let t = 0; t < indices.length; t += 3) {
		const root = rootOf(indices[t]!);
		sizes.set(root, (sizes.get(root) ?? 0) + 1);
	}
	const least = CRUMB * Math.max(0, ...sizes.values());
	const numbers = new Int32Array(parents.length).fill(-1);
	const kept: number[] = [];
	const corners: number[] = [];
	for (let t = 0; t < indices.length; t++) {
		const i = indices[t]!;
		if ((sizes.get(rootOf(i)) ?? 0) < least) continue;
		if (numbers[i]! < 0) {
			numbers[i] = kept.length / 3;
			kept.push(positions[3 * i]!, positions[3 * i + 1]!, positions[3 * i + 2]!);
		}
		corners.push(numbers[i]!);
	}
	return { positions: Float32Array.from(kept), indices: Uint32Array.from(corners) };
}
