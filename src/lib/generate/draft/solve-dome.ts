import type { SummedAlpha } from './alpha';
import { traceSilhouette, type Silhouette } from './trace-silhouette';

export interface DomeOptions {
	/** Length over which a surface forgets its rim, pixels: the squared height levels off at 2 x length². */
	length: number;
}

/**
 * Solves the screened Poisson problem  lap(u) - u / length² = -2  with u = 0 on the contour, at the grid's nodes;
 * u is in square pixels. sqrt(u) is a dome: a long bar of width w gets a round section of height w / 2,
 * a disk is somewhat flatter (0.7 of its radius), and wide areas level off at sqrt(2) x length.
 *
 * Irregular stencils at the contour (Shortley & Weller 1938) keep the height smooth where the contour passes between
 * nodes. Red-black SOR, started from the solution on the coarser silhouettes (cascadic multigrid, Bornemann &
 * Deuflhard 1996), so a fixed small number of sweeps is enough.
 *
 * @returns u at the nodes of the silhouette, positive exactly inside
 */
export function solveDome(
	silhouette: Silhouette,
	alpha: SummedAlpha,
	options: DomeOptions,
	onprogress?: (fraction: number) => void
): Float32Array {
	const silhouettes = [silhouette];
	for (let level = 1; level < LEVELS; level++) {
		const cell = silhouette.cell * 2 ** level;
		if (Math.max(alpha.width, alpha.height) / cell < FEWEST_NODES) break;
		silhouettes.push(traceSilhouette(alpha, cell, silhouette.threshold));
	}
	let coarser: { grid: Silhouette; values: Float32Array } | null = null;
	for (let level = silhouettes.length - 1; level >= 0; level--) {
		const grid: Silhouette = silhouettes[level]!;
		const values: Float32Array = coarser
			? resample(coarser.grid, coarser.values, grid)
			: new Float32Array(grid.inside.length);
		relax(grid, values, options.length, coarser ? SWEEPS : COARSEST_SWEEPS);
		coarser = { grid, values };
		onprogress?.(1 / 4 ** level);
	}
	return coarser?.values ?? new Float32Array(silhouette.inside.length);
}

/** Grids that start the solution, each twice as coarse as the one before, and no coarser than so many nodes. */
const LEVELS = 4;
const FEWEST_NODES = 24;
const SWEEPS = 50;
const COARSEST_SWEEPS = 250;
/** Over-relaxation for smooth leftovers of a good start; the optimum for a cold start would be nearer to 2. */
const OMEGA = 1.75;

function relax(silhouette: Silhouette, u: Float32Array, length: number, sweeps: number): void {
	const { columns, rows, cell, inside, right, down, count } = silhouette;
	// One row of coefficients per inside node, red ones first: node, 4 weights; what is beyond the contour weighs 0.
	const order = new Int32Array(count);
	const weights = new Float32Array(count * 4);
	const source = new Float32Array(count);
	let at = 0;
	for (const color of [0, 1]) {
		for (let row = 1; row < rows - 1; row++) {
			for (let column = 1 + ((row + color + 1) & 1); column < columns - 1; column += 2) {
				const node = row * columns + column;
				if (!inside[node]) continue;
				const east = inside[node + 1] ? 1 : right[node]!;
				const west = inside[node - 1] ? 1 : 1 - right[node - 1]!;
				const south = inside[node + columns] ? 1 : down[node]!;
				const north = inside[node - columns] ? 1 : 1 - down[node - columns]!;
				const center = 2 / (east * west) + 2 / (north * south) + (cell / length) ** 2;
				order[at] = node;
				weights[4 * at] = inside[node + 1] ? 2 / (east * (east + west)) / center : 0;
				weights[4 * at + 1] = inside[node - 1] ? 2 / (west * (east + west)) / center : 0;
				weights[4 * at + 2] = inside[node + columns] ? 2 / (south * (south + north)) / center : 0;
				weights[4 * at + 3] = inside[node - columns] ? 2 / (north * (south + north)) / center : 0;
				source[at++] = (2 * cell * cell) / center;
			}
		}
	}
	for (let sweep = 0; sweep < sweeps; sweep++) {
		for (let i = 0; i < at; i++) {
			const node = order[i]!;
			const value =
				source[i]! +
				weights[4 * i]! * u[node + 1]! +
				weights[4 * i + 1]! * u[node - 1]! +
				weights[4 * i + 2]! * u[node + columns]! +
				weights[4 * i + 3]! * u[node - columns]!;
			u[node]! += OMEGA * (value - u[node]!);
		}
	}
	// Over-relaxation may leave a node a little below zero in its last sweeps.
	for (let i = 0; i < at; i++) {
		const node = order[i]!;
		u[node] = Math.max(u[node]!, source[i]! / 2);
	}
}

/** Values of one grid at the inside nodes of another, bilinear. */
function resample(from: Silhouette, values: Float32Array, to: Silhouette): Float32Array {
	const result = new Float32Array(to.inside.length);
	for (let row = 0; row < to.rows; row++) {
		const y = (to.origin.y + row * to.cell - from.origin.y) / from.cell;
		const top = Math.min(Math.max(Math.floor(y), 0), from.rows - 2);
		const fy = Math.min(Math.max(y - top, 0), 1);
		for (let column = 0; column < to.columns; column++) {
			const node = row * to.columns + column;
			if (!to.inside[node]) continue;
			const x = (to.origin.x + column * to.cell - from.origin.x) / from.cell;
			const left = Math.min(Math.max(Math.floor(x), 0), from.columns - 2);
			const fx = Math.min(Math.max(x - left, 0), 1);
			const a = top * from.columns + left;
			const b = a + from.columns;
			result[node] =
				(values[a]! * (1 - fx) + values[a + 1]! * fx) * (1 - fy) +
				(values[b]! * (1 - fx) + values[b + 1]! * fx) * fy;
		}
	}
	return result;
}
