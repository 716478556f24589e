import { StageError, type Cutout, type StageContext } from '../artifacts';
import { gpuAbilities } from '../networks/gpu-device';
import type { Processor } from '../networks/network';
import { findWeights, readWeights } from '../networks/weights';
import { runTask } from '../threads/run-task';
import { DEPTH_NETWORK } from './draft/depth/depth-network';
import type { DepthMap } from './draft/refine-front';

/** Depths that were estimated, for as long as their pictures are in use. */
const known = new WeakMap<Blob, Promise<DepthMap>>();

/**
 * Estimates how near each place of a cut-out is, once per picture; on the CPU where the GPU fails. The network must be on
 * this device: see `downloadWeights`, which the person consents to.
 *
 * @throws StageError `weights_missing`, `weights_wrong`, `engine_failed`, `nothing_found`; AbortError
 */
export function estimateDepth(
	cutout: Pick<Cutout, 'image' | 'bounds'>,
	context: StageContext = {}
): Promise<DepthMap> {
	const before = known.get(cutout.image);
	if (before) return before;
	const made = estimate(cutout, context);
	known.set(cutout.image, made);
	made.catch(() => known.delete(cutout.image));
	return made;
}

async function estimate(
	{ image, bounds }: Pick<Cutout, 'image' | 'bounds'>,
	context: StageContext
): Promise<DepthMap> {
	const found = await findWeights(DEPTH_NETWORK);
	if (!found) throw new StageError('weights_missing', { engine: DEPTH_NETWORK.name });
	const { precision } = found;
	const weights = await readWeights(DEPTH_NETWORK, found);
	const see = (processor: Processor) =>
		runTask('see_depth', { image, bounds: { ...bounds }, weights, precision, processor }, context);
	if (!(await gpuAbilities())) return see('cpu');
	return see('gpu').catch((error: unknown) => {
		if (error instanceof StageError && error.code === 'engine_failed') return see('cpu');
		throw error;
	});
}
