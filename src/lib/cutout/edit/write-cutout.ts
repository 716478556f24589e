import type { CutoutNote } from '../../artifacts';
import { adjustBox } from './adjust-box';
import { cleanEdgePixel, type EdgeColors } from './edge-colors';
import type { Adjustments } from './edits';
import { TILE, type Mask } from './mask';
import type { EditedMask } from './messages';
import { context2d, type PhotoSource } from './photo-source';

/** Alpha from which a pixel counts for the product's box, 0 to 255; the same as for the automatic cut-out. */
const VISIBLE = 26;
/** Below this share of the frame there is no product. */
const LEAST_COVERAGE = 0.002;

interface Extent {
	area: number;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/**
 * Draws the edited cut-out and its mask at the photo's full size, strip by strip, one full-size canvas at a time.
 *
 * @param onstrip awaited after each strip, with the share done; may throw to give up
 * @returns null when nothing is left of the product
 */
export async function writeCutout(
	photo: PhotoSource,
	mask: Mask,
	adjustments: Adjustments,
	colors: EdgeColors,
	onstrip: (fraction: number) => Promise<void>
): Promise<EditedMask | null> {
	const { width, height } = mask;
	const sheet = context2d(width, height);
	const extent: Extent = { area: 0, left: width, top: height, right: -1, bottom: -1 };
	for (let top = 0; top < height; top += TILE) {
		const box = { left: 0, top, right: width, bottom: Math.min(height, top + TILE) };
		const rows = photo.pixels(box);
		const alpha = adjustBox(mask, box, adjustments);
		composeStrip(rows, alpha, top, mask, colors, adjustments.halo, extent);
		sheet.putImageData(rows, 0, top);
		await onstrip((0.5 * box.bottom) / height);
	}
	if (extent.area < LEAST_COVERAGE * width * height || extent.right < 0) return null;
	const image = await sheet.canvas.convertToBlob({ type: 'image/png' });
	await onstrip(0.75);
	const gray = await writeMask(mask, adjustments, sheet);
	await onstrip(1);
	return { image, mask: gray, ...describe(extent, mask) };
}

/** The treated mask as a gray PNG of the photo's size. */
export async function writeMask(
	mask: Mask,
	adjustments: Adjustments,
	sheet = context2d(mask.width, mask.height)
): Promise<Blob> {
	const { width, height } = mask;
	for (let top = 0; top < height; top += TILE) {
		const bottom = Math.min(height, top + TILE);
		const alpha = adjustBox(mask, { left: 0, top, right: width, bottom }, adjustments);
		const rows = new ImageData(width, bottom - top);
		// Gray and opaque, one 32-bit write per pixel.
		const words = new Uint32Array(rows.data.buffer);
		for (let i = 0; i < words.length; i++) {
			words[i] = (0xff000000 | (alpha[i]! * 0x010101)) >>> 0;
		}
		sheet.putImageData(rows, 0, top);
	}
	return sheet.canvas.convertToBlob({ type: 'image/png' });
}

function composeStrip(
	{ data, width, height }: ImageData,
	alpha: Uint8Array,
	top: number,
	full: { width: number; height: number },
	colors: EdgeColors,
	halo: number,
	extent: Extent
): void {
	for (let y = 0; y < height; y++) {
		const v = ((top + y + 0.5) / full.height) * colors.height - 0.5;
		for (let x = 0; x < width; x++) {
			const at = (y * width + x) * 4;
			const share = alpha[y * width + x]! / 255;
			if (share > 0 && (share < 1 || halo > 0)) {
				const u = ((x + 0.5) / full.width) * colors.width - 0.5;
				cleanEdgePixel(data, at, share, colors, u, v, halo);
			}
			// A photo's own transparency stays.
			const out = Math.round(share * data[at + 3]!);
			data[at + 3] = out;
			extent.area += out / 255;
			if (out < VISIBLE) continue;
			extent.left = Math.min(extent.left, x);
			extent.right = Math.max(extent.right, x);
			extent.top = Math.min(extent.top, top + y);
			extent.bottom = Math.max(extent.bottom, top + y);
		}
	}
}

function describe(
	{ area, left, top, right, bottom }: Extent,
	{ width, height }: Mask
): Pick<EditedMask, 'coverage' | 'bounds' | 'notes'> {
	const at_edge = left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
	const notes: CutoutNote[] = at_edge ? ['touches_edge'] : [];
	const bounds = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
	return { coverage: area / (width * height), bounds, notes };
}
