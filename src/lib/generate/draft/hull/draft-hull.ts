import { StageError, type View } from '../../../artifacts';
import { bleedColor } from '../bleed-color';
import type { CutoutPixels } from '../read-cutout';
import type { Surface } from '../solid';
import { writeJpeg } from '../write-jpeg';
import { bakeTexture } from './bake-texture';
import { buildHull, type HullOptions } from './build-hull';
import { splitCharts } from './split-charts';
import { unwrapMesh } from './unwrap-mesh';

export interface HullDraft {
	surface: Surface & { uvs: Float32Array<ArrayBuffer> };
	/** JPEG. */
	image: Blob;
}

/**
 * Makes a textured model of photos with known views. Consumes their pixels.
 *
 * @param texture_size longest side of the texture, pixels
 * @throws StageError `nothing_found` when nothing is left that all photos show
 */
export async function draftHull(
	photos: { view: View; cutout: CutoutPixels }[],
	texture_size: number,
	options: HullOptions = {},
	onprogress?: (step: 'shaping' | 'texturing', fraction: number) => void
): Promise<HullDraft> {
	const outlines = photos.map(({ view, cutout }) => ({ view, alpha: cutout.alpha }));
	const hull = buildHull(outlines, options, (share) => onprogress?.('shaping', share));
	onprogress?.('texturing', 0);
	// A power of two, as every device takes it.
	const side = 2 ** Math.floor(Math.log2(texture_size));
	const unwrapped = unwrapMesh(hull, hull.cell, side);
	onprogress?.('texturing', 0.2);
	const colors = photos.map(({ view, cutout: { pixels, frame } }) => {
		bleedColor(pixels.data, pixels.width, pixels.height);
		return { view, pixels, margin: -frame.x };
	});
	onprogress?.('texturing', 0.4);
	const baked = bakeTexture(hull, unwrapped, colors, side);
	const canvas = new OffscreenCanvas(side, side);
	const context = canvas.getContext('2d');
	if (!context) throw new StageError('thread_crashed', { message: 'no 2D canvas' });
	context.putImageData(new ImageData(baked, side, side), 0, 0);
	onprogress?.('texturing', 0.8);
	return { surface: splitCharts(hull, unwrapped, side), image: await writeJpeg(canvas) };
}
