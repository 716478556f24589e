import { StageError } from '../../artifacts';
import { bleedColor } from './bleed-color';
import type { Atlas } from './lay-out-atlas';
import { writeJpeg } from './write-jpeg';

/**
 * Paints the product on the front and back of an atlas as a JPEG. The back is the photo seen through: at each point
 * of the rim both sheets have the same color, so there is no seam. Consumes `pixels`.
 */
export async function paintTexture(pixels: ImageData, atlas: Atlas): Promise<Blob> {
	bleedColor(pixels.data, pixels.width, pixels.height);
	const photo = new OffscreenCanvas(pixels.width, pixels.height);
	const canvas = new OffscreenCanvas(atlas.width, atlas.height);
	const source = photo.getContext('2d');
	const context = canvas.getContext('2d');
	if (!source || !context) throw new StageError('thread_crashed', { message: 'no 2D canvas' });
	source.putImageData(pixels, 0, 0);
	context.imageSmoothingQuality = 'high';
	for (const { x, y, width, height } of [atlas.front, atlas.back]) {
		context.drawImage(
			photo,
			x * atlas.width,
			y * atlas.height,
			width * atlas.width,
			height * atlas.height
		);
	}
	return writeJpeg(canvas);
}
