/**
 * How much of a pixel a round brush covers, 0 to 1: all of it up to `hardness` of the radius, from there smoothly to nothing
 * at the radius. Even a brush of full hardness has an edge one pixel wide, so that it leaves no stairs.
 *
 * @param distance from the brush's center, pixels
 * @param radius pixels
 * @param hardness 0 to 1
 */
export function brushCoverage(distance: number, radius: number, hardness: number): number {
	if (distance >= radius) return 0;
	const inner = Math.max(0, Math.min(radius * hardness, radius - 1));
	if (distance <= inner) return 1;
	const t = (distance - inner) / (radius - inner);
	return 1 - t * t * (3 - 2 * t);
}
