import { quantile, ramp, toGray, type Pixels } from './pixels';

export interface Exposure {
	/** 1: well exposed, 0: unusable. */
	score: number;
	/** What is wrong, if the score is low. */
	fault: 'too_dark' | 'too_bright' | null;
}

/** Gray values (of 255) at and beyond which nothing can be told apart any more. */
const BLACK = 5;
const WHITE = 251;
/** Below this score the photo has a fault. */
const FAULTY = 0.5;

/**
 * How well the product is exposed: shares of it that are clipped to black or white, and its typical brightness.
 * A black product on white is not underexposed, so darkness counts only when the whole frame lacks light.
 * @param mask 1 where the product is, one entry per pixel
 */
export function measureExposure(pixels: Pixels, mask: Uint8Array): Exposure {
	const gray = toGray(pixels);
	const product = gray.filter((_, i) => mask[i] === 1);
	if (product.length === 0) return { score: 1, fault: null };
	const share = (test: (value: number) => boolean) => product.filter(test).length / product.length;
	const crushed = ramp(
		share((value) => value <= BLACK),
		0.6,
		0.15
	);
	const blown = ramp(
		share((value) => value >= WHITE),
		0.35,
		0.04
	);
	const typical = quantile(product, 0.5);
	const dim = Math.min(
		1,
		ramp(quantile(gray, 0.97), 40, 150),
		ramp(typical + quantile(gray, 0.9), 40, 150)
	);
	const glaring = ramp(typical, 254, 238);
	const dark = Math.min(crushed, dim);
	const bright = Math.min(blown, glaring);
	const score = dark * bright;
	if (score >= FAULTY) return { score, fault: null };
	return { score, fault: dark < bright ? 'too_dark' : 'too_bright' };
}
