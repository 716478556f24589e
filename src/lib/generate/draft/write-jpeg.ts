import { StageError } from '../../artifacts';

const JPEG_QUALITY = 0.9;

/** @throws StageError `thread_crashed` when this browser cannot */
export async function writeJpeg(canvas: OffscreenCanvas): Promise<Blob> {
	const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
	if (blob.type !== 'image/jpeg') {
		throw new StageError('thread_crashed', { message: 'this browser cannot write JPEG' });
	}
	return blob;
}
