import type { Cutout } from '../artifacts';
import { LIMITS } from '../../../worker/contract';

/** Empty border left around the product, as a share of its longer side. */
const MARGIN = 0.04;

/**
 * Crops a cut-out to its product with a small margin and caps the longest side at `LIMITS.upload_image_side`
 * pixels: what a 3D model needs, and all that is uploaded.
 */
export async function fitForModel({
	image,
	mask,
	bounds,
	width,
	height
}: Pick<Cutout, 'image' | 'mask' | 'bounds' | 'width' | 'height'>): Promise<{
	image: Blob;
	mask: Blob;
	width: number;
	height: number;
}> {
	const margin = Math.round(Math.max(bounds.width, bounds.height) * MARGIN);
	const left = Math.max(0, bounds.x - margin);
	const top = Math.max(0, bounds.y - margin);
	const right = Math.min(width, bounds.x + bounds.width + margin);
	const bottom = Math.min(height, bounds.y + bounds.height + margin);
	const crop = { left, top, width: right - left, height: bottom - top };
	const scale = Math.min(1, LIMITS.upload_image_side / Math.max(crop.width, crop.height));
	const size = {
		width: Math.max(1, Math.round(crop.width * scale)),
		height: Math.max(1, Math.round(crop.height * scale))
	};
	return { image: await redraw(image, crop, size), mask: await redraw(mask, crop, size), ...size };
}

async function redraw(
	picture: Blob,
	crop: { left: number; top: number; width: number; height: number },
	size: { width: number; height: number }
): Promise<Blob> {
	const bitmap = await createImageBitmap(picture, crop.left, crop.top, crop.width, crop.height, {
		resizeWidth: size.width,
		resizeHeight: size.height,
		resizeQuality: 'high'
	});
	const canvas = new OffscreenCanvas(size.width, size.height);
	canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
	bitmap.close();
	return canvas.convertToBlob({ type: 'image/png' });
}
