import { StageError } from '../artifacts';
import type { Activation } from './engines';

/** The network must be at least half sure of some pixel, and the object must not be a speck. */
const LEAST_MAXIMUM = 0.5;
const LEAST_COVERAGE = 0.002;

/**
 * Makes an alpha of a network's raw output. Stretching hides an empty answer (the faintest noise becomes an object), so the
 * values are judged before.
 *
 * On the CPU also where the network ran on a GPU: about 20 ms of processor time for 1024 x 1024, and the mask has to be read
 * back in any case, because edges are refined here.
 *
 * @param raw becomes the alpha
 * @returns the alpha, and as confidence the share of the object that is clearly opaque
 * @throws StageError `nothing_found`
 */
export function maskToAlpha(
	raw: Float32Array,
	activation: Activation
): { alpha: Float32Array; confidence: number } {
	const alpha = raw;
	let low = Infinity;
	let high = -Infinity;
	for (let i = 0; i < alpha.length; i++) {
		const v = activation === 'sigmoid' ? 1 / (1 + Math.exp(-alpha[i]!)) : alpha[i]!;
		alpha[i] = v;
		if (v < low) low = v;
		if (v > high) high = v;
	}
	if (!(high >= LEAST_MAXIMUM)) throw new StageError('nothing_found');
	if (activation !== 'min_max') [low, high] = [0, 1];
	const scale = 1 / Math.max(1e-6, high - low);
	let sum = 0;
	let seen = 0;
	let clear = 0;
	for (let i = 0; i < alpha.length; i++) {
		const a = Math.min(1, Math.max(0, (alpha[i]! - low) * scale));
		alpha[i] = a;
		sum += a;
		if (a > 0.1) seen++;
		if (a > 0.9) clear++;
	}
	if (sum < LEAST_COVERAGE * alpha.length) throw new StageError('nothing_found');
	return { alpha, confidence: seen ? clear / seen : 0 };
}
