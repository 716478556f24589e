import type { ProductStage } from './product-stage';

export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp';

/** JPEG and WebP quality, 0 to 1. */
const QUALITY = 0.88;
/** Drawn at twice the size and scaled down, for clean edges. */
export const OVERSAMPLE = 2;

/**
 * Draws the stage at a size of its own and hands the picture out, over a `backdrop` if one is given.
 * Leaves the stage at that size: the caller puts its own back in the same task, before the browser shows anything.
 *
 * @throws Error when the browser cannot write the type
 */
export async function snapshotStage(
	stage: ProductStage,
	width: number,
	height: number,
	type: PictureType,
	backdrop?: (context: OffscreenCanvasRenderingContext2D) => void
): Promise<Blob> {
	const picture = new OffscreenCanvas(width, height);
	const context = picture.getContext('2d');
	if (!context) throw new Error('This browser gives no 2D canvas.');
	if (backdrop) {
		backdrop(context);
	} else if (type === 'image/jpeg') {
		context.fillStyle = '#fff';
		context.fillRect(0, 0, width, height);
	}
	stage.setSize(width, height, OVERSAMPLE);
	stage.render();
	// A drawing buffer holds its pixels only until the task ends, so no await before this line.
	context.imageSmoothingQuality = 'high';
	context.drawImage(stage.canvas, 0, 0, width, height);
	const blob = await picture.convertToBlob({ type, quality: QUALITY });
	// An unsupported type silently comes back as PNG.
	if (blob.type !== type) throw new Error(`This browser cannot write ${type}.`);
	return blob;
}
