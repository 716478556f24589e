import type { Links } from './min-cut';
import type { Planes, Size } from './raster';

/** CIELAB difference of neighbors at which a link is down to a third: penumbras are below it, outlines above. */
const STEP = 3;
/** What is left of a link across a sharp edge, be it ever so faint; and of any link. */
const SHARP = 0.25;
const LEAST = 0.001;

/**
 * Weights neighbors by how alike they are, so that a cut follows edges rather than soft shading.
 *
 * @param sharp from `sharpEdges`
 */
export function linkPixels(lab: Planes, sharp: Uint8Array, { width, height }: Size): Links {
	const n = width * height;
	const steps = [1, width + 1, width, width - 1];
	return steps.map((step, d) => {
		const weights = new Float32Array(n);
		const length = d % 2 ? Math.SQRT2 : 1;
		for (let i = 0; i + step < n; i++) {
			const j = i + step;
			let square = 0;
			for (let c = 0; c < 3; c++)
				square += (lab[c as 0 | 1 | 2][i]! - lab[c as 0 | 1 | 2][j]!) ** 2;
			let weight = Math.exp(-square / (STEP * STEP * length * length));
			if (sharp[i] && sharp[j]) weight *= SHARP;
			weights[i] = (LEAST + weight) / length;
		}
		return weights;
	}) as Links;
}
