import type { Raster } from '../raster';
import { cleanEdgePixel, type EdgeColors } from './edge-colors';
import type { Sampling } from './sample-mask';

/** What stands behind the cut-out: two colors in squares, or one. sRGB bytes. */
export interface Backdrop {
	even: [number, number, number];
	odd: [number, number, number];
	/** Side of the squares, view pixels. */
	cell: number;
}

export interface ViewLook {
	backdrop: Backdrop;
	/** Left of this, view pixels from the view's left edge, the photo is shown as it is. */
	split: number;
	/** How much of the removed parts shines through, 0 to 1. */
	ghost: number;
	/** 0 to 1. */
	halo: number;
}

/**
 * Puts the cut-out over its backdrop for a part of the view.
 *
 * @param picture the photo in that part, transparent outside of it; becomes what is shown, opaque
 * @param alpha of the same size, 0 to 255
 * @param at where the part lies in the view (pixels) and in the photo
 * @param colors null until they are known
 */
export function composeView(
	picture: Raster,
	alpha: Uint8Array,
	at: Sampling & { x: number; y: number },
	photo: { width: number; height: number },
	colors: EdgeColors | null,
	{ backdrop, split, ghost, halo }: ViewLook
): void {
	const { data, width, height } = picture;
	const across = (colors?.width ?? 0) / photo.width;
	const down = (colors?.height ?? 0) / photo.height;
	for (let y = 0; y < height; y++) {
		const v = (at.top + (y + 0.5) / at.scale) * down - 0.5;
		const line = Math.floor((at.y + y) / backdrop.cell);
		for (let x = 0; x < width; x++) {
			const i = (y * width + x) * 4;
			const own = data[i + 3]!;
			const cell = line + Math.floor((at.x + x) / backdrop.cell);
			const behind = cell & 1 ? backdrop.odd : backdrop.even;
			data[i + 3] = 255;
			if (own === 0) {
				data[i] = behind[0];
				data[i + 1] = behind[1];
				data[i + 2] = behind[2];
				continue;
			}
			let share = (alpha[y * width + x]! * own) / 65025;
			if (at.x + x < split) share = own / 255;
			else if (share > 0 && colors && (share < 1 || halo > 0)) {
				const u = (at.left + (x + 0.5) / at.scale) * across - 0.5;
				const seen = ghost > 0 ? [data[i]!, data[i + 1]!, data[i + 2]!] : null;
				cleanEdgePixel(data, i, share, colors, u, v, halo);
				if (seen) {
					const rest = (1 - share) * ghost;
					for (let c = 0; c < 3; c++) {
						data[i + c] = data[i + c]! * share + seen[c]! * rest + behind[c]! * (1 - share - rest);
					}
					continue;
				}
			} else share += (1 - share) * ghost;
			if (share >= 1) continue;
			data[i] = behind[0] + (data[i]! - behind[0]) * share;
			data[i + 1] = behind[1] + (data[i + 1]! - behind[1]) * share;
			data[i + 2] = behind[2] + (data[i + 2]! - behind[2]) * share;
		}
	}
}
