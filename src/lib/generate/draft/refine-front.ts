import type { Silhouette } from './trace-silhouette';

/** How near each place of a picture is to the viewer: more is nearer; scale and zero are not known. */
export interface DepthMap {
	width: number;
	height: number;
	data: Float32Array;
}

/** The depth at a place of the alpha image, pixels. */
export type DepthAt = (x: number, y: number) => number;

/** Nodes of the coarse grid along the longer side, on which the scale is solved for. */
const COARSE_NODES = 72;
const COARSE_SWEEPS = 240;
/** Depth nearer to the outline than this share of the longer side is mixed with the background's. */
const RIM_SHARE = 0.016;
/** How far the front may bulge, as a share of what the outline alone says. */
const BULGE = { least: 0.35, most: 2.5 };
/** Correlation with the outline's own bulge below which depth says nothing that can be scaled. */
const LEAST_EVIDENCE = 0.25;
const RELAXATIONS = 60;
const SOFTENINGS = 6;

/**
 * Brings the front of a soft shape to where an estimated depth says it is. Depth is relative: its scale is the one at
 * which what bulges over the rim's depth fits best to the thickness that the outline gives. The back mirrors the front's
 * bulge, as it does without depth; both sheets still meet in the outline, so the surface stays closed.
 *
 * @param heights half the thickness by the outline alone, at each grid node
 * @returns half the thickness, and the middle surface around which it is; null where depth does not fit to the outline
 */
export function refineFront(
	silhouette: Silhouette,
	heights: Float32Array,
	depthAt: DepthAt
): { heights: Float32Array; middle: Float32Array } | null {
	const { columns, rows, cell, origin, inside } = silhouette;
	const depth = new Float32Array(columns * rows);
	for (let node = 0; node < depth.length; node++) {
		const [column, row] = [node % columns, Math.floor(node / columns)];
		if (inside[node]) depth[node] = depthAt(origin.x + column * cell, origin.y + row * cell);
	}
	soften(silhouette, depth);
	const trust = rimTrust(silhouette);
	const bulge = measureBulge(silhouette, depth, trust);
	const scale = fitScale(inside, bulge, heights);
	if (scale === null) return null;
	const share = bulge.map((value, node) => {
		const wanted = heights[node]! > 0 ? (scale * value) / heights[node]! : 1;
		return Math.min(Math.max(wanted, BULGE.least), BULGE.most);
	});
	relax(silhouette, share, trust);
	const thick = heights.map((height, node) => height * share[node]!);
	const middle = depth.map((value, node) => (inside[node] ? scale * value - thick[node]! : 0));
	relax(silhouette, middle, trust);
	return { heights: thick, middle };
}

/** Means over neighbors inside, so that a network's grain does not become dents. */
function soften({ columns, inside }: Silhouette, values: Float32Array): void {
	const around = [0, -1, 1, -columns, columns];
	for (let round = 0; round < SOFTENINGS; round++) {
		const before = values.slice();
		for (let node = 0; node < inside.length; node++) {
			if (!inside[node]) continue;
			let [sum, count] = [0, 0];
			for (const step of around) {
				if (!inside[node + step]) continue;
				sum += before[node + step]!;
				count++;
			}
			values[node] = sum / count;
		}
	}
}

/** 0 as near to the outline as depth is mixed, 1 from twice as far inside. */
function rimTrust({ columns, rows, inside }: Silhouette): Float32Array {
	const reach = Math.max(1.2, RIM_SHARE * Math.max(columns, rows));
	const distance = new Float32Array(inside.length).fill(Infinity);
	const pass = (from: number, to: number, step: number, around: [number, number][]) => {
		for (let node = from; node !== to; node += step) {
			if (!inside[node]) distance[node] = 0;
			for (const [offset, length] of around) {
				distance[node] = Math.min(distance[node]!, (distance[node + offset] ?? 0) + length);
			}
		}
	};
	const [side, corner] = [1, Math.SQRT2];
	const before: [number, number][] = [
		[-1, side],
		[-columns, side],
		[-columns - 1, corner],
		[-columns + 1, corner]
	];
	pass(0, inside.length, 1, before);
	const after = before.map(([offset, length]): [number, number] => [-offset, length]);
	pass(inside.length - 1, -1, -1, after);
	return distance.map((value) => Math.min(Math.max(value / reach - 1, 0), 1));
}

/**
 * How far the depth stands out over a membrane that is spanned over the rim's depth, in the depth's own unit; solved on
 * a coarse grid, as it is smooth.
 */
function measureBulge(
	{ columns, rows, inside }: Silhouette,
	depth: Float32Array,
	trust: Float32Array
): Float32Array {
	const step = Math.max(1, Math.round(Math.max(columns, rows) / COARSE_NODES));
	const across = Math.ceil(columns / step);
	const down = Math.ceil(rows / step);
	const sums = new Float32Array(across * down);
	const weights = new Float32Array(across * down);
	const counts = new Float32Array(across * down);
	for (let node = 0; node < inside.length; node++) {
		if (!inside[node]) continue;
		const at = Math.floor(Math.floor(node / columns) / step) * across;
		const coarse = at + Math.floor((node % columns) / step);
		const weight = trust[node]! + 1e-4;
		sums[coarse]! += weight * depth[node]!;
		weights[coarse]! += weight;
		counts[coarse]!++;
	}
	const full = (at: number) => counts[at]! >= 0.9 * step * step;
	const membrane = sums.map((sum, at) => (weights[at]! > 0 ? sum / weights[at]! : 0));
	const bound = membrane.slice();
	// A coarse node that is full and has only used neighbors hangs free; the others hold the membrane at their depth.
	const free: number[] = [];
	for (let y = 1; y < down - 1; y++) {
		for (let x = 1; x < across - 1; x++) {
			const at = y * across + x;
			const beside = [at - 1, at + 1, at - across, at + across];
			if (full(at) && beside.every((other) => counts[other]! > 0)) free.push(at);
		}
	}
	for (let sweep = 0; sweep < COARSE_SWEEPS; sweep++) {
		for (const at of free) {
			const mean =
				(membrane[at - 1]! + membrane[at + 1]! + membrane[at - across]! + membrane[at + across]!) /
				4;
			membrane[at]! += 1.8 * (mean - membrane[at]!);
		}
	}
	const coarse = bound.map((value, at) => value - membrane[at]!);
	return Float32Array.from(inside, (is_inside, node) => {
		if (!is_inside) return 0;
		const x = Math.min(Math.max((node % columns) / step - 0.5, 0), across - 1.001);
		const y = Math.min(Math.max(Math.floor(node / columns) / step - 0.5, 0), down - 1.001);
		const at = Math.floor(y) * across + Math.floor(x);
		const [fx, fy] = [x % 1, y % 1];
		const upper = coarse[at]! * (1 - fx) + coarse[at + 1]! * fx;
		const lower = coarse[at + across]! * (1 - fx) + coarse[at + across + 1]! * fx;
		return upper * (1 - fy) + lower * fy;
	});
}

/** Pixels per unit of depth by least squares; null where what bulges has nothing to do with the outline. */
function fitScale(inside: Uint8Array, bulge: Float32Array, heights: Float32Array): number | null {
	let [both, own, other] = [0, 0, 0];
	for (let node = 0; node < inside.length; node++) {
		if (!inside[node]) continue;
		both += bulge[node]! * heights[node]!;
		own += bulge[node]! ** 2;
		other += heights[node]! ** 2;
	}
	const evidence = both / Math.sqrt(own * other);
	return evidence > LEAST_EVIDENCE ? both / own : null;
}

/**
 * Evens out the middle surface where the depth near the outline is not trusted, and continues it beyond the outline, so
 * that it can be read anywhere on it.
 */
function relax({ columns, inside }: Silhouette, middle: Float32Array, trust: Float32Array): void {
	const around = [-1, 1, -columns, columns, -columns - 1, -columns + 1, columns - 1, columns + 1];
	const known = inside.slice();
	const own = middle.slice();
	const doubted: number[] = [];
	let edge: number[] = [];
	for (let node = 0; node < inside.length; node++) {
		if (!inside[node]) continue;
		if (trust[node]! < 1) doubted.push(node);
		if (around.some((step) => !inside[node + step])) edge.push(node);
	}
	// Two rings: the outline lies less than a cell beyond the last node inside.
	const beyond: number[] = [];
	for (let ring = 0; ring < 2; ring++) {
		const grown: number[] = [];
		for (const node of edge) {
			for (const step of around) {
				const next = node + step;
				if (next < 0 || next >= known.length || known[next]) continue;
				known[next] = 1;
				middle[next] = middle[node]!;
				grown.push(next);
			}
		}
		beyond.push(...grown);
		edge = grown;
	}
	for (let round = 0; round < RELAXATIONS; round++) {
		for (const node of [doubted, beyond].flat()) {
			let [sum, count] = [0, 0];
			for (let i = 0; i < 4; i++) {
				const next = node + around[i]!;
				if (!known[next]) continue;
				sum += middle[next]!;
				count++;
			}
			const weight = inside[node] ? trust[node]! : 0;
			if (count > 0) middle[node] = weight * own[node]! + (1 - weight) * (sum / count);
		}
	}
}
