import { StageError } from '../../artifacts';
import { context2d } from './photo-source';
import { readMaskRows } from './read-mask-file';
import type { Size } from '../raster';

/** Rows read at once, so that the copy of the pixels stays small. */
const STRIP = 256;

/**
 * Decodes a mask file to alpha 0 to 255.
 *
 * @throws StageError photo_corrupt when it cannot be decoded or has another size
 */
export async function decodeMask(file: Blob, { width, height }: Size): Promise<Uint8Array> {
	const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
		throw new StageError('photo_corrupt', {}, { cause });
	});
	try {
		if (bitmap.width !== width || bitmap.height !== height) throw new StageError('photo_corrupt');
		const strip = context2d(width, Math.min(STRIP, height));
		const rows = (top: number) => {
			strip.clearRect(0, 0, width, STRIP);
			strip.drawImage(bitmap, 0, -top);
			return strip.getImageData(0, 0, width, Math.min(STRIP, height - top)).data;
		};
		const alpha = new Uint8Array(width * height);
		let by: 'transparency' | 'brightness' = 'brightness';
		for (let top = 0; top < height; top += STRIP) {
			const data = rows(top);
			if (by === 'brightness' && isTransparent(data)) {
				by = 'transparency';
				// What was read so far was opaque.
				alpha.fill(255, 0, top * width);
			}
			const end = Math.min(height, top + STRIP) * width;
			readMaskRows(data, alpha.subarray(top * width, end), by);
		}
		return alpha;
	} finally {
		bitmap.close();
	}
}

function isTransparent(data: Uint8ClampedArray): boolean {
	for (let i = 3; i < data.length; i += 4) if (data[i]! < 255) return true;
	return false;
}
