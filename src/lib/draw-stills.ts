import type { StageContext } from './artifacts';
import { isAbort } from './sentence-of';
import { runTask } from './threads/run-task';
import type { StillsRequest } from './viewer/render-stills';

/**
 * Draws still pictures of a model on a thread; on the page where threads can draw none (Safari before 17).
 *
 * @returns them in the order asked for
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`; AbortError; Error where there is no WebGL 2
 */
export async function drawStills(request: StillsRequest, context: StageContext): Promise<Blob[]> {
	try {
		return await runTask('render_stills', request, context);
	} catch (error) {
		if (isAbort(error)) throw error;
		const { renderStills } = await import('./viewer/render-stills');
		return renderStills(request, context);
	}
}
