import { StageError, type Cutout } from '../../artifacts';

type CutoutImage = Pick<Cutout, 'image' | 'bounds'>;

/**
 * Crops a cut-out to its bounds and scales it down, for previews that are made again and again. Runs on a thread or
 * inline.
 *
 * @throws StageError `nothing_found` when the bounds hold no pixel
 */
export async function shrinkCutout({
	image,
	bounds,
	longest
}: CutoutImage & { longest: number }): Promise<CutoutImage> {
	const scale = Math.min(1, longest / Math.max(bounds.width, bounds.height));
	const width = Math.round(bounds.width * scale);
	const height = Math.round(bounds.height * scale);
	if (!(width > 0 && height > 0)) throw new StageError('nothing_found');
	const bitmap = await createImageBitmap(image);
	try {
		const canvas = new OffscreenCanvas(width, height);
		const context = canvas.getContext('2d');
		if (!context) throw new StageError('thread_crashed', { message: 'no 2D canvas' });
		context.imageSmoothingQuality = 'high';
		const { x, y } = bounds;
		context.drawImage(bitmap, x, y, bounds.width, bounds.height, 0, 0, width, height);
		return { image: await canvas.convertToBlob(), bounds: { x: 0, y: 0, width, height } };
	} finally {
		bitmap.close();
	}
}
