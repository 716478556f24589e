import type { Document, Texture } from '@gltf-transform/core';
import { listTextureSlots } from '@gltf-transform/functions';
import type { EncodedImage, ImageEncoder, OpenImage } from './image-encoder';
import type { Pixels } from './pixels';
import { readImage, usesAlpha } from './read-texture';

/** What textures are wanted for. */
export interface TextureRecipe {
	/** `web`: WebP first; `plain`: JPEG, or PNG where alpha is used. */
	format: 'web' | 'plain';
	/** Longest side, pixels. */
	max_size: number;
	/** 0 to 1. Normal maps get a tenth more: their errors show as dents. */
	quality: number;
}

export interface EncodeContext {
	/** Textures that were made here and have no file yet. */
	pixels?: ReadonlyMap<Texture, Pixels>;
	ontexture?: (done: number, total: number) => void;
}

export type TextureRole = 'color' | 'normal' | 'data';

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
	{ pixels, ontexture }: EncodeContext = {}
): Promise<(EncodedImage | null)[][]> {
	const textures = document.getRoot().listTextures();
	const made: (EncodedImage | null)[][] = recipes.map(() => []);
	for (const [index, texture] of textures.entries()) {
		const painted = pixels?.get(texture);
		const source = painted ? null : readImage(texture);
		const image = painted
			? encoder.from(painted)
			: source &&
				(await encoder.open(source.bytes, {
					content_type: source.content_type,
					keep_alpha: usesAlpha(texture)
				}));
		for (const [i, recipe] of recipes.entries()) {
			made[i]?.push(image ? await make(source, image, recipe, textureRole(texture)) : null);
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

async function make(
	source: EncodedImage | null,
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
	if (!source) return result;
	const fits = Math.max(source.width, source.height) <= max_size;
	const keep = fits && ACCEPTED[format].has(source.content_type);
	return keep && source.bytes.byteLength <= result.bytes.byteLength ? source : result;
}
