import type { Atlas } from './lay-out-atlas';
import type { Solid } from './solid';

/**
 * Projects the photo on both sheets of a solid, each on its part of the texture.
 *
 * @param frame the part of the alpha image's plane that both parts show, pixels
 * @returns u, v pairs, 0 to 1 from the texture's top left corner
 */
export function projectUvs(
	solid: Solid,
	frame: { x: number; y: number; width: number; height: number },
	{ front, back }: Pick<Atlas, 'front' | 'back'>
): Float32Array<ArrayBuffer> {
	const uvs = new Float32Array((solid.positions.length / 3) * 2);
	for (let i = 0; i < uvs.length / 2; i++) {
		const region = i < solid.back_start ? front : back;
		const x = (solid.positions[3 * i]! - frame.x) / frame.width;
		const y = (-solid.positions[3 * i + 1]! - frame.y) / frame.height;
		uvs[2 * i] = region.x + region.width * x;
		uvs[2 * i + 1] = region.y + region.height * y;
	}
	return uvs;
}
