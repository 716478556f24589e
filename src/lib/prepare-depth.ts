import { StageError, type StageContext } from './artifacts';
import { DEPTH_NETWORK } from './generate/draft/depth/depth-network';
import { downloadWeights } from './networks/weights';
import { sentenceOf } from './sentence-of';
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

/** The sentence for a draft that goes on without depth. */
export function withoutDepth(error: StageError): string {
	return `${sentenceOf(error)} ${SHAPE_STRINGS.depth_failed}`;
}
