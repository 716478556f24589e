// From light to a picture: layers together, defocus, exposure, tone curve, film grain.
import { hash } from './samples-shapes.mjs';

/** @returns {Uint8ClampedArray} RGB */
export function develop(
	{ albedo, light, gloss, sweep, cover },
	side,
	{ exposure = 0.9, blur = 0, seed }
) {
	const linear = new Float32Array(side * side * 3);
	for (let index = 0; index < side * side; index++) {
		const c = cover[index];
		for (let k = index * 3; k < index * 3 + 3; k++) {
			linear[k] = c * ((albedo[k] * light[k]) / Math.PI + gloss[k]) + (1 - c) * sweep[k];
		}
	}
	const focused = blur > 0 ? defocus(linear, side, blur) : linear;
	const picture = new Uint8ClampedArray(side * side * 3);
	for (let index = 0; index < side * side; index++) {
		const x = index % side;
		const y = (index - x) / side;
		const fall = ((x / side - 0.5) ** 2 + (y / side - 0.5) ** 2) * 0.22;
		// Triangular grain: also what keeps the soft background from banding.
		const grain = hash(x, y, seed) + hash(x, y, seed + 1) - 1;
		for (let k = 0; k < 3; k++) {
			const value = toneCurve(focused[index * 3 + k] * exposure * (1 - fall));
			picture[index * 3 + k] = Math.round(value * 255 + grain * 1.1);
		}
	}
	return picture;
}

/** Linear light to sRGB with a soft shoulder: straight up to 0.6, then rolling off toward 1. */
function toneCurve(value) {
	const rolled = value < 0.6 ? value : 1 - 0.4 * Math.exp(-(value - 0.6) / 0.4);
	return rolled <= 0.0031308 ? rolled * 12.92 : 1.055 * rolled ** (1 / 2.4) - 0.055;
}

/** A disc of the given radius in linear light: a lens out of focus. Rows of the disc through running sums. */
function defocus(linear, side, radius) {
	const result = new Float32Array(linear.length);
	const sums = new Float64Array((side + 1) * 3);
	const halves = [];
	let area = 0;
	for (let j = -radius; j <= radius; j++) {
		const half = Math.floor(Math.sqrt(radius * radius - j * j));
		halves.push(half);
		area += half * 2 + 1;
	}
	const clamp = (value) => Math.max(0, Math.min(side - 1, value));
	for (let source = -radius; source < side + radius; source++) {
		const row = clamp(source) * side * 3;
		for (let i = 0; i < side * 3; i++) sums[i + 3] = sums[i] + linear[row + i];
		for (let j = -radius; j <= radius; j++) {
			const target = source - j;
			if (target < 0 || target >= side) continue;
			const half = halves[j + radius];
			for (let x = 0; x < side; x++) {
				const from = clamp(x - half);
				const to = clamp(x + half) + 1;
				const missing = half * 2 + 1 - (to - from);
				for (let k = 0; k < 3; k++) {
					const edge = linear[row + (x < side / 2 ? 0 : side - 1) * 3 + k];
					result[(target * side + x) * 3 + k] +=
						(sums[to * 3 + k] - sums[from * 3 + k] + missing * edge) / area;
				}
			}
		}
	}
	return result;
}
