import { StageError } from '../artifacts';

/** The network must be at least half sure of some pixel, and the object must not be a speck. */
const LEAST_MAXIMUM = 0.5;
const LEAST_COVERAGE = 0.002;

/**
 * Stretches a network's raw mask to 0..1 over its own range, as RMBG's reference code does. That hides an empty answer
 * (the faintest noise becomes an object), so the raw values are judged first.
 *
 * @returns the mask, and as confidence the share of the object that is clearly opaque
 * @throws StageError `nothing_found`
 */
export function stretchMask(raw: Float32Array): { alpha: Float32Array; confidence: number } {
	let low = Infinity;
	let high = -Infinity;
	for (const v of raw) {
		if (v < low) low = v;
		if (v > high) high = v;
	}
	if (!(high >= LEAST_MAXIMUM)) throw new StageError('nothing_found');
	const range = Math.max(1e-6, high - low);
	const alpha = raw.map((v) => (v - low) / range);
	let sum = 0;
	let seen = 0;
	let clear = 0;
	for (const a of alpha) {
		sum += a;
		if (a > 0.1) seen++;
		if (a > 0.9) clear++;
	}
	if (sum < LEAST_COVERAGE * alpha.length) throw new StageError('nothing_found');
	return { alpha, confidence: seen ? clear / seen : 0 };
}
