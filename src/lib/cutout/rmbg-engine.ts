import { StageError, type CutoutNote, type StageContext } from '../artifacts';
import { gpuDevice } from '../networks/gpu-device';
import type { Device } from '../networks/network';
import { ortRuntime } from '../networks/ort-runtime';
import type { Segmentation } from './engine';
import type { NetworkShape } from './engines';
import type { Raster } from './raster';
import { pictureToTensor } from './picture-to-tensor';
import { resizeMask } from './resample';
import { stretchMask } from './stretch-mask';

export interface NetworkOptions {
	/** Sessions are kept by this key: engine and precision. */
	key: string;
	shape: NetworkShape;
	/** Called only when no session is kept. */
	loadModel: () => Promise<ArrayBuffer>;
	/** Default 'auto'. */
	device?: Device;
	/** Gives the GPU device, for tests; null when there is none. */
	requestGpu?: () => Promise<GPUDevice | null>;
	/** Memory layout on the GPU; the runtime's own choice unless told. */
	layout?: 'NCHW' | 'NHWC';
}

interface Session {
	device: 'gpu' | 'cpu';
	/** The raw mask, side x side. */
	run: (input: Float32Array) => Promise<Float32Array>;
	release: () => Promise<void>;
}

const sessions = new Map<string, Promise<Session>>();

/**
 * Runs a network that turns a picture into a mask, on the GPU where there is one. A GPU that fails or gets lost is left for
 * the CPU, with the note `gpu_failed`.
 *
 * @throws StageError `nothing_found` when the network sees no object, `engine_failed` when it runs nowhere
 */
export async function runNetwork(
	picture: Raster,
	options: NetworkOptions,
	{ onprogress }: Pick<StageContext, 'onprogress'> = {}
): Promise<Segmentation> {
	const { shape, device = 'auto' } = options;
	const input = pictureToTensor(picture, shape);
	const notes: CutoutNote[] = [];
	let used: 'gpu' | 'cpu' = 'gpu';
	let raw = device === 'cpu' ? null : await attempt('gpu', input, options, onprogress);
	if (raw === 'no_gpu') raw = null;
	else if (!raw && device !== 'cpu') notes.push('gpu_failed');
	if (!raw) {
		used = 'cpu';
		raw = await attempt('cpu', input, options, onprogress);
	}
	if (!raw || raw === 'no_gpu') throw new StageError('engine_failed', { engine: options.key });
	const { alpha, confidence } = stretchMask(raw);
	const square = { width: shape.side, height: shape.side };
	return {
		alpha: resizeMask(alpha, square, picture),
		width: picture.width,
		height: picture.height,
		edges: 'given',
		confidence,
		device: used,
		notes
	};
}

/** Gives all kept sessions back. */
export async function releaseSessions(): Promise<void> {
	const kept = [...sessions.values()];
	sessions.clear();
	for (const session of kept) await session.then((s) => s.release()).catch(() => undefined);
}

/** One run; null when it failed or gave no usable numbers. A failed session is not kept. */
async function attempt(
	device: 'gpu' | 'cpu',
	input: Float32Array,
	options: NetworkOptions,
	onprogress: StageContext['onprogress']
): Promise<Float32Array | 'no_gpu' | null> {
	const key = `${options.key} ${device}`;
	let session = sessions.get(key);
	try {
		if (!session) {
			session = createSession(device, options, onprogress);
			sessions.set(key, session);
		}
		const { run } = await session;
		onprogress?.({ step: 'cutting_out', fraction: null });
		const raw = await run(input);
		// A lost GPU has been seen to answer zeros, and half precision to overflow.
		if (!raw.every(Number.isFinite)) throw new Error('not finite');
		if (device === 'gpu' && raw.every((v) => v === raw[0])) throw new Error('constant');
		return raw;
	} catch (error) {
		sessions.delete(key);
		session?.then((s) => s.release()).catch(() => undefined);
		if (error instanceof NoGpu) return 'no_gpu';
		if (error instanceof StageError || device === 'cpu') throw asStageError(error, options.key);
		return null;
	}
}

class NoGpu extends Error {}

async function createSession(
	device: 'gpu' | 'cpu',
	{ key, shape, loadModel, layout, requestGpu = gpuDevice }: NetworkOptions,
	onprogress: StageContext['onprogress']
): Promise<Session> {
	const gpu = device === 'gpu' ? await requestGpu() : null;
	if (device === 'gpu' && !gpu) throw new NoGpu();
	onprogress?.({ step: 'loading_engine', fraction: null });
	const ort = await ortRuntime();
	const model = new Uint8Array(await loadModel());
	const session = await ort.InferenceSession.create(model, {
		executionProviders: gpu
			? [{ name: 'webgpu', device: gpu, ...(layout && { preferredLayout: layout }) }]
			: ['wasm']
	});
	const run = async (input: Float32Array) => {
		const { side } = shape;
		const tensor = new ort.Tensor('float32', input, [1, 3, side, side]);
		const results = await session.run({ [shape.input]: tensor });
		const output = results[shape.output];
		const data = await output?.getData();
		if (!(data instanceof Float32Array) || data.length !== side * side) {
			throw new StageError('engine_failed', { engine: key, reason: 'unexpected output' });
		}
		return data;
	};
	onprogress?.({ step: 'warming_up', fraction: null });
	// The first run compiles shaders or tiers the code up.
	await run(new Float32Array(3 * shape.side * shape.side));
	const release = async () => {
		await session.release();
		gpu?.destroy();
	};
	return { device, run, release };
}

function asStageError(error: unknown, engine: string): unknown {
	if (error instanceof StageError) return error;
	if (error instanceof DOMException && error.name === 'AbortError') return error;
	const reason = error instanceof Error ? error.message : String(error);
	return new StageError('engine_failed', { engine, reason }, { cause: error });
}
