import type { EncodeOptions } from './image-encoder';
import type { Pixels } from './pixels';

/** WebAssembly encoders' part of `EncodeOptions`. */
export type PixelOptions = Pick<EncodeOptions, 'quality' | 'role'> & {
	content_type: 'image/webp' | 'image/avif' | 'image/ktx2';
};

/** Blocks of KTX2's codecs, pixels a side: KHR_texture_basisu wants whole ones. */
const BLOCK = 4;
/** basis_universal refuses more than 12 megapixels. */
const MAX_KTX2_SIDE = 3072;
/** libavif, 0 slow to 10 fast: 8 costs 3 % of bytes and a third of the time against the default of 6. */
const AVIF_SPEED = 8;
/** What AVIF needs of WebP's quality to look the same. Measured: 55 against 80 on photos of products. */
const AVIF_SHARE = 0.7;
const SUBSAMPLE = { yuv420: 1, yuv444: 3 };
/** UASTC's zstd and mipmaps are on; ETC1S quality goes from 1 to 255, 128 being basisu's own default. */
const ETC1S_AT_FULL = 255;

/**
 * Encodes with WebAssembly what no canvas can: AVIF (libavif), KTX2 (basis_universal), and WebP (libwebp) for browsers that
 * lack it. Encoders are loaded when first asked for. KTX2 holds mipmaps: ETC1S for what is seen as color or read
 * loosely, UASTC for normals, whose small errors show as dents.
 *
 * @param pixels straight alpha. For KTX2 stretched to whole blocks and at most 3072 pixels a side.
 */
export async function encodePixels(
	pixels: Pixels,
	{ content_type, quality, role }: PixelOptions
): Promise<{ bytes: Uint8Array<ArrayBuffer>; width: number; height: number }> {
	const { width, height } = pixels;
	if (content_type === 'image/ktx2') {
		const image = toBlocks(pixels);
		const { encodeToKTX2 } = await import('ktx2-encoder');
		const made = await encodeToKTX2(new Uint8Array(), {
			imageDecoder: async () => ({ ...image, data: new Uint8Array(image.data.buffer) }),
			isKTX2File: true,
			generateMipmap: true,
			isUASTC: role === 'normal',
			needSupercompression: true,
			isNormalMap: role === 'normal',
			isPerceptual: role === 'color',
			isSetKTX2SRGBTransferFunc: role === 'color',
			qualityLevel: Math.max(1, Math.round((quality * ETC1S_AT_FULL) / 1.25))
		});
		return { bytes: new Uint8Array(made), width: image.width, height: image.height };
	}
	const image = new ImageData(pixels.data, width, height);
	if (content_type === 'image/webp') {
		const { default: encode } = await import('@jsquash/webp/encode.js');
		const made = await encode(image, {
			quality: Math.round(quality * 100),
			lossless: quality === 1 ? 1 : 0
		});
		return { bytes: new Uint8Array(made), width, height };
	}
	const { default: encode } = await import('@jsquash/avif/encode.js');
	const made = await encode(image, {
		quality: avifQuality(quality),
		speed: AVIF_SPEED,
		subsample: role === 'color' ? SUBSAMPLE.yuv420 : SUBSAMPLE.yuv444
	});
	return { bytes: new Uint8Array(made), width, height };
}

/** AVIF's quality, 1 to 100, that looks like a WebP of `quality`, 0 to 1. */
export function avifQuality(quality: number): number {
	return Math.max(1, Math.min(100, Math.round(quality * AVIF_SHARE * 100)));
}

/** The image with sides of whole blocks, by bilinear resampling. */
function toBlocks(image: Pixels): Pixels {
	const shrink = Math.min(1, MAX_KTX2_SIDE / Math.max(image.width, image.height));
	const whole = (side: number) => Math.max(BLOCK, Math.round((side * shrink) / BLOCK) * BLOCK);
	const [width, height] = [whole(image.width), whole(image.height)];
	if (width === image.width && height === image.height) return image;
	const data = new Uint8ClampedArray(width * height * 4);
	for (let y = 0; y < height; y++) {
		const from_y = clamp(((y + 0.5) * image.height) / height - 0.5, image.height - 1);
		const [top, down] = [Math.floor(from_y), from_y % 1];
		const bottom = Math.min(top + 1, image.height - 1);
		for (let x = 0; x < width; x++) {
			const from_x = clamp(((x + 0.5) * image.width) / width - 0.5, image.width - 1);
			const [left, right_share] = [Math.floor(from_x), from_x % 1];
			const right = Math.min(left + 1, image.width - 1);
			for (let i = 0; i < 4; i++) {
				const at = (column: number, row: number) =>
					image.data[(row * image.width + column) * 4 + i]!;
				data[(y * width + x) * 4 + i] =
					(at(left, top) * (1 - right_share) + at(right, top) * right_share) * (1 - down) +
					(at(left, bottom) * (1 - right_share) + at(right, bottom) * right_share) * down;
			}
		}
	}
	return { width, height, data };
}

const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));
