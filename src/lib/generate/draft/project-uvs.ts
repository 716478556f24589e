import type { Atlas } from './lay-out-atlas';
import type { Solid } from './solid';
import { turnBack, type Turn } from './straighten';

/**
 * Projects the photo on both sheets of a solid, each on its part of the texture.
 *
 * @param frame the part of the alpha image's plane that both parts show, pixels
 * @param turn how the solid's plane lies on the alpha image, if it was put upright
 * @returns u, v pairs, 0 to 1 from the texture's top left corner
 */
export function projectUvs(
	solid: Solid,
	frame: { x: number; y: number; width: number; height: number },
	{ front, back }: Pick<Atlas, 'front' | 'back'>,
	turn: Turn | null = null
): Float32Array<ArrayBuffer> {
	const uvs = new Float32Array((solid.positions.length / 3) * 2);
	for (let i = 0; i < uvs.length / 2; i++) {
		const region = i < solid.back_start ? front : back;
		const place: [number, number] = [solid.positions[3 * i]!, -solid.positions[3 * i + 1]!];
		const [x, y] = turn ? turnBack(turn, ...place) : place;
		uvs[2 * i] = region.x + (region.width * (x - frame.x)) / frame.width;
		uvs[2 * i + 1] = region.y + (region.height * (y - frame.y)) / frame.height;
	}
	return uvs;
}
