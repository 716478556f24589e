import type { NetworkShape } from './engines';
import type { Raster } from './raster';
import { enlarge, shrink } from './resample';

/** The network's input: the picture stretched to its square, planes of red, green and blue, (value - mean) / std. */
export function pictureToTensor(
	{ data, width, height }: Raster,
	{ side, mean, std }: Pick<NetworkShape, 'side' | 'mean' | 'std'>
): Float32Array {
	const input = new Float32Array(3 * side * side);
	const square = { width: side, height: side };
	for (const c of [0, 1, 2] as const) {
		let plane = Float32Array.from({ length: width * height }, (_, i) => data[i * 4 + c]! / 255);
		const less = { width: Math.min(width, side), height: Math.min(height, side) };
		plane = new Float32Array(shrink(plane, { width, height }, less));
		plane = new Float32Array(enlarge(plane, less, square));
		for (let i = 0; i < plane.length; i++) {
			input[c * side * side + i] = (plane[i]! - mean[c]) / std[c];
		}
	}
	return input;
}
