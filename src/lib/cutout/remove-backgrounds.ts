import { StageError } from '../artifacts';
import type { Cutout, EngineName, Photo, StageContext } from '../artifacts';
import type { Device } from '../networks/network';
import { weightsStatus, wereUnreachable } from '../networks/weights';
import { runTask } from '../threads/run-task';
import { ENGINES } from './engines';

export interface RemoveBackgroundsOptions {
	/** `auto` takes rmbg if its weights are on this device, else backdrop. */
	engine: 'auto' | EngineName;
	/** Where weights come from (MODEL_BASE_URL). */
	base_url: string;
	/** Default 'auto'. */
	device?: Device;
	/** Runs the thread's task, for tests. */
	run?: typeof runTask;
}

/** What became of one photo. */
export type CutoutResult =
	{ photo_id: string; cutout: Cutout } | { photo_id: string; error: StageError };

export interface RemoveBackgroundsContext extends StageContext {
	/** Called for each photo when it is done, in order. */
	onresult?: (result: CutoutResult) => void;
}

/**
 * Cuts the product out of each photo, one after the other on one thread. A photo that fails does not stop the others.
 * Nothing is downloaded here: see `downloadWeights`, which the user consents to.
 *
 * @throws AbortError; StageError `weights_missing` when an engine was asked for whose weights are not on this device
 */
export async function removeBackgrounds(
	photos: Photo[],
	options: RemoveBackgroundsOptions,
	{ signal, onprogress, onresult }: RemoveBackgroundsContext = {}
): Promise<CutoutResult[]> {
	signal?.throwIfAborted();
	const { engine, fallback } = await chooseEngine(options);
	const run = options.run ?? runTask;
	const results: CutoutResult[] = [];
	for (const [index, photo] of photos.entries()) {
		const input = { photo_id: photo.id, image: photo.image, engine, device: options.device };
		let result: CutoutResult;
		try {
			const cutout = await run('cut_out', input, {
				signal,
				onprogress: ({ step, fraction }) =>
					onprogress?.({ step, fraction: (index + (fraction ?? 0)) / photos.length })
			});
			const notes = fallback ? [...cutout.notes, fallback] : cutout.notes;
			result = { photo_id: photo.id, cutout: { ...cutout, notes } };
		} catch (error) {
			if (signal?.aborted || !(error instanceof StageError)) throw error;
			result = { photo_id: photo.id, error };
		}
		results.push(result);
		onresult?.(result);
	}
	return results;
}

async function chooseEngine(
	options: RemoveBackgroundsOptions
): Promise<{ engine: EngineName; fallback: 'weights_unreachable' | null }> {
	const { network } = ENGINES.rmbg;
	if (options.engine === 'backdrop' || !network) return { engine: 'backdrop', fallback: null };
	const { cached } = await weightsStatus(network, options);
	if (cached) return { engine: 'rmbg', fallback: null };
	if (options.engine === 'rmbg') throw new StageError('weights_missing', { engine: 'rmbg' });
	return { engine: 'backdrop', fallback: wereUnreachable(network) ? 'weights_unreachable' : null };
}
