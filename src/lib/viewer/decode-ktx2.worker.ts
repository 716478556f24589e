/** Page to thread. */
export interface Ktx2Request {
	file: Uint8Array<ArrayBuffer>;
	/** Where the transcoder's files are, with a slash at the end. */
	base: string;
	/** Basis Universal's number of what to transcode to. */
	target: number;
	/** Longest side, pixels: larger levels are left out. */
	max_side: number;
}

/** A picture's mipmap. */
export interface Ktx2Level {
	data: Uint8Array<ArrayBuffer>;
	width: number;
	height: number;
}

/** Thread to page: the levels, largest first, or what went wrong. */
export type Ktx2Answer = { levels: Ktx2Level[] } | { levels: null; message: string };

/** What of Basis Universal's transcoder is used (webgl/transcoder/basis_wrappers.cpp). */
interface Transcoder {
	initializeBasis(): void;
	KTX2File: new (file: Uint8Array) => Ktx2File;
}
interface Ktx2File {
	isValid(): boolean;
	getLevels(): number;
	startTranscoding(): boolean;
	getImageLevelInfo(level: number, layer: number, face: number): Sizes;
	getImageTranscodedSizeInBytes(level: number, layer: number, face: number, to: number): number;
	transcodeImage(
		into: Uint8Array,
		level: number,
		layer: number,
		face: number,
		to: number,
		alpha_for_opaque: number,
		channel_0: number,
		channel_1: number
	): boolean;
	close(): void;
	delete(): void;
}
interface Sizes {
	origWidth: number;
	origHeight: number;
}

let transcoder: Promise<Transcoder> | null = null;

self.onmessage = async ({ data }: MessageEvent<Ktx2Request>) => {
	try {
		transcoder ??= load(data.base);
		const levels = transcodeFile(await transcoder, data);
		answer(
			{ levels },
			levels.map((level) => level.data.buffer)
		);
	} catch (error) {
		answer({ levels: null, message: error instanceof Error ? error.message : String(error) }, []);
	}
};

const answer = (said: Ktx2Answer, transfer: Transferable[]) => self.postMessage(said, { transfer });

async function load(base: string): Promise<Transcoder> {
	const wasm = fetch(`${base}basis_transcoder.wasm`).then((response) => {
		if (!response.ok) throw new Error('the transcoder cannot be loaded');
		return response.arrayBuffer();
	});
	const script: { default: (options: object) => Promise<Transcoder> } = await import(
		/* @vite-ignore */ `${base}basis_transcoder.mjs`
	);
	const loaded = await script.default({ wasmBinary: await wasm });
	loaded.initializeBasis();
	return loaded;
}

function transcodeFile({ KTX2File }: Transcoder, { file, target, max_side }: Ktx2Request) {
	const opened = new KTX2File(file);
	try {
		if (!opened.isValid() || !opened.startTranscoding()) {
			throw new Error('a picture is damaged or of an unknown kind');
		}
		const count = Math.max(1, opened.getLevels());
		const levels: Ktx2Level[] = [];
		for (let at = 0; at < count; at++) {
			const { origWidth: width, origHeight: height } = opened.getImageLevelInfo(at, 0, 0);
			// The smallest is taken however large it is.
			if (Math.max(width, height) > max_side && at < count - 1) continue;
			const data = new Uint8Array(opened.getImageTranscodedSizeInBytes(at, 0, 0, target));
			if (!opened.transcodeImage(data, at, 0, 0, target, 0, -1, -1)) {
				throw new Error('a picture is damaged');
			}
			levels.push({ data, width, height });
		}
		return levels;
	} finally {
		opened.close();
		opened.delete();
	}
}
