import type { Document, Texture } from '@gltf-transform/core';
import { listTextureSlots } from '@gltf-transform/functions';
import type { TextureFormat } from '../artifacts';
import {
	fitSize,
	type EncodedImage,
	type ImageEncoder,
	type OpenImage,
	type TextureRole
} from './image-encoder';
import { pickQuality } from './pick-quality';
import { makeMips, type Pixels } from './pixels';
import { readImage, usesAlpha } from './read-texture';

/** What textures are wanted for. */
export interface TextureRecipe {
	/** `jpeg` is PNG where alpha is used; the others keep it. */
	format: TextureFormat;
	/** Longest side, pixels. */
	max_size: number;
	/** 0 to 1. */
	quality: number;
}

export interface EncodeContext {
	/** Textures that were made here and have no file yet. */
	pixels?: ReadonlyMap<Texture, Pixels>;
	ontexture?: (done: number, total: number) => void;
}

/** Normal maps get more: their errors show as dents. */
const NORMAL_BONUS = 0.1;
/** What was painted here is soft, normals too, and gets less: by 0.1, product models weigh a third less for 0.2 dB. */
const PAINTED = -0.07;
/** What a file of a format may keep of its source. */
const ACCEPTED: Record<TextureFormat, ReadonlySet<string>> = {
	webp: new Set(['image/webp', 'image/jpeg', 'image/png']),
	avif: new Set(['image/avif', 'image/jpeg', 'image/png']),
	ktx2: new Set(),
	jpeg: new Set(['image/jpeg', 'image/png'])
};

/**
 * Makes every texture of a document in every way asked for, decoding one at a time and encoding it in
 * all ways at once. A texture that already fits a recipe and is smaller than what the encoder makes of it stays as it is,
 * so that nothing grows.
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
		const opened = painted
			? encoder.from(painted, usesAlpha(texture))
			: source &&
				(await encoder.open(source.bytes, {
					content_type: source.content_type,
					keep_alpha: usesAlpha(texture)
				}));
		const image = opened && onlyOnce(opened);
		const role = textureRole(texture);
		const encoded = await Promise.all(
			recipes.map((recipe) => {
				if (!image) return null;
				const encode = () => makeSized(source, image, recipe, role, encoder);
				return painted ? madeOnce(painted, image, recipe, role, encode) : encode();
			})
		);
		encoded.forEach((one, i) => made[i]?.push(one));
		image?.close();
		ontexture?.(index + 1, textures.length);
	}
	return made;
}

/**
 * A texture that was made here, as a WebP file of it shows it.
 *
 * @param has_alpha whether its alpha counts.
 */
export async function asStored(
	pixels: Pixels,
	role: TextureRole,
	recipe: Pick<TextureRecipe, 'max_size' | 'quality'>,
	encoder: ImageEncoder,
	has_alpha = false
): Promise<Pixels> {
	const image = encoder.from(pixels, has_alpha);
	const as_webp: TextureRecipe = { ...recipe, format: 'webp' };
	const { bytes, content_type } = await madeOnce(pixels, image, as_webp, role, () =>
		makeSized(null, image, as_webp, role, encoder)
	);
	image.close();
	const opened = await encoder.open(bytes, { content_type, keep_alpha: has_alpha });
	const shown = await opened.pixels(recipe.max_size);
	opened.close();
	return shown;
}

/**
 * The files that were made of textures painted here, by how: first to judge a level by what it will look like, and then to
 * be written. They go when the pixels do.
 */
const MADE = new WeakMap<Pixels, Map<string, Promise<EncodedImage>>>();

/** @param encode is asked where nothing was made of the pixels in this way before. */
function madeOnce(
	painted: Pixels,
	{ width, height, has_alpha }: OpenImage,
	{ format, max_size, quality }: TextureRecipe,
	role: TextureRole,
	encode: () => Promise<EncodedImage>
): Promise<EncodedImage> {
	const ways = MADE.get(painted) ?? new Map<string, Promise<EncodedImage>>();
	MADE.set(painted, ways);
	const way = [...fitSize(width, height, max_size), format, quality, role, has_alpha].join();
	const made = ways.get(way) ?? encode();
	ways.set(way, made);
	return made;
}

/** The image, each size of it made once and encoded once in each way: levels often ask for the same. */
function onlyOnce(image: OpenImage): OpenImage {
	const { width, height } = image;
	const pixels = new Map<string, ReturnType<OpenImage['pixels']>>();
	const encoded = new Map<string, Promise<EncodedImage>>();
	return {
		...image,
		pixels(max_size) {
			const key = fitSize(width, height, max_size).join();
			const made = pixels.get(key) ?? image.pixels(max_size);
			pixels.set(key, made);
			return made;
		},
		encode({ max_size, ...options }) {
			const key = JSON.stringify([fitSize(width, height, max_size), options]);
			const made = encoded.get(key) ?? image.encode({ max_size, ...options });
			encoded.set(key, made);
			return made;
		}
	};
}

/** What a texture means, by the slots that use it. Colors win where one serves several. */
export function textureRole(texture: Texture): TextureRole {
	const slots = listTextureSlots(texture);
	if (slots.some((slot) => /color|diffuse|emissive/i.test(slot))) return 'color';
	return slots.some((slot) => /normal/i.test(slot)) ? 'normal' : 'data';
}

/** A normal map halved as directions as often as the recipe asks: averaged as a picture, its dents would flatten. */
async function halveNormals(
	image: OpenImage,
	{ max_size }: TextureRecipe,
	encoder: ImageEncoder
): Promise<OpenImage> {
	const longest = Math.max(image.width, image.height);
	if (longest < max_size * 2) return image;
	const mips = makeMips(await image.pixels(longest), 'normal');
	const fitting = mips.findLast(({ width, height }) => Math.max(width, height) >= max_size);
	return fitting ? encoder.from(fitting) : image;
}

async function makeSized(
	source: EncodedImage | null,
	image: OpenImage,
	recipe: TextureRecipe,
	role: TextureRole,
	encoder: ImageEncoder
): Promise<EncodedImage> {
	const sized = role === 'normal' ? await halveNormals(image, recipe, encoder) : image;
	const made = await make(source, sized, recipe, role, encoder);
	if (sized !== image) sized.close();
	return made;
}

async function make(
	source: EncodedImage | null,
	image: OpenImage,
	{ format, max_size, quality }: TextureRecipe,
	role: TextureRole,
	encoder: ImageEncoder
): Promise<EncodedImage> {
	const extra = source ? (role === 'normal' ? NORMAL_BONUS : 0) : PAINTED;
	const options = {
		max_size,
		quality: Math.min(1, Math.max(0, quality + extra)),
		role
	};
	const fallback = image.has_alpha ? 'image/png' : 'image/jpeg';
	const wanted = format === 'jpeg' ? fallback : (`image/${format}` as const);
	let result = await image.encode({ ...options, content_type: wanted });
	if (result.content_type === 'image/webp' && !image.has_alpha) {
		const quality = await pickQuality(image, { ...options, content_type: wanted }, encoder);
		if (quality !== options.quality) {
			const other = await image.encode({ ...options, quality, content_type: wanted });
			if (other.bytes.byteLength <= result.bytes.byteLength) result = other;
		}
	}
	if (result.content_type !== wanted) {
		result = await image.encode({ ...options, content_type: fallback });
	}
	if (!source) return result;
	const fits = Math.max(source.width, source.height) <= max_size;
	const keep = fits && ACCEPTED[format].has(source.content_type);
	return keep && source.bytes.byteLength <= result.bytes.byteLength ? source : result;
}
