import { boxBlur, localExtreme } from './blur';
import type { Backdrop } from './model-backdrop';
import type { Planes, Size } from './raster';

/** What the color of each pixel says. */
export interface Judged {
	/** CIELAB distance from the backdrop without the product, bleeding colors forgiven. */
	distances: Float32Array;
	/** Distances below this are noise, or the model's vagueness. */
	quiet: Float32Array;
	/** How much lighter or darker than the backdrop, as a factor of the cube root of light; a shadow has at most 1. */
	shade: Float32Array;
	/** How much of the backdrop around had to be guessed, 0 to 1. */
	guessed: Float32Array;
	/** How far the hue is from that of the backdrop in more or less light, 1 = as far as a shadow may be. */
	hue: Float32Array;
	/** How much the right hue proves, 0 to 1: a shadow on a colored backdrop could not be a gray thing. */
	proof: Float32Array;
}

/** CIELAB distance that is surely noise; grows with the measured noise. */
const QUIET = 2.2;
const NOISE_FACTOR = 4;
/** A model that was guessed may be this many times further off. */
const GUESS_FACTOR = 1;
/** Compression leaves this share of a difference as ripples beside it. */
const RIPPLE = 0.02;
/** Share of a color difference that bleeds, and how far, as share of the longer side. */
const BLEEDING = 0.12;
const BLEEDING_REACH = 0.012;

/** CIELAB distance from a backdrop that is surely its noise. */
export function quietOf({ noise }: Backdrop): number {
	return Math.min(6, Math.max(QUIET, NOISE_FACTOR * noise));
}

/** Compares each pixel with the backdrop behind it. */
export function judgePixels(lab: Planes, backdrop: Backdrop, size: Size): Judged {
	const smooth = lab.map((plane) => boxBlur(plane, size, 1)) as Planes;
	const noise = quietOf(backdrop);
	const n = size.width * size.height;
	const shade = new Float32Array(n);
	const hue = new Float32Array(n);
	const proof = new Float32Array(n);
	const [L, a, b] = smooth;
	const [bL, ba, bb] = backdrop.planes;
	for (let i = 0; i < n; i++) {
		// A shadow darkens the backdrop and keeps its hue: in CIELAB, L + 16, a and b shrink by the same factor.
		const k = (L[i]! + 16) / (bL[i]! + 16);
		const chroma = Math.hypot(ba[i]!, bb[i]!) + 1e-6;
		const da = a[i]! - k * ba[i]!;
		const db = b[i]! - k * bb[i]!;
		// Light that bounces between floor and product makes colored shadows more saturated, seldom of another hue.
		const along = Math.abs(da * ba[i]! + db * bb[i]!) / chroma;
		const across = Math.abs(da * bb[i]! - db * ba[i]!) / chroma;
		const reach = 2.5 + 8 * Math.max(0, 1 - k);
		shade[i] = k;
		hue[i] = Math.max(across / reach, along / (reach + 0.35 * chroma));
		proof[i] = Math.min(1, Math.max(0, (k * chroma) / reach - 0.7));
	}
	const distances = bleedingAside(lab, backdrop.planes, size);
	const reach = Math.round(BLEEDING_REACH * Math.max(size.width, size.height));
	const contrast = localExtreme(distances, size, reach, 1);
	return {
		distances,
		quiet: backdrop.guessed.map(
			(share, i) => noise * (1 + GUESS_FACTOR * share) + RIPPLE * contrast[i]!
		),
		shade,
		guessed: backdrop.guessed,
		hue,
		proof
	};
}

/**
 * CIELAB distance from the backdrop. JPEG stores color at half resolution in blocks of 16 pixels, so a colorful product tints
 * the backdrop beside it: that much color difference is forgiven, a difference in lightness is not.
 */
function bleedingAside(lab: Planes, backdrop: Planes, size: Size): Float32Array {
	const n = size.width * size.height;
	const color = new Float32Array(n);
	for (let i = 0; i < n; i++) {
		color[i] = Math.hypot(lab[1][i]! - backdrop[1][i]!, lab[2][i]! - backdrop[2][i]!);
	}
	const reach = Math.round(BLEEDING_REACH * Math.max(size.width, size.height));
	const nearby = localExtreme(color, size, reach, 1);
	for (let i = 0; i < n; i++) {
		const left = Math.max(0, color[i]! - BLEEDING * nearby[i]!);
		color[i] = Math.hypot(lab[0][i]! - backdrop[0][i]!, left);
	}
	return color;
}
