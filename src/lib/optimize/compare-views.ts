import type { View } from './draw-views';

/** How much a model looks like its source, over all views. */
export interface Likeness {
	/** Peak signal to noise over the pixels where either stands, decibels; 100 for the same. */
	psnr: number;
	/** Structural similarity over the same pixels, -1 to 1. */
	ssim: number;
	/** Intersection over union of the outlines, 0 to 1. */
	silhouette_iou: number;
}

const MOST = 100;
/** Side of SSIM's windows, pixels, and its constants for 8 bits. Wang et al. 2004. */
const WINDOW = 8;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** Compares two series of views of the same size from the same places. */
export function compareViews(one: View[], other: View[]): Likeness {
	let [squares, pixels, both, similar, windows] = [0, 0, 0, 0, 0];
	one.forEach((a, i) => {
		const b = other[i]!;
		for (let at = 0; at < a.mask.length; at++) {
			if (!a.mask[at] && !b.mask[at]) continue;
			pixels++;
			if (a.mask[at] && b.mask[at]) both++;
			for (let c = at * 3; c < at * 3 + 3; c++) squares += (a.color[c]! - b.color[c]!) ** 2;
		}
		for (let y = 0; y + WINDOW <= a.side; y += WINDOW / 2) {
			for (let x = 0; x + WINDOW <= a.side; x += WINDOW / 2) {
				const value = windowSimilarity(a, b, x, y);
				if (value === null) continue;
				similar += value;
				windows++;
			}
		}
	});
	const error = squares / Math.max(1, pixels * 3);
	return {
		psnr: error > 0 ? Math.min(MOST, 10 * Math.log10(255 ** 2 / error)) : MOST,
		ssim: windows > 0 ? similar / windows : 1,
		silhouette_iou: pixels > 0 ? both / pixels : 1
	};
}

/** SSIM of one window's brightness; null where neither model stands in it. */
function windowSimilarity(a: View, b: View, left: number, top: number): number | null {
	let [covered, sum_a, sum_b, square_a, square_b, product] = [0, 0, 0, 0, 0, 0];
	for (let y = top; y < top + WINDOW; y++) {
		for (let x = left; x < left + WINDOW; x++) {
			const at = y * a.side + x;
			covered += a.mask[at]! | b.mask[at]!;
			const [p, q] = [luma(a.color, at * 3), luma(b.color, at * 3)];
			sum_a += p;
			sum_b += q;
			square_a += p * p;
			square_b += q * q;
			product += p * q;
		}
	}
	if (covered < (WINDOW * WINDOW) / 2) return null;
	const count = WINDOW * WINDOW;
	const [mean_a, mean_b] = [sum_a / count, sum_b / count];
	const variance = square_a / count - mean_a ** 2 + square_b / count - mean_b ** 2;
	const covariance = product / count - mean_a * mean_b;
	return (
		((2 * mean_a * mean_b + C1) * (2 * covariance + C2)) /
		((mean_a ** 2 + mean_b ** 2 + C1) * (variance + C2))
	);
}

/** ITU-R BT.601. */
function luma(color: Uint8ClampedArray, at: number): number {
	return 0.299 * color[at]! + 0.587 * color[at + 1]! + 0.114 * color[at + 2]!;
}
