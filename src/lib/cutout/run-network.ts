import { StageError, type CutoutNote, type StageContext } from '../artifacts';
import type { Device, Processor } from '../networks/network';
import { fasterProcessor } from '../networks/faster-processor';
import { gpuDevice } from '../networks/gpu-device';
import { isOutOfMemory, NoGpu, openSession, type Session } from '../networks/open-session';
import type { Segmentation } from './engine';
import type { NetworkShape } from './engines';
import { maskToAlpha } from './mask-to-alpha';
import { pictureOnGpu } from './picture-on-gpu';
import { pictureToTensor } from './picture-to-tensor';
import type { Raster } from './raster';
import { resizeMask } from './resample';
import type { Room } from './scratch';
import { timed } from './timed';

export interface NetworkOptions {
	/** A session is kept by this key: engine and precision. */
	key: string;
	shape: NetworkShape;
	/** Called only when no session is kept. */
	loadModel: () => Promise<ArrayBuffer>;
	/** Default 'auto': what a short probe found faster here. */
	device?: Device;
	/** Where the network runs at all. Default: anywhere. */
	runs_on?: readonly Processor[];
	/** Gives the GPU device, for tests; null when there is none. */
	requestGpu?: () => Promise<GPUDevice | null>;
	/** Where the network's input lies. */
	room?: Room;
	/** Memory layout on the GPU; the runtime's own choice unless told. */
	layout?: 'NCHW' | 'NHWC';
}

/** A GPU that got lost is asked for anew, once. */
const GPU_TRIES = 2;

/** One session at a time: two networks would not fit into a phone, and batches use one. */
let current: { key: string; session: Promise<Session> } | null = null;

/**
 * Runs a network that turns a picture into a mask. A GPU that gets lost is taken up again; one that fails again is left for
 * the CPU, with the note `gpu_failed`.
 *
 * @throws StageError `nothing_found` when the network sees no object, `out_of_memory`, `engine_failed` when it runs nowhere
 */
export async function runNetwork(
	picture: Raster,
	options: NetworkOptions,
	{ onprogress }: Pick<StageContext, 'onprogress'> = {}
): Promise<Segmentation> {
	const { shape, key, runs_on = ['gpu', 'cpu'] } = options;
	const notes: CutoutNote[] = [];
	let failure: unknown = new Error('it runs nowhere on this device');
	for (const processor of await order(options)) {
		if (!runs_on.includes(processor)) continue;
		const tries = processor === 'gpu' ? GPU_TRIES : 1;
		for (let tried = 0; tried < tries; tried++) {
			try {
				const { raw, infer_seconds } = await attempt(processor, picture, options, onprogress);
				return await timed('post', () => ({
					...toPicture(raw, shape, picture),
					infer_seconds,
					edges: 'given' as const,
					device: processor,
					notes
				}));
			} catch (error) {
				if (error instanceof StageError) throw error;
				failure = error;
				if (error instanceof NoGpu) break;
				if (tried === tries - 1 && processor === 'gpu') notes.push('gpu_failed');
			}
		}
	}
	if (isOutOfMemory(failure)) {
		throw new StageError('out_of_memory', { engine: key }, { cause: failure });
	}
	const reason = failure instanceof Error ? failure.message : String(failure);
	throw new StageError('engine_failed', { engine: key, reason }, { cause: failure });
}

function toPicture(
	raw: Float32Array,
	{ side, activation }: NetworkShape,
	{ width, height }: Raster
): Pick<Segmentation, 'alpha' | 'width' | 'height' | 'confidence'> {
	const { alpha, confidence } = maskToAlpha(raw, activation);
	const square = { width: side, height: side };
	return { alpha: resizeMask(alpha, square, { width, height }), width, height, confidence };
}

/** Gives the kept session back. */
export async function releaseSession(): Promise<void> {
	const kept = current;
	current = null;
	await kept?.session.then((session) => session.release()).catch(() => undefined);
}

/** Which processor to try first, and which next. */
async function order({ device = 'auto', requestGpu }: NetworkOptions): Promise<Processor[]> {
	if (device === 'cpu') return ['cpu'];
	if (device === 'auto' && (await fasterProcessor({ requestGpu })) === 'cpu') return ['cpu', 'gpu'];
	return ['gpu', 'cpu'];
}

/** One run. A session that failed is not kept. */
async function attempt(
	processor: Processor,
	picture: Raster,
	options: NetworkOptions,
	onprogress: StageContext['onprogress']
): Promise<{ raw: Float32Array; infer_seconds: number }> {
	const key = `${options.key} ${processor}`;
	if (current?.key !== key) {
		await releaseSession();
		current = { key, session: prepare(processor, options, onprogress) };
	}
	try {
		const session = await current.session;
		onprogress?.({ step: 'cutting_out', fraction: null });
		const start = performance.now();
		const raw = await infer(session, picture, options);
		const infer_seconds = (performance.now() - start) / 1000;
		const { side } = options.shape;
		if (raw.length !== side * side) throw new Error('unexpected output');
		// A lost GPU has been seen to answer zeros, and half precision to overflow.
		let constant = true;
		for (let i = 0; i < raw.length; i++) {
			if (!Number.isFinite(raw[i])) throw new Error('not finite');
			if (raw[i] !== raw[0]) constant = false;
		}
		if (processor === 'gpu' && constant) throw new Error('constant');
		return { raw, infer_seconds };
	} catch (error) {
		await releaseSession();
		throw error;
	}
}

async function infer(
	{ gpu, run }: Session,
	picture: Raster,
	{ shape, room }: NetworkOptions
): Promise<Float32Array> {
	if (!gpu) {
		const input = await timed('pre', () => pictureToTensor(picture, shape, room));
		return timed('infer', () => run(input));
	}
	const input = await timed('pre', () => pictureOnGpu(gpu, picture, shape));
	try {
		return await timed('infer', () => run(input));
	} finally {
		input.destroy();
	}
}

async function prepare(
	processor: Processor,
	{ shape, loadModel, layout, requestGpu = gpuDevice }: NetworkOptions,
	onprogress: StageContext['onprogress']
): Promise<Session> {
	onprogress?.({ step: 'loading_engine', fraction: null });
	const session = await openSession(await sourceOf(processor, requestGpu), loadModel, {
		dims: [1, 3, shape.side, shape.side],
		layout
	});
	if (processor === 'gpu') {
		// The first run compiles shaders. On the CPU it is hardly slower than the next.
		onprogress?.({ step: 'warming_up', fraction: null });
		await session.run(new Float32Array(3 * shape.side * shape.side));
	}
	return session;
}

async function sourceOf(processor: Processor, requestGpu: () => Promise<GPUDevice | null>) {
	if (processor === 'cpu') return null;
	const gpu = await requestGpu();
	if (!gpu) throw new NoGpu();
	return gpu;
}
