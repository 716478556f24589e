import type { Planes, Size } from './raster';

/** Where a straight floor meets the wall: rows at the left and the right end of the frame. */
export interface Horizon {
	left: number;
	right: number;
}

/** Width of the strips at both sides that are looked at, as share of the frame's width. */
const STRIP = 0.03;
/** Rows compared above and below. */
const AROUND = 4;
/** Least step in color (CIELAB), and the share of it that must happen within three rows: a curved sheet has no edge. */
const STEP = 3;
const ABRUPT = 0.55;
/** Both ends are at most this far apart, as share of the height, and not this near to its top or bottom. */
const TILT = 0.12;
const MARGIN = 0.04;
/** Wall and floor have about the same color at both ends (CIELAB). */
const SAME = 14;

interface End {
	row: number;
	step: number;
	above: number[];
	below: number[];
}

/** Looks for the line between wall and floor where a product seldom is: at both sides of the frame. Null without one. */
export function findHorizon(lab: Planes, size: Size): Horizon | null {
	const strip = Math.max(2, Math.round(STRIP * size.width));
	const left = sharpestStep(lab, size, 0, strip);
	const right = sharpestStep(lab, size, size.width - strip, size.width);
	if (!left || !right || Math.abs(left.row - right.row) > TILT * size.height) return null;
	const apart = (p: number[], q: number[]) => Math.hypot(...p.map((v, c) => v - (q[c] ?? 0)));
	const same = apart(left.above, right.above) < SAME && apart(left.below, right.below) < SAME;
	return same ? { left: left.row, right: right.row } : null;
}

/** 1 below the horizon, 0 above; both lines are straight. */
export function belowHorizon({ left, right }: Horizon, { width, height }: Size): Uint8Array {
	const below = new Uint8Array(width * height);
	for (let i = 0; i < below.length; i++) {
		const line = left + ((right - left) * (i % width)) / Math.max(1, width - 1);
		below[i] = Math.floor(i / width) > line ? 1 : 0;
	}
	return below;
}

function sharpestStep(lab: Planes, { width, height }: Size, from: number, to: number): End | null {
	const rows = lab.map((plane) =>
		Float32Array.from({ length: height }, (_, y) => {
			let sum = 0;
			for (let x = from; x < to; x++) sum += plane[y * width + x]!;
			return sum / (to - from);
		})
	);
	const mean = (start: number) =>
		rows.map((row) => row.subarray(start, start + AROUND).reduce((p, q) => p + q) / AROUND);
	let best: End | null = null;
	const margin = Math.max(AROUND + 1, Math.round(MARGIN * height));
	for (let y = margin; y < height - margin; y++) {
		const above = mean(y - AROUND - 1);
		const below = mean(y + 2);
		const step = Math.hypot(...above.map((v, c) => v - below[c]!));
		const abrupt = Math.hypot(...rows.map((row) => row[y + 1]! - row[y - 1]!));
		if (step < STEP || abrupt < ABRUPT * step || step <= (best?.step ?? 0)) continue;
		best = { row: y, step, above, below };
	}
	return best;
}
