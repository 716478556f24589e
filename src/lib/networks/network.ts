/** What every network that runs on this device is described by: its weights, its license, its precision. */

/** Where a network runs. */
export type Processor = 'gpu' | 'cpu';
/** Where the network is to run; `auto` takes what a short probe finds faster. */
export type Device = 'auto' | Processor;
export type Precision = 'fp16' | 'fp32' | 'int8';

/** One file of weights. */
export interface WeightsFile {
	/** Path under the base URL, or a whole address. */
	path: string;
	/** Size of the download. Exact where `sha256` is set, else rounded. */
	bytes: number;
	/** Hex, where it is known beforehand. Else what the hub says of the file counts (`weights.ts`). */
	sha256: string | null;
}

/** What the user must know before the download. */
export interface License {
	/** SPDX identifier, or the license's own name. */
	name: string;
	url: string;
	/** False when selling products with it needs an agreement with its makers; null when only its owner knows. */
	commercial: boolean | null;
}

/** A network: what its weights are, and under which terms they may be used. */
export interface Network {
	/** Names it in errors and keys. */
	name: string;
	/** The precisions it is published in; at least one. */
	weights: Partial<Record<Precision, WeightsFile>>;
	/** The precisions that run well on each processor, best first. Empty: it does not run there. */
	precisions: Record<Processor, readonly Precision[]>;
	license: License;
}

/**
 * Good for most networks. Half precision needs `shader-f16` on a GPU; on the CPU it is as fast as full precision and half
 * the download. Quantized weights fall back to the CPU operator by operator on a GPU, so they are for the CPU only, and
 * their masks are the worst.
 */
export const USUAL_PRECISIONS: Network['precisions'] = {
	gpu: ['fp16', 'fp32'],
	cpu: ['fp16', 'fp32', 'int8']
};

/** What the graphics adapter offers, null without one. */
export interface GpuAbilities {
	shader_f16: boolean;
}

/** The files of a network that run well on a device, best first. Empty where it cannot run. */
export function filesFor(
	{ weights, precisions }: Pick<Network, 'weights' | 'precisions'>,
	device: Device,
	gpu: GpuAbilities | null
): { precision: Precision; file: WeightsFile }[] {
	const on = (processor: Processor) =>
		precisions[processor].flatMap((precision) => {
			const file = weights[precision];
			const runs = processor === 'cpu' || precision !== 'fp16' || gpu?.shader_f16;
			return file && runs ? [{ precision, file }] : [];
		});
	if (device === 'cpu' || !gpu) return on('cpu');
	const files = on('gpu');
	return files.length > 0 || device === 'gpu' ? files : on('cpu');
}
