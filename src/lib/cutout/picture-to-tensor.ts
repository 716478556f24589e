import type { NetworkShape } from './engines';
import type { Raster } from './raster';
import { FRESH, type Room } from './scratch';
import { tapsFor } from './taps';

/**
 * The network's input: the picture stretched to its square, planes of red, green and blue, (value - mean) / std. Shrinking
 * averages areas, enlarging interpolates between pixel centers; rows first, then columns.
 */
export function pictureToTensor(
	{ data, width, height }: Raster,
	{ side, mean, std }: Pick<NetworkShape, 'side' | 'mean' | 'std'>,
	room: Room = FRESH
): Float32Array {
	const across = tapsFor(width, side);
	const down = tapsFor(height, side);
	const input = room.floats(3 * side * side);
	const rows = room.floats(height * side);
	for (const c of [0, 1, 2] as const) {
		for (let y = 0; y < height; y++) {
			for (let x = 0; x < side; x++) {
				const from = (y * width + across.first[x]!) * 4 + c;
				const tap = x * across.most;
				let sum = data[from]! * across.weight[tap]!;
				for (let k = 1; k < across.count[x]!; k++) {
					sum += data[from + k * 4]! * across.weight[tap + k]!;
				}
				rows[y * side + x] = sum;
			}
		}
		const scale = 1 / (255 * std[c]);
		const offset = -mean[c] / std[c];
		for (let y = 0; y < side; y++) {
			const out = (c * side + y) * side;
			for (let k = 0; k < down.count[y]!; k++) {
				const weight = down.weight[y * down.most + k]! * scale;
				const row = (down.first[y]! + k) * side;
				for (let x = 0; x < side; x++) {
					input[out + x] = (k ? input[out + x]! : offset) + rows[row + x]! * weight;
				}
			}
		}
	}
	return input;
}
