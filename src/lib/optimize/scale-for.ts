import type { Size } from '../artifacts';

/** Below this an extent is flat and says nothing about scale, metres. */
const FLAT = 1e-9;

/**
 * What a model's lengths are multiplied with to be as large as the product: by height if it is known, else width, else
 * depth; 1 where nothing is known.
 *
 * @param extents along x, y, z
 */
export function scaleFor(
	[x, y, z]: readonly [number, number, number],
	{ width_m, height_m, depth_m }: Partial<Size>
): number {
	const known = [
		[height_m, y],
		[width_m, x],
		[depth_m, z]
	] as const;
	for (const [wanted, is] of known) {
		if (wanted !== undefined && wanted > 0 && wanted < Infinity && is > FLAT) return wanted / is;
	}
	return 1;
}
