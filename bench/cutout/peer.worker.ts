/// <reference lib="webworker" />
/** The pipeline `background-removal` of @huggingface/transformers on a thread of its own, as its guide for browsers has it. */
import { env, pipeline, RawImage, type BackgroundRemovalPipeline } from '@huggingface/transformers';

export interface PeerOpening {
	/** Address of the ONNX file. */
	network: string;
	/** Of the network's square input, pixels. */
	side: number;
	/** Addresses of the build of ONNX Runtime that the library takes by itself. */
	runtime: { mjs: string; wasm: string };
	/** Null: as many as the runtime takes by itself. */
	threads: number | null;
}

export interface PeerRequest {
	photo: Blob;
}

export interface PeerAnswer {
	/** From the photo's file to the cut-out's, and what of it the network took. */
	seconds: number;
	infer: number;
	/** Of the cut-out's PNG. */
	bytes: number;
}

let remove: BackgroundRemovalPipeline | null = null;
let inferred = 0;

self.onmessage = async ({ data }: MessageEvent<PeerOpening | PeerRequest>) => {
	try {
		self.postMessage('photo' in data ? await cut(data) : await open(data));
	} catch (error) {
		self.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : 'failed' });
	}
};

/** As in RMBG-1.4's repository, but for the type of model: with the one given there, the library refuses it. */
async function open({ network, side, runtime, threads }: PeerOpening): Promise<null> {
	const files: Record<string, object> = {
		'config.json': { model_type: 'segformer' },
		'preprocessor_config.json': {
			feature_extractor_type: 'ImageFeatureExtractor',
			do_normalize: true,
			do_pad: false,
			do_rescale: true,
			do_resize: true,
			image_mean: [0.5, 0.5, 0.5],
			image_std: [1, 1, 1],
			resample: 2,
			rescale_factor: 1 / 255,
			size: { width: side, height: side }
		}
	};
	env.useBrowserCache = false;
	env.useWasmCache = false;
	env.fetch = async (url: RequestInfo | URL) => {
		const path = String(url instanceof Request ? url.url : url);
		const file = Object.entries(files).find(([name]) => path.endsWith(`/${name}`));
		if (file) return Response.json(file[1]);
		return path.endsWith('.onnx') ? fetch(network) : new Response(null, { status: 404 });
	};
	const { wasm } = env.backends.onnx;
	if (!wasm) throw new Error('no runtime');
	wasm.wasmPaths = runtime;
	if (threads !== null) wasm.numThreads = threads;
	remove = await pipeline('background-removal', 'stand-in', { device: 'wasm', dtype: 'fp32' });
	for (const session of Object.values(remove.model.sessions)) timeRuns(session);
	return null;
}

async function cut({ photo }: PeerRequest): Promise<PeerAnswer> {
	if (!remove) throw new Error('not open');
	inferred = 0;
	const start = performance.now();
	const answer = await remove(await RawImage.fromBlob(photo));
	const image = Array.isArray(answer) ? answer[0] : answer;
	if (!image) throw new Error('no picture');
	const png: unknown = await image.toBlob('image/png');
	const seconds = (performance.now() - start) / 1000;
	if (!(png instanceof Blob)) throw new Error('no picture');
	return { seconds, infer: inferred, bytes: png.size };
}

function timeRuns(session: { run: (...given: never[]) => Promise<unknown> }): void {
	const run = session.run.bind(session);
	session.run = async (...given) => {
		const start = performance.now();
		const results = await run(...given);
		inferred += (performance.now() - start) / 1000;
		return results;
	};
}
