import type { ModelViewer } from './model-viewer';
import type { Triple } from './pick-point';

/** A measure of the model, drawn along one of its box's edges; CSS pixels of the picture. */
export interface DimensionLine {
	axis: 'width' | 'height' | 'depth';
	/** Metres. */
	metres: number;
	from: { x: number; y: number };
	to: { x: number; y: number };
}

/** A length as people read it: centimeters, three digits. @param metres ≥ 0 */
export const formatLength = (metres: number): string =>
	`${Number((metres * 100).toPrecision(3))} cm`;

/** Air between model and line, as a share of its largest side. */
const GAP = 0.06;
/** Shorter lines have no room for a number, CSS pixels. */
const SHORTEST = 24;

/** The width, height and depth of the shown model as lines beside it: those that can be seen from here. */
export function dimensionLines(
	viewer: Pick<ModelViewer, 'bounds' | 'view' | 'project'>
): DimensionLine[] {
	const { bounds, view } = viewer;
	if (!bounds) return [];
	const { min, max } = bounds;
	const gap = GAP * Math.max(max[0] - min[0], max[1] - min[1], max[2] - min[2]);
	// The box's faces that look at the camera, and the upright edge at the picture's left.
	const to_right = Math.sin(view.azimuth) >= 0;
	const to_front = Math.cos(view.azimuth) >= 0;
	const near_x = to_right ? max[0] + gap : min[0] - gap;
	const near_z = to_front ? max[2] + gap : min[2] - gap;
	const left_x = to_front ? min[0] - gap : max[0] + gap;
	const left_z = to_right ? max[2] + gap : min[2] - gap;
	const [y] = [min[1]];
	const line = (axis: DimensionLine['axis'], metres: number, from: Triple, to: Triple) => ({
		axis,
		metres,
		from: viewer.project(from),
		to: viewer.project(to)
	});
	return [
		line('width', max[0] - min[0], [min[0], y, near_z], [max[0], y, near_z]),
		line('depth', max[2] - min[2], [near_x, y, min[2]], [near_x, y, max[2]]),
		line('height', max[1] - min[1], [left_x, min[1], left_z], [left_x, max[1], left_z])
	].filter(({ from, to }) => Math.hypot(to.x - from.x, to.y - from.y) >= SHORTEST);
}
