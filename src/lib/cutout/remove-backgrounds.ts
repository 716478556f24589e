import { StageError } from '../artifacts';
import type { Cutout, CutoutNote, EngineName, Photo, StageContext } from '../artifacts';
import { mostInputSide } from '../networks/device-facts';
import type { Device } from '../networks/network';
import { findWeights, weightsStatus, wereUnreachable } from '../networks/weights';
import { runTask } from '../threads/run-task';
import type { CutOutInput } from './cut-out';
import { SMALLER, type EngineRow } from './engines';
import { allEngines, findEngine, type CutoutPreferences } from './preferences';

export interface RemoveBackgroundsOptions {
	/** `auto` takes the first network whose weights are on this device, else backdrop. */
	engine: 'auto' | EngineName;
	/** Default 'auto'. */
	device?: Device;
	/** The owner's own network, if there is one. */
	own?: CutoutPreferences['own'];
	/** Longest input side that fits into memory, pixels. Default: as the device says. */
	most_side?: number;
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

type Chosen = Pick<CutOutInput, 'engine' | 'network'> & { notes: CutoutNote[] };

/**
 * Cuts the product out of each photo, one after the other on one thread, with one session. A photo that fails does not stop
 * the others. An engine that needs more memory than there is leaves the work to a smaller one, with the note
 * `smaller_engine`. Nothing is downloaded here: see `downloadWeights`, which the user consents to.
 *
 * @throws AbortError; StageError `weights_missing` when an engine was asked for whose weights are not on this device
 */
export async function removeBackgrounds(
	photos: Photo[],
	options: RemoveBackgroundsOptions,
	{ signal, onprogress, onresult }: RemoveBackgroundsContext = {}
): Promise<CutoutResult[]> {
	signal?.throwIfAborted();
	const run = options.run ?? runTask;
	const results: CutoutResult[] = [];
	let chosen = await chooseEngine(options);
	for (const [index, photo] of photos.entries()) {
		let result: CutoutResult | null = null;
		while (!result) {
			const { engine, network } = chosen;
			const input = { photo_id: photo.id, image: photo.image, device: options.device };
			try {
				const cutout = await run(
					'cut_out',
					{ ...input, engine, network },
					{
						signal,
						onprogress: ({ step, fraction }) =>
							onprogress?.({ step, fraction: (index + (fraction ?? 0)) / photos.length })
					}
				);
				const notes = [...cutout.notes, ...chosen.notes];
				result = { photo_id: photo.id, cutout: { ...cutout, notes } };
			} catch (error) {
				if (signal?.aborted || !(error instanceof StageError)) throw error;
				const smaller = /^(out_of_memory|thread_crashed)$/.test(error.code)
					? await nextSmaller(chosen.engine, options)
					: null;
				if (smaller) chosen = smaller;
				else result = { photo_id: photo.id, error };
			}
		}
		results.push(result);
		onresult?.(result);
	}
	return results;
}

async function chooseEngine(options: RemoveBackgroundsOptions): Promise<Chosen> {
	const { engine, own = null, most_side = mostInputSide() } = options;
	const asked = engine === 'auto' ? null : findEngine(engine, own);
	if (engine !== 'auto' && !asked) throw new StageError('weights_missing', { engine });
	for (const row of asked ? [asked] : allEngines({ own })) {
		const ready = await makeReady(row, options);
		if (!ready) continue;
		if (!row.network || row.network.side <= most_side) return ready;
		return (await nextSmaller(row.name, options)) ?? ready;
	}
	throw new StageError('weights_missing', { engine });
}

/** The row with its weights, null when they are not here. */
async function makeReady(
	{ name, network }: EngineRow,
	{ engine, device }: RemoveBackgroundsOptions
): Promise<Chosen | null> {
	if (!network) {
		const unreachable = engine === 'auto' && allEngines({ own: null }).some(wasUnreachable);
		return { engine: name, network, notes: unreachable ? ['weights_unreachable'] : [] };
	}
	if (!(await weightsStatus(network, { device })).cached) return null;
	const weights = await findWeights(network, device);
	return weights && { engine: name, network: { row: network, weights }, notes: [] };
}

async function nextSmaller(
	engine: EngineName,
	options: RemoveBackgroundsOptions
): Promise<Chosen | null> {
	for (const name of SMALLER.slice(SMALLER.indexOf(engine) + 1)) {
		const row = findEngine(name, null);
		const ready = row && (await makeReady(row, { ...options, engine: name }));
		if (ready) return { ...ready, notes: ['smaller_engine'] };
	}
	return null;
}

const wasUnreachable = ({ network }: EngineRow) => network !== null && wereUnreachable(network);
