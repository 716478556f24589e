import { quantile, toGray, type Box, type Pixels } from './pixels';

/** Pixels whose squared slope is below this share of the strongest are shading, not edges. */
const EDGE_SHARE = 0.04;
/** Pixels whose squared slope is below this multiple of what noise alone gives are not used. */
const NOISE_GATE = 8;
/** The 20 % quantile of |x| for normal x with deviation 1. */
const NORMAL_P20 = 0.2533;
/** Gaussian of deviation 1 pixel. */
const KERNEL = [0.00443, 0.05401, 0.24204, 0.39905, 0.24204, 0.05401, 0.00443];

/**
 * How far the edges in a region are spread, as the deviation of a Gaussian in pixels: 0 is perfectly sharp,
 * above 3 is visibly soft. Does not depend on the photo's contrast and hardly on its noise.
 *
 * It is the variance of the Laplacian of Gaussian (Pech-Pacheco et al. 2000) set against the energy of the slope:
 * for a step edge spread by s, sum(slope^2) / sum(Laplacian^2) = 2 s^2, whatever its height. What noise adds to both
 * is estimated in the photo's flattest parts (mask of Immerkaer 1996, "Fast noise variance estimation") and taken off.
 *
 * @param region where to look, pixels
 * @returns pixels; Infinity where there is no edge at all
 */
export function measureBlur(pixels: Pixels, region: Box): number {
	const { width, height } = pixels;
	const gray = toGray(pixels);
	const noise = noiseVariance(gray, width, height);
	const gain = noiseGain();
	const field = derivatives(gray, width, height);
	const noiseSlope = noise * gain.slope;
	const noiseCurve = noise * gain.curve;

	const x1 = Math.min(width - 4, Math.ceil(region.x + region.width));
	const y1 = Math.min(height - 4, Math.ceil(region.y + region.height));
	let strongest = 0;
	const each = (visit: (slope: number, curve: number) => void) => {
		for (let y = Math.max(4, Math.floor(region.y)); y < y1; y++) {
			for (let x = Math.max(4, Math.floor(region.x)); x < x1; x++) {
				const i = y * width + x;
				visit(field.slope[i] ?? 0, field.curve[i] ?? 0);
			}
		}
	};
	each((slope) => {
		if (slope > strongest) strongest = slope;
	});
	const gate = Math.max(strongest * EDGE_SHARE, noiseSlope * NOISE_GATE, 0.05);
	let slopes = 0;
	let curves = 0;
	each((slope, curve) => {
		if (slope < gate) return;
		slopes += slope - noiseSlope;
		curves += curve - noiseCurve;
	});
	if (!(slopes > 0)) return Infinity;
	if (!(curves > 0)) return Infinity;
	// The measuring filter itself spreads by 1 pixel.
	return Math.sqrt(Math.max(0, slopes / (2 * curves) - 1));
}

/** Squared slope and squared Laplacian of the Gaussian-smoothed picture. */
function derivatives(
	gray: Float32Array,
	width: number,
	height: number
): { slope: Float32Array; curve: Float32Array } {
	const smooth = blurOnce(blurOnce(gray, width, height, 1), width, height, width);
	const slope = new Float32Array(gray.length);
	const curve = new Float32Array(gray.length);
	for (let y = 1; y < height - 1; y++) {
		for (let x = 1; x < width - 1; x++) {
			const i = y * width + x;
			const here = smooth[i] ?? 0;
			const left = smooth[i - 1] ?? 0;
			const right = smooth[i + 1] ?? 0;
			const above = smooth[i - width] ?? 0;
			const below = smooth[i + width] ?? 0;
			slope[i] = ((right - left) ** 2 + (below - above) ** 2) / 4;
			curve[i] = (left + right + above + below - 4 * here) ** 2;
		}
	}
	return { slope, curve };
}

/** One pass of the Gaussian along x (stride 1) or y (stride width); the outermost 3 pixels are left as they are. */
function blurOnce(
	source: Float32Array,
	width: number,
	height: number,
	stride: number
): Float32Array {
	const result = Float32Array.from(source);
	const [fromX, fromY] = stride === 1 ? [3, 0] : [0, 3];
	for (let y = fromY; y < height - fromY; y++) {
		for (let x = fromX; x < width - fromX; x++) {
			const i = y * width + x;
			let sum = 0;
			for (let k = 0; k < 7; k++) sum += (KERNEL[k] ?? 0) * (source[i + (k - 3) * stride] ?? 0);
			result[i] = sum;
		}
	}
	return result;
}

/** What white noise of variance 1 gives in `derivatives`: the energy of its answer to a single bright pixel. */
function noiseGain(): { slope: number; curve: number } {
	const side = 17;
	const impulse = new Float32Array(side * side);
	impulse[(side * side - 1) / 2] = 1;
	const { slope, curve } = derivatives(impulse, side, side);
	const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
	return { slope: sum(slope), curve: sum(curve) };
}

/** Variance of the noise, from the flattest fifth of the picture, which edges and texture do not reach. */
function noiseVariance(gray: Float32Array, width: number, height: number): number {
	const answers: number[] = [];
	for (let y = 1; y < height - 1; y += 2) {
		for (let x = 1; x < width - 1; x += 2) {
			const i = y * width + x;
			const at = (offset: number) => gray[i + offset] ?? 0;
			const corners = at(-width - 1) + at(-width + 1) + at(width - 1) + at(width + 1);
			const sides = at(-width) + at(width) + at(-1) + at(1);
			answers.push(Math.abs(corners - 2 * sides + 4 * at(0)));
		}
	}
	// The mask's own energy is 36.
	return (quantile(answers, 0.2) / NORMAL_P20 / 6) ** 2;
}
