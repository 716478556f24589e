import { StageError, type StageContext } from './artifacts';
import { DEPTH_NETWORK } from './generate/draft/depth/depth-network';
import { downloadWeights } from './networks/weights';
import { sentenceOf } from './sentence-of';
import { fill } from './strings';
import { SHAPE_STRINGS } from './strings/shape';

/**
 * Downloads the network that reads depth, which the person consented to; where it can't be had, says so.
 *
 * @returns whether it is on this device
 * @throws AbortError
 */
export async function prepareDepth(
	base_url: string,
	say: (sentence: string) => void,
	context: StageContext
): Promise<boolean> {
	try {
		await downloadWeights(DEPTH_NETWORK, { base_url }, context);
		return true;
	} catch (error) {
		if (!(error instanceof StageError)) throw error;
		say(withoutDepth(error));
		return false;
	}
}

/** Makes a draft with depth where that is wanted; without it where depth cannot be read, and says so. */
export async function withDepthIfPossible<T>(
	wanted: boolean | undefined,
	make: (read_depth: boolean) => Promise<T>,
	say: (sentence: string) => void
): Promise<T> {
	if (!wanted) return make(false);
	try {
		return await make(true);
	} catch (error) {
		if (!(error instanceof StageError)) throw error;
		say(withoutDepth(error));
		return make(false);
	}
}

function withoutDepth(error: StageError): string {
	const broken = error.code === 'engine_failed';
	const sentence = broken ? fill(SHAPE_STRINGS.depth_broken, error.detail) : sentenceOf(error);
	return `${sentence} ${SHAPE_STRINGS.depth_failed}`;
}
