import type { EngineName } from '../artifacts';

/** Where the network is to run; `auto` takes the GPU where there is one. */
export type Device = 'auto' | 'gpu' | 'cpu';
export type Precision = 'fp16' | 'fp32' | 'int8';

/** One file of weights. */
export interface WeightsFile {
	/** Path under the base URL. */
	path: string;
	/** Size of the download. Exact where `sha256` is set, else rounded. */
	bytes: number;
	/** Hex, where it is known beforehand. Else the hub's own header counts. */
	sha256: string | null;
}

/** How a network wants its picture and names its ends. */
export interface NetworkShape {
	/** Side of the square input, pixels; the picture is stretched to it. */
	side: number;
	/** Subtracted from, then divided into each channel of 0 to 1. */
	mean: [number, number, number];
	std: [number, number, number];
	input: string;
	output: string;
}

/** What the user must know before the download. */
export interface EngineLicense {
	name: string;
	url: string;
	/** False when selling products with it needs an agreement with its makers. */
	commercial: boolean;
	/** One or two sentences for people. */
	text: string;
}

/** An engine: a row of this table. One without weights needs no download. */
export interface EngineRow {
	name: EngineName;
	network: (NetworkShape & { weights: Record<Precision, WeightsFile> }) | null;
	license: EngineLicense | null;
}

/**
 * All engines. To add one with a network, add a row; `NetworkShape` comes from its model card.
 * RMBG-1.4: https://huggingface.co/briaai/RMBG-1.4 (IS-Net, 44 M parameters; output already through a sigmoid).
 */
export const ENGINES: Record<EngineName, EngineRow> = {
	rmbg: {
		name: 'rmbg',
		network: {
			side: 1024,
			mean: [0.5, 0.5, 0.5],
			std: [1, 1, 1],
			input: 'input',
			output: 'output',
			weights: {
				fp16: {
					path: 'briaai/RMBG-1.4/resolve/main/onnx/model_fp16.onnx',
					bytes: 88_200_000,
					sha256: null
				},
				fp32: {
					path: 'briaai/RMBG-1.4/resolve/main/onnx/model.onnx',
					bytes: 176_000_000,
					sha256: null
				},
				int8: {
					path: 'briaai/RMBG-1.4/resolve/2ceba5a5efaec153162aedea169f76caf9b46cf8/onnx/model_quantized.onnx',
					bytes: 44_403_226,
					sha256: 'a6648479275dfd0ede0f3a8abc20aa5c437b394681b05e5af6d268250aaf40f3'
				}
			}
		},
		license: {
			name: 'bria-rmbg-1.4',
			url: 'https://bria.ai/bria-huggingface-model-license-agreement/',
			commercial: false,
			text: 'RMBG-1.4 by BRIA AI is free for non-commercial use. Commercial use needs an agreement with BRIA.'
		}
	},
	backdrop: { name: 'backdrop', network: null, license: null }
};

/** What the graphics adapter offers, null without one. */
export interface GpuAbilities {
	shader_f16: boolean;
}

/**
 * The precisions that run well, best first. Half precision needs `shader-f16` on a GPU; on the CPU it is as fast as full
 * precision and half the download. Quantized weights fall back to the CPU operator by operator on a GPU, so they are for
 * the CPU only, and their masks are the worst.
 */
export function precisionsFor(device: Device, gpu: GpuAbilities | null): Precision[] {
	if (device === 'cpu' || !gpu) return ['fp16', 'fp32', 'int8'];
	return gpu.shader_f16 ? ['fp16', 'fp32'] : ['fp32'];
}

/** Asks the browser for its adapter's abilities. */
export async function gpuAbilities(): Promise<GpuAbilities | null> {
	const gpu = typeof navigator === 'undefined' ? undefined : navigator.gpu;
	const adapter = await gpu?.requestAdapter().catch(() => null);
	return adapter ? { shader_f16: adapter.features.has('shader-f16') } : null;
}
