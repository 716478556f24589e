import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { ortRuntime } from './ort-runtime';

/** A network ready to run: one picture in, one map out. */
export interface Session {
	/** The GPU it runs on, where inputs can be made and left; null on the CPU, and for networks of half precision throughout. */
	gpu: GPUDevice | null;
	/** Runs on numbers in the order of `dims`, which may lie on its GPU; gives the first output's. */
	run: (input: Float32Array | GPUBuffer) => Promise<Float32Array>;
	/** Gives the session and its GPU device back. */
	release: () => Promise<void>;
}

export interface SessionOptions {
	/** Of the first input. */
	dims: number[];
	/** Memory layout on the GPU; the runtime's own choice unless told. */
	layout?: 'NCHW' | 'NHWC';
}

/** There is no GPU to run on: not a failure, the CPU does it. */
export class NoGpu extends Error {
	override name = 'NoGpu';
}

/**
 * Loads a network with one input. Networks of half precision throughout are fed and read as such.
 * @param gpu a device of its own, destroyed with the session; null runs on the CPU
 * @throws what ONNX Runtime throws, also when the GPU gets lost while it runs
 */
export async function openSession(
	gpu: GPUDevice | null,
	loadModel: () => Promise<ArrayBuffer>,
	{ dims, layout }: SessionOptions
): Promise<Session> {
	try {
		const ort = await ortRuntime(gpu ? 'gpu' : 'cpu');
		const session = await ort.InferenceSession.create(new Uint8Array(await loadModel()), {
			executionProviders: gpu
				? [{ name: 'webgpu', device: gpu, ...(layout && { preferredLayout: layout }) }]
				: ['wasm']
		});
		const half = inputType(session) === 'float16';
		const { input, output } = names(session);
		const tensorOf = (numbers: Float32Array | GPUBuffer) => {
			if (!(numbers instanceof Float32Array)) {
				return ort.Tensor.fromGpuBuffer(numbers, { dataType: 'float32', dims });
			}
			return half
				? new ort.Tensor('float16', toHalf(numbers), dims)
				: new ort.Tensor('float32', numbers, dims);
		};
		return {
			gpu: half ? null : gpu,
			async run(numbers) {
				const tensor = tensorOf(numbers);
				const results = await session.run({ [input]: tensor }, [output]);
				return fromTensor(results[output]);
			},
			async release() {
				await session.release().catch(() => undefined);
				gpu?.destroy();
			}
		};
	} catch (error) {
		gpu?.destroy();
		throw error;
	}
}

/** True for the failures of a heap that is full, in the words of WebAssembly, ONNX Runtime and the browsers. */
export function isOutOfMemory(error: unknown): boolean {
	if (error instanceof RangeError) return true;
	const message = error instanceof Error ? error.message : String(error);
	return /bad_alloc|out of memory|memory access out of bounds|allocation failed|failed to allocate/i.test(
		message
	);
}

function inputType({ inputMetadata }: InferenceSession): string | undefined {
	const first = inputMetadata[0];
	return first?.isTensor ? first.type : undefined;
}

function names({ inputNames, outputNames }: InferenceSession): { input: string; output: string } {
	const [input] = inputNames;
	const [output] = outputNames;
	if (input === undefined || output === undefined) throw new Error('no input or no output');
	return { input, output };
}

async function fromTensor(tensor: Tensor | undefined): Promise<Float32Array> {
	const data = await tensor?.getData();
	if (data instanceof Float32Array) return data;
	if (tensor?.type === 'float16' && typeof Float16Array !== 'undefined') {
		return data instanceof Float16Array ? Float32Array.from(data) : widened(data);
	}
	throw new Error('unexpected output');
}

function widened(data: unknown): Float32Array {
	if (!(data instanceof Uint16Array)) throw new Error('unexpected output');
	return Float32Array.from(new Float16Array(data.buffer, data.byteOffset, data.length));
}

function toHalf(numbers: Float32Array): Uint16Array {
	if (typeof Float16Array === 'undefined') throw new Error('this browser has no half precision');
	return new Uint16Array(Float16Array.from(numbers).buffer);
}
