import { StageError, type Cutout } from '../artifacts';

/** The cut-out with its soft shadow drawn under it: a PNG of the photo's size. */
export async function mergeShadow({
	image,
	shadow,
	width,
	height
}: Pick<Cutout, 'image' | 'shadow' | 'width' | 'height'>): Promise<Blob> {
	if (!shadow) return image;
	const context = new OffscreenCanvas(width, height).getContext('2d');
	if (!context) throw new StageError('engine_failed', { reason: 'no canvas of this size' });
	context.imageSmoothingQuality = 'high';
	for (const layer of [shadow, image]) {
		const bitmap = await createImageBitmap(layer);
		context.drawImage(bitmap, 0, 0, width, height);
		bitmap.close();
	}
	return context.canvas.convertToBlob({ type: 'image/png' });
}
