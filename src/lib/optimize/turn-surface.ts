import type { Turns } from '../artifacts';
import { offsetOf, type Surface } from './surface';

/** Turns a surface in place, so that another side faces +Z. */
export function turnSurface(surface: Surface, turns: Turns): void {
	if (turns === 0) return;
	const { positions, attributes, stride, part_of } = surface;
	const normal = offsetOf(surface, 'NORMAL');
	for (let vertex = 0; vertex < part_of.length; vertex++) {
		turn(positions, vertex * 3, turns);
		turn(attributes, vertex * stride + normal, turns);
	}
}

function turn(values: Float32Array, at: number, turns: Turns): void {
	const [x = 0, z = 0] = [values[at], values[at + 2]];
	const [to_x, to_z] = turns === 1 ? [z, -x] : turns === 2 ? [-x, -z] : [-z, x];
	values[at] = to_x;
	values[at + 2] = to_z;
}
