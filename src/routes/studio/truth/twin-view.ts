import type { Turns } from '$lib/artifacts';
import type { View } from '$lib/viewer/view-camera';

interface Box {
	min: readonly [number, number, number];
	max: readonly [number, number, number];
}

/**
 * The view of a source that shows what a view of its result shows: the same side, as large, moved aside as far.
 *
 * @param turns how the source was turned for the result
 */
export function twinView(view: View, result: Box, source: Box, turns: Turns): View {
	const angle = (turns * Math.PI) / 2;
	const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
	const [from, to] = [ballOf(result), ballOf(source)];
	const grow = to.radius / from.radius;
	const [x = 0, y = 0, z = 0] = view.target.map(
		(value, axis) => (value - from.center[axis]!) * grow
	);
	return {
		...view,
		azimuth: view.azimuth - angle,
		target: [
			to.center[0]! + x * cos - z * sin,
			to.center[1]! + y,
			to.center[2]! + z * cos + x * sin
		]
	};
}

function ballOf({ min, max }: Box): { center: number[]; radius: number } {
	return {
		center: min.map((low, axis) => (low + max[axis]!) / 2),
		radius: Math.hypot(...min.map((low, axis) => max[axis]! - low)) / 2 || 1
	};
}
