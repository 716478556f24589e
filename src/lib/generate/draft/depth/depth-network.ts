import { USUAL_PRECISIONS, type Network } from '../../../networks/network';

/** The repository that transformers.js takes it to come from. */
export const DEPTH_MODEL = 'onnx-community/depth-anything-v2-small';
/** The commit the hashes below are of. */
const REVISION = '4472b7362082ad9968fee890ca0f1e5aca36b93d';

/**
 * Depth Anything V2, small (L. Yang et al., NeurIPS 2024; 25 M parameters), exported for transformers.js:
 * https://huggingface.co/onnx-community/depth-anything-v2-small. It tells relative inverse depth. Sizes and hashes are those
 * that several public projects pin for this commit.
 */
export const DEPTH_NETWORK: Network = {
	name: 'depth-anything-v2-small',
	weights: {
		fp16: {
			path: `${DEPTH_MODEL}/resolve/${REVISION}/onnx/model_fp16.onnx`,
			bytes: 49_642_442,
			sha256: '2df6223f206b5164e21f664ace61dabeb9bb6a49b8b5a3e00510b4807d0f5b04'
		},
		fp32: {
			path: `${DEPTH_MODEL}/resolve/${REVISION}/onnx/model.onnx`,
			bytes: 99_060_839,
			sha256: 'afb6a5c28f3b6bf1618c6e43f02073ef9dfdc70e937502d51603e57b0a1df10c'
		}
	},
	precisions: USUAL_PRECISIONS,
	license: { name: 'Apache-2.0', url: `https://huggingface.co/${DEPTH_MODEL}`, commercial: true }
};

/** The small files beside the weights: what transformers.js needs to know of the network, as its repository says it. */
export const DEPTH_FILES: Record<string, object> = {
	'config.json': {
		model_type: 'depth_anything',
		architectures: ['DepthAnythingForDepthEstimation']
	},
	'preprocessor_config.json': {
		image_processor_type: 'DPTImageProcessor',
		do_normalize: true,
		do_rescale: true,
		do_resize: true,
		ensure_multiple_of: 14,
		image_mean: [0.485, 0.456, 0.406],
		image_std: [0.229, 0.224, 0.225],
		keep_aspect_ratio: true,
		resample: 3,
		rescale_factor: 1 / 255,
		size: { width: 518, height: 518 }
	}
};
