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
	_depth?: number,
	onprogress?: (fraction: number) => void
): Thickness {
	const area = opaqueArea(alpha, 0, 0, alpha.width, alpha.height);
	const length = (FULLNESS * Math.sqrt(area)) / Math.SQRT2;
	const dome = solveDome(silhouette, alpha, { length }, onprogress);
	return { rim: 0, heights: dome.map((value) => Math.sqrt(value)) };
}
