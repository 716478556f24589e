/** Makes sure that an engine can be used: the download a person agreed to, and what is said when it can't be had. */
import { StageError, type EngineName, type StageContext } from './artifacts';
import { findEngine, readPreferences } from './cutout/preferences';
import { downloadWeights, weightsStatus } from './networks/weights';
import { sentenceOf } from './sentence-of';
import { fill, strings } from './strings';

/**
 * Downloads the engine's weights if they are not here.
 * @param base_url where weights come from (MODEL_BASE_URL)
 * @param say tells the person what they should know
 * @returns the engine that can be used: the one asked for, or the built-in one
 * @throws AbortError
 */
export async function prepareEngine(
	engine: EngineName,
	base_url: string,
	say: (tone: 'info' | 'warn', sentence: string) => void,
	context: StageContext
): Promise<EngineName> {
	const { device, own } = readPreferences();
	const network = findEngine(engine, own)?.network;
	if (!network) return 'backdrop';
	const { name } = strings.engines[engine];
	try {
		await downloadWeights(network, { base_url, device }, context);
		const { kept } = await weightsStatus(network, { device });
		if (!kept) say('info', fill(strings.consent.not_kept, { name }));
		return engine;
	} catch (error) {
		if (!(error instanceof StageError)) throw error;
		say('warn', fill(strings.consent.fell_back, { name, reason: sentenceOf(error) }));
		return 'backdrop';
	}
}
