import type { SummedAlpha } from '../alpha';
import type { Thickness } from '../close-sheets';
import type { Silhouette } from '../trace-silhouette';
import type { Hints } from './choose-construction';
import { swell } from './inflate';
import { findSpans, turnBody } from './turn-body';

/**
 * Turned shapes (bottles, vases, lamps): every level is a circle around the axis (see turnBody). What sticks out of
 * the body, such as a handle, is as round as it is wide.
 */
export function lathe(
	silhouette: Silhouette,
	alpha: SummedAlpha,
	{ axis }: Hints,
	onprogress?: (fraction: number) => void
): Thickness {
	const body = turnBody(silhouette, axis);
	if (body.left_over === 0) return { heights: body.heights, rim: 0 };
	const soft = swell(silhouette, alpha, onprogress);
	const heights = soft.map((height, node) => Math.max(height, body.heights[node]!));
	return { heights: smoothJoint(silhouette, heights, body.heights), rim: 0 };
}

/** Passes that round the crease between a body and what sticks out; each reaches one cell further into the body. */
const JOINT_PASSES = 4;

/** Evens out heights where the body is not, and a few cells into it. */
function smoothJoint(
	{ columns, inside }: Silhouette,
	heights: Float32Array,
	body: Float32Array
): Float32Array {
	const around = [-1, 1, -columns, columns];
	let nodes = [...inside.keys()].filter((node) => inside[node] && body[node] === 0);
	const taken = new Uint8Array(inside.length);
	for (const node of nodes) taken[node] = 1;
	for (let pass = 0; pass < JOINT_PASSES; pass++) {
		const before = heights.slice();
		const grown: number[] = [];
		for (const node of nodes) {
			let [sum, count] = [2 * before[node]!, 2];
			for (const step of around) {
				const beside = node + step;
				if (!inside[beside]) continue;
				sum += before[beside]!;
				count++;
				if (taken[beside]) continue;
				taken[beside] = 1;
				grown.push(beside);
			}
			heights[node] = sum / count;
		}
		nodes = nodes.concat(grown);
	}
	return heights;
}

/** What a silhouette must be like for a turned shape; lengths as shares of its largest width. */
const LIMITS = {
	/** Share of the levels at each end that are not looked at: the least lean leaves half of them out. */
	ends: 0.008,
	/** Share of the levels that may have gaps. */
	gaps: 0.01,
	/** Spread of the rows' middles around the axis, root mean square. */
	spread: 0.012,
	/** Lower things are as likely flat (a plate, a clock, a shirt), unless their depth is known. */
	height: 1.25,
	/** A turned thing is as deep as it is wide: most by which the two may differ. */
	depth: 0.15,
	/** Fuller boxes are more likely boxes. */
	fill: 0.94
};

/**
 * Whether a silhouette looks like a turned shape seen from the side: upright, symmetric around one axis, in one piece
 * and without holes; a handle or spout speaks against it.
 *
 * @param depth what is known of the real depth, pixels
 */
export function looksTurned(silhouette: Silhouette, { depth }: Hints): boolean {
	const { rows, cell, count } = silhouette;
	const levels = Array.from({ length: rows }, (_, row) => findSpans(silhouette, row)).filter(
		(spans) => spans.length > 0
	);
	const filled = levels.length;
	const end = Math.max(1, Math.round(filled * LIMITS.ends));
	let [gaps, widest, weight, sum, squares] = [0, 0, 0, 0, 0];
	for (const spans of levels.slice(end, -end)) {
		const [span] = spans;
		if (!span) continue;
		if (spans.length > 1) gaps++;
		const width = span.right - span.left;
		const middle = (span.right + span.left) / 2;
		widest = Math.max(widest, width);
		weight += width;
		sum += width * middle;
		squares += width * middle * middle;
	}
	if (weight === 0 || gaps > filled * LIMITS.gaps) return false;
	const spread = Math.sqrt(Math.max(0, squares / weight - (sum / weight) ** 2));
	const round = depth
		? Math.abs(depth / (widest * cell) - 1) <= LIMITS.depth
		: filled >= LIMITS.height * widest;
	return round && spread <= LIMITS.spread * widest && count <= LIMITS.fill * widest * filled;
}

/** What a turned body with something sticking out of it must be like. */
const HANDLED = {
	/** Height over width of the body, and share of its levels that may be missing. */
	height: 0.6,
	missing: 0.03,
	/** Share of the outline that is left over. */
	least: 0.02,
	most: 0.35,
	/** Least share of that without anything alike on the other side: legs and arms come in pairs. */
	one_sided: 0.3,
	/** How far that reaches beyond the body, as a share of the body's width. */
	reach: 0.1,
	/** Share of the levels where nothing is left over, or where it stands apart as a handle does. */
	clear: 0.3,
	/** Sum of all changes of the body's radius, as a share of its width: rougher bodies are not turned. */
	rough: 1.6
};

/**
 * Whether a silhouette looks like a turned body with a handle or spout: not a turned shape, but its body is round.
 */
export function looksHandled(silhouette: Silhouette, { axis }: Hints): boolean {
	const body = turnBody(silhouette, axis);
	const { radii, beyond } = body;
	const first = radii.findIndex((radius) => radius > 0);
	const last = radii.findLastIndex((radius) => radius > 0);
	const height = last - first + 1;
	let [widest, missing, clear, change, reach] = [0, 0, 0, 0, 0];
	for (let row = first; row >= 0 && row <= last; row++) {
		widest = Math.max(widest, 2 * radii[row]!);
		reach = Math.max(reach, beyond[row]!);
		if (radii[row] === 0) missing++;
	}
	for (let row = first + 1; row > 0 && row <= last; row++) {
		change += Math.abs(radii[row]! - radii[row - 1]!);
		if (beyond[row]! <= 0.03 * widest) clear++;
	}
	const share = body.left_over / Math.max(1, body.inside);
	return (
		first >= 0 &&
		height >= HANDLED.height * widest &&
		missing <= HANDLED.missing * height &&
		share >= HANDLED.least &&
		share <= HANDLED.most &&
		body.joined > 0 &&
		body.one_sided >= HANDLED.one_sided &&
		reach >= HANDLED.reach * widest &&
		clear + body.apart >= HANDLED.clear * height &&
		change <= HANDLED.rough * widest
	);
}
