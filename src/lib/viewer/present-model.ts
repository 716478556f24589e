import { StageError } from '../artifacts';
import { chooseLods, deviceMemory, type LodSource, type Screen } from './choose-lod';
import type { LoadOptions, ModelViewer } from './model-viewer';
import type { View } from './view-camera';
import type { ViewerProblem } from '../strings/viewer';

/** A model to show: a file at hand, or levels of detail to download. */
export type ModelSource = Blob | { lods: readonly LodSource[] };

/** Downloads bytes; pages pass the one of their API client. */
export type FetchModel = (
	url: string,
	context: { signal?: AbortSignal; onbytes?: (loaded: number, total: number | null) => void }
) => Promise<Blob>;

export interface PresentContext {
	/** Asked only where there is a choice: it waits for the page's layout. */
	screen: () => Screen;
	fetchModel: FetchModel;
	signal: AbortSignal;
	/** The model at hand is the shown product, changed: it is seen as before. Default false. */
	keep_view?: boolean;
	/** Where the camera begins. Default: the front, turned a little. */
	start?: Partial<View>;
	/** Share of the first picture's bytes that have arrived, 0 to 1; null while it cannot be known. */
	onprogress?: (fraction: number | null) => void;
	/** The first level is on the screen. */
	onready?: () => void;
}

/** Loading failed in a way that people are told about. */
export class PresentError extends Error {
	override name = 'PresentError';
	constructor(
		readonly problem: ViewerProblem,
		options?: ErrorOptions
	) {
		super(problem, options);
	}
}

/**
 * Shows a model in a viewer: the smallest level first, then the one that fits the screen, with the camera where it is.
 * A later level that fails is passed over: what is shown stays.
 *
 * @returns whether the level that fits the screen is shown
 * @throws PresentError when nothing could be shown; AbortError
 */
export async function presentModel(
	viewer: ModelViewer,
	source: ModelSource,
	{ screen, fetchModel, signal, start, keep_view = false, onprogress, onready }: PresentContext
): Promise<boolean> {
	if (source instanceof Blob) {
		await show(viewer, source, { as: keep_view ? 'changed' : 'product', start, signal });
		onready?.();
		return true;
	}
	const [first, second] = chooseLods(source.lods, screen());
	if (!first) throw new PresentError('corrupt');
	onprogress?.(0);
	const glb = await fetchModel(first.url, {
		signal,
		onbytes: (loaded) => onprogress?.(first.bytes > 0 ? Math.min(1, loaded / first.bytes) : null)
	}).catch((error: unknown) => {
		signal.throwIfAborted();
		throw new PresentError('download', { cause: error });
	});
	await show(viewer, glb, { start, signal });
	onready?.();
	if (!second) return true;
	try {
		await show(viewer, await fetchModel(second.url, { signal }), { as: 'detail', signal });
		return true;
	} catch {
		signal.throwIfAborted();
		return false;
	}
}

async function show(
	viewer: ModelViewer,
	glb: Blob,
	options: LoadOptions & { signal: AbortSignal }
): Promise<void> {
	try {
		await viewer.load(glb, options);
	} catch (error) {
		options.signal.throwIfAborted();
		const unsupported = error instanceof StageError && error.code === 'model_unsupported';
		throw new PresentError(unsupported ? 'unsupported' : 'corrupt', { cause: error });
	}
}

/** What the browser says about the screen and the connection. */
export function screenOf(element: Element): Screen {
	const screen: Screen = {
		width: element.clientWidth,
		height: element.clientHeight,
		pixel_ratio: devicePixelRatio,
		device_memory: deviceMemory()
	};
	// Not in every browser, so not in TypeScript's DOM types.
	if ('connection' in navigator && navigator.connection instanceof Object) {
		const { connection } = navigator;
		screen.save_data = 'saveData' in connection && connection.saveData === true;
		screen.slow =
			'effectiveType' in connection && /^(slow-)?[23]g$/.test(String(connection.effectiveType));
	}
	return screen;
}
