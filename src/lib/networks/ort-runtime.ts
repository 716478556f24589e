/**
 * ONNX Runtime: one package, in a build for the GPU and one for the CPU, each loaded when it is first needed. Its WebAssembly
 * is loaded gzipped from our own origin (scripts/prepare-assets.mjs says why).
 */
import type * as Ort from 'onnxruntime-web/webgpu';
import { download } from '../api';
import { threadCount } from './device-facts';
import type { Processor } from './network';

export type OrtModule = typeof Ort;

/**
 * For the GPU: where JavaScript promises can suspend WebAssembly, the build that uses them: 4 MB instead of 6.6 MB to download
 * and about 230 MB less memory. Both go with the same JavaScript (`onnxruntime-web/webgpu`), which packages that import it,
 * like transformers.js, then share.
 *
 * For the CPU, the build without WebGPU: the same convolutions take 0.8 to 0.95 of the time they take in the other two, and the
 * first run, while the browser still compiles, 2 s less (a network of RMBG's size, 2 threads).
 */
const BUILDS: Record<Processor, { name: string; load: () => Promise<OrtModule> }> = {
	gpu: {
		name: `ort-wasm-simd-threaded.${'Suspending' in WebAssembly ? 'jspi' : 'asyncify'}`,
		load: () => import('onnxruntime-web/webgpu')
	},
	cpu: { name: 'ort-wasm-simd-threaded', load: () => import('onnxruntime-web/wasm') }
};
const loading = new Map<Processor, Promise<OrtModule>>();

/**
 * Loads the runtime for a processor once; a failed load may be tried again. The GPU's also runs on the CPU, if more slowly.
 * @throws ApiError when its files cannot be read
 */
export function ortRuntime(processor: Processor): Promise<OrtModule> {
	const started = loading.get(processor);
	if (started) return started;
	const runtime = load(processor).catch((error: unknown) => {
		loading.delete(processor);
		throw error;
	});
	loading.set(processor, runtime);
	return runtime;
}

async function load(processor: Processor): Promise<OrtModule> {
	const { name, load: loadModule } = BUILDS[processor];
	const ort = await loadModule();
	const base = new URL(`/ort/${ort.env.versions.web}/`, location.origin).href;
	const packed = await download(`${base}${name}.wasmgz`);
	const wasm = new Response(packed.stream().pipeThrough(new DecompressionStream('gzip')));
	ort.env.wasm.wasmPaths = { mjs: `${base}${name}.mjs` };
	ort.env.wasm.wasmBinary = await wasm.arrayBuffer();
	ort.env.wasm.numThreads = threadCount();
	ort.env.logLevel = 'error';
	return ort;
}
