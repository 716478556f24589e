/**
 * ONNX Runtime with WebGPU, which also runs on the CPU: one runtime for all networks. Its WebAssembly is loaded gzipped
 * from our own origin (scripts/prepare-assets.mjs says why).
 */
import type * as Ort from 'onnxruntime-web/webgpu';
import { download } from '../api';
import { threadCount } from './device-facts';

export type OrtModule = typeof Ort;

/**
 * Where JavaScript promises can suspend WebAssembly, the build that uses them: 4 MB instead of 6.6 MB to download and
 * about 230 MB less memory. Both go with the same JavaScript (`onnxruntime-web/webgpu`), which packages that import it,
 * like transformers.js, then share.
 */
const BUILD = `ort-wasm-simd-threaded.${'Suspending' in WebAssembly ? 'jspi' : 'asyncify'}`;
let loading: Promise<OrtModule> | null = null;

/**
 * Loads the runtime once; a failed load may be tried again.
 * @throws ApiError when its files cannot be read
 */
export function ortRuntime(): Promise<OrtModule> {
	loading ??= load().catch((error: unknown) => {
		loading = null;
		throw error;
	});
	return loading;
}

async function load(): Promise<OrtModule> {
	const ort = await import('onnxruntime-web/webgpu');
	const base = new URL(`/ort/${ort.env.versions.web}/`, location.origin).href;
	const packed = await download(`${base}${BUILD}.wasmgz`);
	const wasm = new Response(packed.stream().pipeThrough(new DecompressionStream('gzip')));
	ort.env.wasm.wasmPaths = { mjs: `${base}${BUILD}.mjs` };
	ort.env.wasm.wasmBinary = await wasm.arrayBuffer();
	ort.env.wasm.numThreads = threadCount();
	ort.env.logLevel = 'error';
	return ort;
}
