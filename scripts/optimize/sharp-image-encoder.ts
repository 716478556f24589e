import sharp from 'sharp';
import { StageError } from '../../src/lib/artifacts';
import { fitSize, type ImageEncoder, type OpenImage } from '../../src/lib/optimize/image-encoder';
import type { Pixels } from '../../src/lib/optimize/pixels';

/** The image encoder of Node, where there is no canvas: libvips through sharp. */
export const sharpImageEncoder: ImageEncoder = {
	async open(bytes, { keep_alpha }) {
		const { data, info } = await sharp(bytes)
			.toColorspace('srgb')
			.ensureAlpha()
			.raw()
			.toBuffer({ resolveWithObject: true })
			.catch((cause: unknown) => {
				throw new StageError('model_corrupt', { what: 'a texture cannot be decoded' }, { cause });
			});
		const pixels = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
		return openPixels(pixels, keep_alpha && isSeeThrough(data));
	},
	from: (pixels) => openPixels(pixels, false)
};

function openPixels({ width, height, data }: Pixels, has_alpha: boolean): OpenImage {
	const resized = (max_size: number) => {
		const [to_width, to_height] = fitSize(width, height, max_size);
		const raw = { raw: { width, height, channels: 4 as const } };
		const image = sharp(data, raw);
		// Without its alpha an image is resized by its colors alone.
		const bare = has_alpha ? image : image.removeAlpha();
		return { image: bare.resize(to_width, to_height), width: to_width, height: to_height };
	};
	return {
		width,
		height,
		has_alpha,
		close: () => undefined,
		async pixels(max_size) {
			if (Math.max(width, height) <= max_size) return { width, height, data };
			const to = resized(max_size);
			const bytes = await to.image.ensureAlpha().raw().toBuffer();
			return { width: to.width, height: to.height, data: new Uint8ClampedArray(bytes) };
		},
		async encode({ max_size, content_type, quality }) {
			const to = resized(max_size);
			const options = { quality: Math.max(1, Math.round(quality * 100)) };
			const encoded =
				content_type === 'image/webp'
					? to.image.webp(options)
					: content_type === 'image/jpeg'
						? to.image.jpeg(options)
						: to.image.png();
			return {
				bytes: new Uint8Array(await encoded.toBuffer()),
				content_type,
				width: to.width,
				height: to.height
			};
		}
	};
}

function isSeeThrough(rgba: Uint8Array): boolean {
	for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return true;
	return false;
}
