import { opaqueArea, type SummedAlpha } from './alpha';

/** An axis in the plane of an alpha image. */
export interface Axis {
	/** Where it crosses half the image's height, pixels. */
	x: number;
	/** How far its upper end leans to the right, radians. */
	tilt: number;
}

/** Samples along the diagonal of the image. */
const SAMPLES = 128;
/** Tilts that are looked at, and the step of the first look; radians. A photo held more askew than this is meant so. */
const MOST_TILT = (12 * Math.PI) / 180;
const TILT_STEP = MOST_TILT / 8;
/** A lean must raise the share that mirrors itself by this: a straight product in a noisy cut-out stays straight. */
const WORTH = 0.008;

/**
 * Estimates the axis that a product's outline mirrors itself around best, upright but for a slight lean of the photo.
 * A handle or spout on one side hardly moves it: the body weighs more.
 */
export function findAxis(alpha: SummedAlpha): Axis {
	const upright = mirrorAround(alpha, 0);
	const looks = [{ tilt: 0, ...upright }];
	const look = (tilt: number) => {
		const found = { tilt, ...mirrorAround(alpha, tilt) };
		looks.push(found);
		return found;
	};
	for (let tilt = TILT_STEP; tilt <= MOST_TILT * 1.001; tilt += TILT_STEP) {
		look(tilt);
		look(-tilt);
	}
	let best = looks.reduce((a, b) => (b.share > a.share ? b : a));
	for (let step = TILT_STEP / 2; step > TILT_STEP / 20; step /= 2) {
		for (const tilt of [best.tilt - step, best.tilt + step]) {
			const found = look(tilt);
			if (found.share > best.share) best = found;
		}
	}
	if (best.share - upright.share < WORTH) best = { tilt: 0, ...upright };
	return { x: best.x, tilt: best.tilt };
}

/**
 * The best axis of one tilt, and which share of the outline mirrors itself around it: the peak of each sampled row's
 * convolution with itself, over all rows.
 */
function mirrorAround(alpha: SummedAlpha, tilt: number): { x: number; share: number } {
	const { width, height } = alpha;
	const half = Math.hypot(width, height) / 2;
	const step = (2 * half) / SAMPLES;
	const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
	const row = new Float32Array(SAMPLES);
	const mirrored = new Float64Array(2 * SAMPLES - 1);
	let whole = 0;
	for (let j = 0; j < SAMPLES; j++) {
		const t = (j + 0.5) * step - half;
		let [first, last] = [SAMPLES, -1];
		for (let i = 0; i < SAMPLES; i++) {
			const s = (i + 0.5) * step - half;
			const x = width / 2 + s * cos - t * sin;
			const y = height / 2 + s * sin + t * cos;
			const area = opaqueArea(alpha, x - step / 2, y - step / 2, x + step / 2, y + step / 2);
			row[i] = area / (step * step);
			if (area > 0) [first, last] = [Math.min(first, i), i];
		}
		for (let a = first; a <= last; a++) {
			if (row[a] === 0) continue;
			whole += row[a]! * row[a]!;
			for (let b = first; b <= last; b++) mirrored[a + b]! += row[a]! * row[b]!;
		}
	}
	let peak = 0;
	for (let i = 1; i < mirrored.length; i++) if (mirrored[i]! > mirrored[peak]!) peak = i;
	const [before, at, after] = [mirrored[peak - 1] ?? 0, mirrored[peak]!, mirrored[peak + 1] ?? 0];
	const bend = before - 2 * at + after;
	const between = bend < 0 ? (before - after) / (2 * bend) : 0;
	// Two samples a and b mirror each other around (a + b) / 2; the rows turn around the image's middle.
	const s = ((peak + between) / 2 + 0.5) * step - half;
	return { x: width / 2 + s / cos, share: whole > 0 ? at / whole : 0 };
}
