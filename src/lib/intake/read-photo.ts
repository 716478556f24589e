import { imageSize } from 'image-size';
import { v7 as uuidv7 } from 'uuid';
import { LIMITS } from '../../../worker/contract';
import { StageError, type Photo, type StageContext } from '../artifacts';
import { runTask } from '../threads/run-task';

export interface ReadPhotoOptions {
	/** The photo's id, a UUID. Default: a new one. */
	id?: string;
}

/** Enough for the headers of nearly every photo; a JPEG with a larger color profile or preview is read whole. */
const HEAD_BYTES = 256 * 1024;
const MEGABYTE = 1024 * 1024;

type Format = 'jpeg' | 'png' | 'webp' | 'avif' | 'heic';

/** What the header reader's type names mean to us; a type that is not here is refused. */
const FORMATS: Record<string, Format> = {
	jpg: 'jpeg',
	png: 'png',
	webp: 'webp',
	avif: 'avif',
	// HEIF's general brands may hold any codec, AVIF's too: the browser decides whether it can decode them.
	heic: 'heic',
	heix: 'heic',
	hevc: 'heic',
	hevx: 'heic',
	heif: 'heic',
	mif1: 'heic',
	msf1: 'heic'
};

/**
 * Makes a Photo of a file from outside: upright, without any metadata, nothing but pixels.
 * Type and size are read from the file's own bytes before anything is decoded; its name and declared type are not trusted.
 *
 * @throws StageError photo_empty, photo_too_large, photo_too_many_pixels, photo_not_an_image, photo_heic, photo_corrupt;
 * `detail.name` is the file's name
 */
export async function readPhoto(
	file: File,
	{ id = uuidv7() }: ReadPhotoOptions = {},
	{ signal, onprogress }: StageContext = {}
): Promise<Photo> {
	signal?.throwIfAborted();
	onprogress?.({ step: 'reading', fraction: null });
	const { name } = file;
	if (file.size === 0) throw new StageError('photo_empty', { name });
	if (file.size > LIMITS.photo_bytes) {
		throw new StageError('photo_too_large', {
			name,
			megabytes: roundUp(file.size / MEGABYTE),
			limit: LIMITS.photo_bytes / MEGABYTE
		});
	}
	const { format, width, height } = await readHeader(file);
	checkPixels(name, width, height);
	signal?.throwIfAborted();
	try {
		const photo = await runTask(
			'normalize_photo',
			{ file, may_have_alpha: format !== 'jpeg' },
			{ signal, onprogress }
		);
		return { id, name, ...photo };
	} catch (error) {
		throw named(error, name, format);
	}
}

/** @throws StageError photo_not_an_image, photo_heic, photo_corrupt */
async function readHeader(file: File): Promise<{ format: Format; width: number; height: number }> {
	const { name } = file;
	const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
	if (!looksLikePhoto(head)) throw new StageError('photo_not_an_image', { name });
	let size = measure(head);
	if (!size && file.size > HEAD_BYTES) size = measure(new Uint8Array(await file.arrayBuffer()));
	const format = size?.type === undefined ? undefined : FORMATS[size.type];
	if (size && !format) throw new StageError('photo_not_an_image', { name });
	if (!size || !format || !(size.width > 0 && size.height > 0)) {
		throw new StageError(isHeic(head) ? 'photo_heic' : 'photo_corrupt', { name });
	}
	return { format, width: size.width, height: size.height };
}

/**
 * True for the signatures of JPEG, PNG, WebP and the ISO media files (AVIF, HEIC), so that no other
 * format's header reader ever sees the bytes. https://mimesniff.spec.whatwg.org/#image-type-pattern-matching-algorithm
 */
function looksLikePhoto(head: Uint8Array): boolean {
	const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
	return (
		text(0, 3) === '\xff\xd8\xff' ||
		text(0, 8) === '\x89PNG\r\n\x1a\n' ||
		(text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') ||
		text(4, 8) === 'ftyp'
	);
}

function isHeic(head: Uint8Array): boolean {
	const brand = String.fromCharCode(...head.subarray(4, 12));
	return brand.startsWith('ftyp') && FORMATS[brand.slice(4)] === 'heic';
}

/** The header reader throws for what it cannot make sense of. */
function measure(bytes: Uint8Array): ReturnType<typeof imageSize> | null {
	try {
		return imageSize(bytes);
	} catch {
		return null;
	}
}

function checkPixels(name: string, width: number, height: number): void {
	if (width * height <= LIMITS.photo_pixels) return;
	throw new StageError('photo_too_many_pixels', {
		name,
		megapixels: roundUp((width * height) / 1e6),
		limit: LIMITS.photo_pixels / 1e6
	});
}

/** Gives a failure of the thread the file's name, and says HEIC where that is why it could not be decoded. */
function named(error: unknown, name: string, format: Format): unknown {
	if (!(error instanceof StageError)) return error;
	const code = error.code === 'photo_corrupt' && format === 'heic' ? 'photo_heic' : error.code;
	return new StageError(code, { ...error.detail, name }, { cause: error });
}

/** One decimal, never below the limit it is compared with. */
function roundUp(value: number): number {
	return Math.ceil(value * 10) / 10;
}
