import { ImageUtils, TextureChannel, type Document, type Texture } from '@gltf-transform/core';
import { getTextureChannelMask, listTextureSlots } from '@gltf-transform/functions';
import { corrupt, unsupported } from './check-glb';
import type { EncodedImage, ImageEncoder, OpenImage } from './image-encoder';

/** What textures are wanted for. */
export interface TextureRecipe {
	/** `web`: WebP first; `plain`: JPEG, or PNG where alpha is used. */
	format: 'web' | 'plain';
	/** Longest side, pixels. */
	max_size: number;
	/** 0 to 1. Normal maps get a tenth more: their errors show as dents. */
	quality: number;
}

export type TextureRole = 'color' | 'normal' | 'data';

/** Decoded, this is 256 MB. */
const MAX_PIXELS = 8192 * 8192;
const NORMAL_BONUS = 0.1;
const ACCEPTED: Record<TextureRecipe['format'], ReadonlySet<string>> = {
	web: new Set(['image/webp', 'image/jpeg', 'image/png']),
	plain: new Set(['image/jpeg', 'image/png'])
};

/**
 * Makes every texture of a document in every way asked for, decoding one at a time. A texture that already fits a
 * recipe and is smaller than what the encoder makes of it stays as it is, so that nothing grows.
 *
 * @returns per recipe, one image per texture in the document's order; null where there is no image.
 * @throws StageError `model_corrupt` or `model_unsupported` for a texture that cannot be read.
 */
export async function encodeTextures(
	document: Document,
	recipes: TextureRecipe[],
	encoder: ImageEncoder,
	ontexture?: (done: number, total: number) => void
): Promise<(EncodedImage | null)[][]> {
	const textures = document.getRoot().listTextures();
	const made: (EncodedImage | null)[][] = recipes.map(() => []);
	for (const [index, texture] of textures.entries()) {
		const source = readSource(texture);
		const image =
			source &&
			(await encoder.open(source.bytes, {
				content_type: source.content_type,
				keep_alpha: usesAlpha(texture)
			}));
		for (const [i, recipe] of recipes.entries()) {
			made[i]?.push(
				source && image ? await make(source, image, recipe, textureRole(texture)) : null
			);
		}
		image?.close();
		ontexture?.(index + 1, textures.length);
	}
	return made;
}

/** What a texture means, by the slots that use it. Colors win where one serves several. */
export function textureRole(texture: Texture): TextureRole {
	const slots = listTextureSlots(texture);
	if (slots.some((slot) => /color|diffuse|emissive/i.test(slot))) return 'color';
	return slots.some((slot) => /normal/i.test(slot)) ? 'normal' : 'data';
}

function usesAlpha(texture: Texture): boolean {
	return (getTextureChannelMask(texture) & TextureChannel.A) !== 0;
}

/** Sizes are read from the image's head, before anything is decoded. */
function readSource(texture: Texture): EncodedImage | null {
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

async function make(
	source: EncodedImage,
	image: OpenImage,
	{ format, max_size, quality }: TextureRecipe,
	role: TextureRole
): Promise<EncodedImage> {
	const options = {
		max_size,
		quality: role === 'normal' ? Math.min(1, quality + NORMAL_BONUS) : quality
	};
	const fallback = image.has_alpha ? 'image/png' : 'image/jpeg';
	const wanted = format === 'web' ? 'image/webp' : fallback;
	let result = await image.encode({ ...options, content_type: wanted });
	if (result.content_type !== wanted) {
		result = await image.encode({ ...options, content_type: fallback });
	}
	const fits = Math.max(source.width, source.height) <= max_size;
	const keep = fits && ACCEPTED[format].has(source.content_type);
	return keep && source.bytes.byteLength <= result.bytes.byteLength ? source : result;
}
