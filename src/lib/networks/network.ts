/** What every network that runs on this device is described by: its weights, its license, its precision. */

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

/** What the user must know before the download. */
export interface License {
	name: string;
	url: string;
	/** False when selling products with it needs an agreement with its makers. */
	commercial: boolean;
	/** One or two sentences for people. */
	text: string;
}

/** A network: what its weights are, and under which terms they may be used. */
export interface Network {
	/** Names it in errors and keys. */
	name: string;
	/** The precisions it is published in; at least one. */
	weights: Partial<Record<Precision, WeightsFile>>;
	license: License;
}

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
