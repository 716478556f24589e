import type { Pixels } from './pixels';

/** What turns texture bytes into other texture bytes; passed in, since browsers and Node have different ones. */
export interface ImageEncoder {
	/**
	 * Decodes an image once, so that several sizes can be made of it.
	 * @throws StageError `model_corrupt` when it cannot be decoded.
	 */
	open(bytes: Uint8Array<ArrayBuffer>, options: OpenOptions): Promise<OpenImage>;
	/** An image that was made here. `has_alpha`: whether its alpha counts, default false. */
	from(pixels: Pixels, has_alpha?: boolean): OpenImage;
}

export interface OpenOptions {
	content_type: string;
	/** False when nothing reads the alpha: then it is removed, and colors under transparent texels survive. */
	keep_alpha: boolean;
}

export interface OpenImage {
	/** Pixels. */
	width: number;
	height: number;
	/** Whether any texel lets something through. Always false when alpha was not kept. */
	has_alpha: boolean;
	encode(options: EncodeOptions): Promise<EncodedImage>;
	/** Decoded, the longest side at most `max_size`. */
	pixels(max_size: number): Promise<Pixels>;
	close(): void;
}

export interface EncodeOptions {
	/** Longest side, pixels; never enlarged. */
	max_size: number;
	content_type: 'image/webp' | 'image/avif' | 'image/ktx2' | 'image/jpeg' | 'image/png';
	/** 0 to 1, as WebP counts it, whose 1 is lossless; PNG ignores it. */
	quality: number;
	/** Only colors are treated as colors: sRGB, chroma at half resolution. */
	role: TextureRole;
}

/** What a texture means. */
export type TextureRole = 'color' | 'normal' | 'data';

export interface EncodedImage {
	bytes: Uint8Array<ArrayBuffer>;
	/** What it really is: encoders may answer with PNG where a format is unknown to them. */
	content_type: string;
	width: number;
	height: number;
}

/** The size an image has once its longest side is at most `max_size`. */
export function fitSize(width: number, height: number, max_size: number): [number, number] {
	const scale = Math.min(1, max_size / Math.max(width, height));
	return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}
