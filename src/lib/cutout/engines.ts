import type { EngineName } from '../artifacts';
import { USUAL_PRECISIONS, type Network } from '../networks/network';

/** What a network's raw output is, and so what makes an alpha of it. */
export type Activation =
	/** Already 0 to 1. */
	| 'none'
	/** Logits: the sigmoid is ours to apply. */
	| 'sigmoid'
	/** Stretched over its own range, picture by picture, as the model's reference code does. */
	| 'min_max';

/** How a network wants its picture. Its first input and its first output are used. */
export interface NetworkShape {
	/** Side of the square input, pixels; the picture is stretched to it. */
	side: number;
	/** Subtracted from, then divided into each channel of 0 to 1. */
	mean: [number, number, number];
	std: [number, number, number];
	activation: Activation;
}

export type MaskNetwork = Network & NetworkShape;

/** An engine: a row of the table. One without a network needs no download. */
export interface EngineRow {
	name: EngineName;
	network: MaskNetwork | null;
}

const IMAGENET: Pick<NetworkShape, 'mean' | 'std'> = {
	mean: [0.485, 0.456, 0.406],
	std: [0.229, 0.224, 0.225]
};
const CENTERED: Pick<NetworkShape, 'mean' | 'std'> = { mean: [0.5, 0.5, 0.5], std: [1, 1, 1] };

/**
 * The engines that come with the app, but for the owner's own (`own-engine.ts`). To add one with a network, add a row (and
 * its name to `EngineName`, its words to `strings/engines.ts`); shapes come from the model cards.
 *
 * - RMBG-1.4: https://huggingface.co/briaai/RMBG-1.4 (IS-Net, 44 M parameters). Half and full precision have no published
 *   hash that could be checked when this was written, so the hub's own counts.
 * - IS-Net general use: https://github.com/xuebinqin/DIS, as exported for rembg; half precision as converted by IMG.LY.
 * - BiRefNet lite: https://github.com/ZhengPeng7/BiRefNet, rewritten so that it fits WebGPU's limits
 *   (https://huggingface.co/runes/birefnet-lite-webgpu). The usual export needs more memory than a browser has on the CPU.
 * - U2-Net p: https://github.com/xuebinqin/U-2-Net, as exported for rembg.
 */
export const ENGINES: Record<Exclude<EngineName, 'own'>, EngineRow> = {
	'rmbg-1.4': {
		name: 'rmbg-1.4',
		network: {
			name: 'rmbg-1.4',
			side: 1024,
			...CENTERED,
			activation: 'min_max',
			precisions: USUAL_PRECISIONS,
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
				name: 'BRIA RMBG-1.4',
				url: 'https://bria.ai/bria-huggingface-model-license-agreement/',
				commercial: false
			}
		}
	},
	'isnet-general-use': {
		name: 'isnet-general-use',
		network: {
			name: 'isnet-general-use',
			side: 1024,
			...CENTERED,
			activation: 'min_max',
			precisions: USUAL_PRECISIONS,
			weights: {
				fp16: {
					path: 'imgly/isnet-general-onnx/resolve/440dea96dd4a3b06bbbf5abec3e26569dd7ec49f/onnx/model_fp16.onnx',
					bytes: 88_152_708,
					sha256: '2eb4b5dda7ec41c617e59706e5aafa1f978c9a5f983d2518d9f0ae4d6eb04f20'
				},
				fp32: {
					path: 'BritishWerewolf/IS-Net/resolve/9783722d9f964c0286a411e7e8e6fede947d5a53/onnx/model.onnx',
					bytes: 178_648_008,
					sha256: '60920e99c45464f2ba57bee2ad08c919a52bbf852739e96947fbb4358c0d964a'
				}
			},
			license: {
				name: 'Apache-2.0',
				url: 'https://github.com/xuebinqin/DIS/blob/main/LICENSE.md',
				commercial: true
			}
		}
	},
	'birefnet-lite': {
		name: 'birefnet-lite',
		network: {
			name: 'birefnet-lite',
			side: 1024,
			...IMAGENET,
			activation: 'sigmoid',
			precisions: { gpu: ['fp16'], cpu: [] },
			weights: {
				fp16: {
					path: 'runes/birefnet-lite-webgpu/resolve/d553b221039609f1ab170e3c2e651b59f363c98a/birefnet_lite_webgpu_fp16.onnx',
					bytes: 123_224_205,
					sha256: '348c075771a9f6631d6ac991a1ac613d33910390cf943afa752f3a73c36fca03'
				}
			},
			license: {
				name: 'MIT',
				url: 'https://github.com/ZhengPeng7/BiRefNet/blob/main/LICENSE',
				commercial: true
			}
		}
	},
	u2netp: {
		name: 'u2netp',
		network: {
			name: 'u2netp',
			side: 320,
			...IMAGENET,
			activation: 'min_max',
			precisions: USUAL_PRECISIONS,
			weights: {
				fp32: {
					path: 'BritishWerewolf/U-2-Netp/resolve/main/onnx/model.onnx',
					bytes: 4_574_861,
					sha256: '309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8'
				}
			},
			license: {
				name: 'Apache-2.0',
				url: 'https://github.com/xuebinqin/U-2-Net/blob/master/LICENSE',
				commercial: true
			}
		}
	},
	backdrop: { name: 'backdrop', network: null }
};

/** What takes over when an engine needs more memory than there is, in this order. */
export const SMALLER: readonly EngineName[] = ['u2netp', 'backdrop'];
