import { opaqueArea, type SummedAlpha } from '../alpha';
import type { Thickness } from '../close-sheets';
import { solveDome } from '../solve-dome';
import type { Silhouette } from '../trace-silhouette';

/**
 * Half the thickness of a wide area, as a share of the side of a square with the product's area. Keeps broad things
 * (a cushion, a shirt) from becoming balloons; parts much thinner than this are round.
 */
const FULLNESS = 0.33;

/**
 * Soft, organic shapes: every part swells with its width (see solveDome), so that legs, handles and rims stay round.
 */
export function inflate(
	silhouette: Silhouette,
	alpha: SummedAlpha,
	_hints: unknown,
	onprogress?: (fraction: number) => void
): Thickness {
	return { rim: 0, heights: swell(silhouette, alpha, onprogress) };
}

/** Half the thickness of a soft shape at each grid node, pixels. */
export function swell(
	silhouette: Silhouette,
	alpha: SummedAlpha,
	onprogress?: (fraction: number) => void
): Float32Array {
	const area = opaqueArea(alpha, 0, 0, alpha.width, alpha.height);
	const length = (FULLNESS * Math.sqrt(area)) / Math.SQRT2;
	return solveDome(silhouette, alpha, { length }, onprogress).map((value) => Math.sqrt(value));
}
