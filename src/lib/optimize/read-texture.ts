import { ImageUtils, TextureChannel, type Texture } from '@gltf-transform/core';
import { getTextureChannelMask } from '@gltf-transform/functions';
import { corrupt, unsupported } from './check-glb';
import type { EncodedImage, ImageEncoder } from './image-encoder';
import type { Pixels } from './pixels';

/** Decoded, this is 256 MB. */
const MAX_PIXELS = 8192 * 8192;

/**
 * A texture's file; its size is read from the image's head, before anything is decoded. Null where there is no image.
 *
 * @throws StageError `model_corrupt` or `model_unsupported` (too many pixels).
 */
export function readImage(texture: Texture): EncodedImage | null {
	const bytes = texture.getImage();
	if (!bytes || bytes.byteLength === 0) return null;
	const content_type = texture.getMimeType();
	let size: [number, number] | null = null;
	try {
		size = ImageUtils.getSize(bytes, content_type);
	} catch (cause) {
		corrupt('a texture cannot be decoded', cause);
	}
	if (!size) corrupt('a texture cannot be decoded');
	const [width, height] = size;
	if (width * height > MAX_PIXELS) unsupported(`a texture of ${width} x ${height} pixels`);
	return { bytes: new Uint8Array(bytes), content_type, width, height };
}

/** Whether any material reads a texture's alpha. */
export function usesAlpha(texture: Texture): boolean {
	return (getTextureChannelMask(texture) & TextureChannel.A) !== 0;
}

/**
 * A texture's pixels, its longest side at most `max_size`; null where there is no image.
 *
 * @throws StageError as `readImage` does.
 */
export async function readTexture(
	texture: Texture,
	encoder: ImageEncoder,
	max_size: number
): Promise<Pixels | null> {
	const source = readImage(texture);
	if (!source) return null;
	const image = await encoder.open(source.bytes, {
		content_type: source.content_type,
		keep_alpha: usesAlpha(texture)
	});
	const pixels = await image.pixels(max_size);
	image.close();
	return pixels;
}
