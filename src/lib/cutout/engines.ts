import type { EngineName } from '../artifacts';
import type { Network } from '../networks/network';

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

/** An engine: a row of this table. One without weights needs no download. */
export interface EngineRow {
	name: EngineName;
	network: (Network & NetworkShape) | null;
}

/**
 * All engines. To add one with a network, add a row; `NetworkShape` comes from its model card.
 * RMBG-1.4: https://huggingface.co/briaai/RMBG-1.4 (IS-Net, 44 M parameters; output already through a sigmoid).
 */
export const ENGINES: Record<EngineName, EngineRow> = {
	rmbg: {
		name: 'rmbg',
		network: {
			name: 'rmbg',
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
			},
			license: {
				name: 'bria-rmbg-1.4',
				url: 'https://bria.ai/bria-huggingface-model-license-agreement/',
				commercial: false,
				text: 'RMBG-1.4 by BRIA AI is free for non-commercial use. Commercial use needs an agreement with BRIA.'
			}
		}
	},
	backdrop: { name: 'backdrop', network: null }
};
