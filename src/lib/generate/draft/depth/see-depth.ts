import type { DepthEstimationPipeline } from '@huggingface/transformers';
import { StageError, type Cutout, type StageContext } from '../../../artifacts';
import type { Precision, Processor } from '../../../networks/network';
import { ortRuntime } from '../../../networks/ort-runtime';
import type { DepthMap } from '../refine-front';
import { DEPTH_FILES, DEPTH_MODEL, DEPTH_NETWORK } from './depth-network';

export interface SeeDepthInput extends Pick<Cutout, 'image' | 'bounds'> {
	/** The network's file, checked. */
	weights: ArrayBuffer;
	precision: Precision;
	processor: Processor;
}

/** Longest side of the picture that is looked at and of the map, pixels: what the network works at. */
const LONGEST = 518;
/** What stands behind the product: gray tells the network least. */
const GROUND = '#808080';

let kept: Promise<DepthEstimationPipeline> | null = null;

/**
 * Estimates how near each place of a cut-out's bounds is, with transformers.js. Runs on a thread; the network stays loaded
 * there, on the processor of its first call. Nothing is fetched: the weights come with the call, the runtime from our own
 * origin.
 *
 * @throws StageError `nothing_found`; `engine_failed`, after which a thread can load no network this way any more
 */
export async function seeDepth(
	{ image, bounds, weights, precision, processor }: SeeDepthInput,
	{ onprogress }: Pick<StageContext, 'onprogress'> = {}
): Promise<DepthMap> {
	const picture = await readPicture(image, bounds);
	try {
		onprogress?.({ step: 'loading_engine', fraction: null });
		kept ??= load(weights, precision, processor);
		const [estimate, { RawImage }] = await Promise.all([kept, import('@huggingface/transformers')]);
		onprogress?.({ step: 'seeing_depth', fraction: null });
		const { data, width, height } = picture;
		const { predicted_depth } = await estimate(new RawImage(data, width, height, 4).rgb());
		const depth = Float32Array.from(predicted_depth.data, Number);
		const finite = depth.length === width * height && depth.every(Number.isFinite);
		if (!finite) throw new Error('no usable depth');
		return { width, height, data: depth };
	} catch (cause) {
		kept = null;
		const reason = cause instanceof Error ? cause.message : String(cause);
		throw new StageError('engine_failed', { engine: DEPTH_NETWORK.name, reason }, { cause });
	}
}

async function load(
	weights: ArrayBuffer,
	precision: Precision,
	processor: Processor
): Promise<DepthEstimationPipeline> {
	// Before transformers.js, which imports this one for both processors, looks where its files are.
	await ortRuntime('gpu');
	const { env, pipeline } = await import('@huggingface/transformers');
	env.useBrowserCache = false;
	env.useWasmCache = false;
	env.fetch = async (url: RequestInfo | URL) => {
		const path = String(url instanceof Request ? url.url : url);
		const file = Object.entries(DEPTH_FILES).find(([name]) => path.endsWith(`/${name}`));
		if (file) return Response.json(file[1]);
		return path.endsWith('.onnx') ? new Response(weights) : new Response(null, { status: 404 });
	};
	return pipeline('depth-estimation', DEPTH_MODEL, {
		dtype: precision === 'fp16' ? 'fp16' : 'fp32',
		device: processor === 'gpu' ? 'webgpu' : 'wasm'
	});
}

/** The product's bounds on a plain ground. */
async function readPicture(image: Blob, bounds: Cutout['bounds']): Promise<ImageData> {
	const scale = Math.min(1, LONGEST / Math.max(bounds.width, bounds.height));
	const width = Math.round(bounds.width * scale);
	const height = Math.round(bounds.height * scale);
	if (!(width > 0 && height > 0)) throw new StageError('nothing_found');
	const bitmap = await createImageBitmap(image);
	try {
		const context = new OffscreenCanvas(width, height).getContext('2d');
		if (!context) throw new StageError('thread_crashed', { message: 'no 2D canvas' });
		context.fillStyle = GROUND;
		context.fillRect(0, 0, width, height);
		context.imageSmoothingQuality = 'high';
		const { x, y } = bounds;
		context.drawImage(bitmap, x, y, bounds.width, bounds.height, 0, 0, width, height);
		return context.getImageData(0, 0, width, height);
	} finally {
		bitmap.close();
	}
}
