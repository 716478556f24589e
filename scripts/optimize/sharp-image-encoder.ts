import sharp, { type Sharp } from 'sharp';
import { StageError } from '../../src/lib/artifacts';
import { avifQuality, encodePixels } from '../../src/lib/optimize/encode-pixels';
import {
	fitSize,
	type EncodeOptions,
	type ImageEncoder,
	type OpenImage,
	type TextureRole
} from '../../src/lib/optimize/image-encoder';
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
	from: (pixels, has_alpha = false) => openPixels(pixels, has_alpha)
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
	const pixels = async (max_size: number): Promise<Pixels> => {
		if (Math.max(width, height) <= max_size) return { width, height, data };
		const to = resized(max_size);
		const bytes = await to.image.ensureAlpha().raw().toBuffer();
		return { width: to.width, height: to.height, data: new Uint8ClampedArray(bytes) };
	};
	return {
		width,
		height,
		has_alpha,
		close: () => undefined,
		pixels,
		async encode({ max_size, content_type, quality, role }) {
			if (content_type === 'image/ktx2') {
				const made = await encodePixels(await pixels(max_size), { content_type, quality, role });
				return { ...made, content_type };
			}
			const to = resized(max_size);
			const encoded = encodeAs(to.image, content_type, quality, role);
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

function encodeAs(
	image: Sharp,
	content_type: EncodeOptions['content_type'],
	quality: number,
	role: TextureRole
): Sharp {
	const options = {
		quality: Math.max(1, Math.round(quality * 100)),
		chromaSubsampling: role === 'color' ? '4:2:0' : '4:4:4'
	};
	if (content_type === 'image/webp')
		return image.webp({ quality: options.quality, lossless: quality === 1 });
	if (content_type === 'image/jpeg') return image.jpeg(options);
	if (content_type === 'image/avif') {
		return image.avif({ ...options, quality: avifQuality(quality), effort: AVIF_EFFORT });
	}
	return image.png();
}

/** libvips counts from 0 fast to 9 slow. */
const AVIF_EFFORT = 2;
