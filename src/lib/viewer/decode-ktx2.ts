import {
	CompressedTexture,
	RGBA_ASTC_4x4_Format,
	RGBA_BPTC_Format,
	RGBA_ETC2_EAC_Format,
	RGBA_S3TC_DXT5_Format,
	REVISION,
	Texture,
	TextureSource,
	type CompressedPixelFormat
} from 'three';
import type { Ktx2Answer, Ktx2Level, Ktx2Request } from './decode-ktx2.worker';

/**
 * What graphics cards keep compressed, best first: the extension that says so, the transcoder's number for it
 * (`transcoder_texture_format` of Basis Universal), three's.
 */
const KEPT: { extension: string; target: number; format: CompressedPixelFormat }[] = [
	{ extension: 'WEBGL_compressed_texture_astc', target: 10, format: RGBA_ASTC_4x4_Format },
	{ extension: 'EXT_texture_compression_bptc', target: 6, format: RGBA_BPTC_Format },
	{ extension: 'WEBGL_compressed_texture_etc', target: 1, format: RGBA_ETC2_EAC_Format },
	{ extension: 'WEBGL_compressed_texture_s3tc', target: 3, format: RGBA_S3TC_DXT5_Format }
];
const RGBA = 13;
/** Blocks are of 4 x 4 pixels. */
const BLOCK = 4;
/** Where the header has width, height, depth, layers, faces and levels (KTX 2.0, 3.1). */
const HEADER = { width: 20, height: 24, depth: 28, layers: 32, faces: 36, levels: 40, bytes: 80 };
const MAGIC = [0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a];
/** Pixels along a side, before anything is unpacked. */
const MAX_SIDE = 8192;

export interface Ktx2Options {
	/** Whose compressed formats may be used; null: pictures only. */
	gl: WebGL2RenderingContext | null;
	/** Longest side, pixels: larger levels are left out. */
	max_side: number;
}

/**
 * Transcodes a KTX2 picture (ETC1S or UASTC) into what this graphics card keeps compressed, in a thread of its own, by the
 * transcoder that comes with three, from our own origin. Loaded only for models that have such pictures.
 *
 * @returns what makes textures of it; they share the picture
 * @throws Error when it is malformed or the transcoder cannot be loaded
 */
export async function decodeKtx2(
	bytes: Uint8Array,
	{ gl, max_side }: Ktx2Options
): Promise<() => Texture> {
	const { width, height } = readHeader(bytes);
	const whole_blocks = width % BLOCK === 0 && height % BLOCK === 0;
	const kept = whole_blocks ? KEPT.find(({ extension }) => gl?.getExtension(extension)) : undefined;
	// A copy: what goes to a thread is no longer here.
	const file = bytes.slice();
	const base = new URL(`/basis/r${REVISION}/`, location.origin).href;
	const levels = await transcode({ file, base, target: kept?.target ?? RGBA, max_side });
	const [first] = levels;
	if (!first) throw new Error('a picture has no pixels');
	if (!kept) {
		const pixels = new ImageData(new Uint8ClampedArray(first.data), first.width, first.height);
		const bitmap = await createImageBitmap(pixels, { premultiplyAlpha: 'none' });
		const source = new TextureSource(bitmap);
		return () => Object.assign(new Texture(), { source });
	}
	const texture = () => new CompressedTexture(levels, first.width, first.height, kept.format);
	const { source } = texture();
	return () => Object.assign(texture(), { source });
}

function readHeader(bytes: Uint8Array): { width: number; height: number } {
	if (bytes.length < HEADER.bytes || MAGIC.some((byte, i) => bytes[i] !== byte)) {
		throw new Error('a picture is no KTX2 file');
	}
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const at = (offset: number) => view.getUint32(offset, true);
	const [width, height] = [at(HEADER.width), at(HEADER.height)];
	const flat = at(HEADER.depth) === 0 && at(HEADER.layers) <= 1 && at(HEADER.faces) === 1;
	const sane = Math.min(width, height) > 0 && Math.max(width, height) <= MAX_SIDE;
	if (!flat || !sane || at(HEADER.levels) > 1 + Math.log2(MAX_SIDE)) {
		throw new Error('a picture is of an unknown kind');
	}
	return { width, height };
}

/** One thread for all pictures, one after another: each would unpack the transcoder anew. It ends with the last. */
let thread: Worker | null = null;
let tail: Promise<unknown> = Promise.resolve();
let queued = 0;

function transcode(request: Ktx2Request): Promise<Ktx2Level[]> {
	queued++;
	const turn = tail.then(() => perform(request)).finally(() => --queued === 0 && endThread());
	tail = turn.catch(() => undefined);
	return turn;
}

function perform(request: Ktx2Request): Promise<Ktx2Level[]> {
	const worker = (thread ??= new Worker(new URL('./decode-ktx2.worker.ts', import.meta.url), {
		type: 'module',
		name: 'vitrine-ktx2'
	}));
	return new Promise((resolve, reject) => {
		worker.onmessage = ({ data }: MessageEvent<Ktx2Answer>) => {
			if (data.levels) resolve(data.levels);
			else reject(new Error(data.message));
		};
		worker.onerror = ({ message }) => {
			endThread();
			reject(new Error(message || 'the transcoder cannot be loaded'));
		};
		worker.postMessage(request, [request.file.buffer]);
	});
}

function endThread(): void {
	thread?.terminate();
	thread = null;
}
