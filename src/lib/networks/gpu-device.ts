import type { GpuAbilities } from './network';

/** Limits ONNX Runtime's kernels profit from; the adapter's own maximum is asked for. */
const LIMITS = [
	'maxBufferSize',
	'maxStorageBufferBindingSize',
	'maxStorageBuffersPerShaderStage',
	'maxComputeWorkgroupStorageSize',
	'maxComputeWorkgroupsPerDimension',
	'maxComputeInvocationsPerWorkgroup',
	'maxComputeWorkgroupSizeX',
	'maxComputeWorkgroupSizeY',
	'maxComputeWorkgroupSizeZ'
] as const;
const FEATURES: GPUFeatureName[] = ['shader-f16', 'subgroups'];

/**
 * A WebGPU device of our own: the only way to ask for limits, and to learn of its loss. Null where there is no adapter.
 */
export async function gpuDevice(): Promise<GPUDevice | null> {
	const adapter = await navigator.gpu
		?.requestAdapter({ powerPreference: 'high-performance' })
		.catch(() => null);
	if (!adapter) return null;
	return adapter
		.requestDevice({
			requiredFeatures: FEATURES.filter((name) => adapter.features.has(name)),
			requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]]))
		})
		.catch(() => null);
}

/** Asks the browser for its adapter's abilities. An adapter in software is none: it is slower than the CPU it runs on. */
export async function gpuAbilities(): Promise<GpuAbilities | null> {
	const gpu = typeof navigator === 'undefined' ? undefined : navigator.gpu;
	const adapter = await gpu?.requestAdapter().catch(() => null);
	return adapter && !adapter.info.isFallbackAdapter
		? { shader_f16: adapter.features.has('shader-f16') }
		: null;
}
