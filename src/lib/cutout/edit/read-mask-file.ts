import { LIMITS } from '../../../../worker/contract';
import type { Size } from '../raster';

/** Why a file is no mask for this photo; `detail` fills the sentence. */
export interface MaskRefusal {
	reason: 'mask_too_large' | 'mask_not_png' | 'mask_wrong_size' | 'mask_corrupt';
	detail: Record<string, string | number>;
}

/** Signature, then the length, name and fields of the IHDR chunk. https://www.w3.org/TR/png-3/#11IHDR */
const HEADER_BYTES = 33;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Checks by a file's first bytes that it is a PNG of the photo's size, before anything is decoded.
 *
 * @returns null when it is
 */
export async function checkMaskFile(file: Blob, size: Size): Promise<MaskRefusal | null> {
	if (file.size > LIMITS.photo_bytes) {
		const megabytes = Math.ceil(file.size / 1024 / 102.4) / 10;
		const limit = LIMITS.photo_bytes / 1024 / 1024;
		return { reason: 'mask_too_large', detail: { megabytes, limit } };
	}
	const head = new DataView(await file.slice(0, HEADER_BYTES).arrayBuffer());
	const png =
		head.byteLength === HEADER_BYTES &&
		SIGNATURE.every((byte, i) => head.getUint8(i) === byte) &&
		head.getUint32(12) === 0x49484452;
	if (!png) return { reason: 'mask_not_png', detail: {} };
	const width = head.getUint32(16);
	const height = head.getUint32(20);
	if (width === size.width && height === size.height) return null;
	const wanted = `${size.width} × ${size.height}`;
	return { reason: 'mask_wrong_size', detail: { found: `${width} × ${height}`, wanted } };
}

/**
 * The alpha that RGBA rows of a mask file stand for: its transparency if it has any, else its brightness
 * (Rec. 709 luma, https://www.itu.int/rec/R-REC-BT.709).
 *
 * @param alpha filled with 0 to 255
 */
export function readMaskRows(
	data: Uint8ClampedArray,
	alpha: Uint8Array,
	by: 'transparency' | 'brightness'
): void {
	for (let i = 0; i < alpha.length; i++) {
		const at = i * 4;
		alpha[i] =
			by === 'transparency'
				? data[at + 3]!
				: Math.round(0.2126 * data[at]! + 0.7152 * data[at + 1]! + 0.0722 * data[at + 2]!);
	}
}
