import { StageError } from '../../artifacts';
import { fitInside, type Raster, type Size } from '../raster';
import type { Box } from './mask';

/** Longest side of the copy that is drawn when the photo is shown small, pixels. */
const PREVIEW_SIDE = 2048;

/** A decoded photo that is read in parts, so that its pixels are never copied as a whole. */
export class PhotoSource implements Size {
	readonly width: number;
	readonly height: number;
	#scratch: OffscreenCanvasRenderingContext2D | null = null;

	private constructor(
		private readonly bitmap: ImageBitmap,
		private readonly preview: ImageBitmap
	) {
		this.width = bitmap.width;
		this.height = bitmap.height;
	}

	/** @throws StageError photo_corrupt */
	static async open(image: Blob): Promise<PhotoSource> {
		const bitmap = await createImageBitmap(image).catch((cause: unknown) => {
			throw new StageError('photo_corrupt', {}, { cause });
		});
		const size = fitInside(bitmap, PREVIEW_SIDE);
		if (size.width === bitmap.width) return new PhotoSource(bitmap, bitmap);
		const preview = await createImageBitmap(bitmap, {
			resizeWidth: size.width,
			resizeHeight: size.height,
			resizeQuality: 'high'
		});
		return new PhotoSource(bitmap, preview);
	}

	/** A box at full size. */
	pixels({ left, top, right, bottom }: Box): ImageData {
		return this.view({ left, top, scale: 1, width: right - left, height: bottom - top });
	}

	/** The whole photo at a smaller size. */
	shrunk({ width, height }: Size): Raster {
		const context = context2d(width, height);
		context.imageSmoothingQuality = 'high';
		context.drawImage(this.preview, 0, 0, width, height);
		return context.getImageData(0, 0, width, height);
	}

	/** Any part at any scale; transparent outside of the photo. Enlarged, the pixels stay squares. */
	view({ left, top, scale, width, height }: Size & { left: number; top: number; scale: number }) {
		this.#scratch ??= context2d(width, height);
		const { canvas } = this.#scratch;
		if (canvas.width < width) canvas.width = width;
		if (canvas.height < height) canvas.height = height;
		this.#scratch.clearRect(0, 0, width, height);
		this.#scratch.imageSmoothingEnabled = scale !== 1 && scale < 2;
		const source = scale * (this.width / this.preview.width) > 1 ? this.bitmap : this.preview;
		const across = this.width * scale;
		const down = this.height * scale;
		this.#scratch.drawImage(source, -left * scale, -top * scale, across, down);
		return this.#scratch.getImageData(0, 0, width, height);
	}

	close(): void {
		this.bitmap.close();
		this.preview.close();
	}
}

/** @throws StageError engine_failed when the device gives no canvas of this size */
export function context2d(width: number, height: number): OffscreenCanvasRenderingContext2D {
	const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
	if (!context) throw new StageError('engine_failed', { reason: 'no canvas of this size' });
	return context;
}
