import { api, ApiError, call, download } from '../../api';
import { StageError, type Cutout, type SourceModel, type StageContext } from '../../artifacts';
import type { MeshyOptions } from '../generate-3d-model';
import { readGlbFacts } from '../read-glb-facts';
import { followTask } from './follow-task';
import { pause } from '../../pause';

/** How often the same request is sent again while the server still works on the first one. */
const ATTEMPTS = 10;
const ATTEMPT_PAUSE_MS = 2000;

/**
 * Asks the Worker for a model by Meshy (or resumes a task), waits for it and downloads it from our storage.
 * The cut-outs themselves are already stored: `options.image_urls`.
 *
 * @throws StageError `generation_failed` with the server's sentence, `model_corrupt`; ApiError; AbortError
 */
export async function generateWithMeshy(
	_cutouts: Cutout[],
	options: MeshyOptions,
	context: StageContext
): Promise<SourceModel> {
	const started = performance.now();
	context.signal?.throwIfAborted();
	const task_id = options.task_id ?? (await submit(options, context));
	const task = await followTask(task_id, context);
	const { model_url } = task;
	if (!model_url) {
		throw new StageError('generation_failed', {
			message: 'The server has no file for this model. Open the product again in a moment.'
		});
	}
	context.onprogress?.({ step: 'downloading', fraction: 0 });
	const glb = await download(model_url, {
		signal: context.signal,
		onbytes: (loaded, total) =>
			context.onprogress?.({ step: 'downloading', fraction: total ? loaded / total : null })
	});
	return {
		provider: 'meshy',
		glb,
		...(await readGlbFacts(glb)),
		sides_guessed: !options.rework && options.image_urls.length === 1,
		cost: task.cost,
		task_id,
		model_url,
		processing_time: task.processing_time ?? (performance.now() - started) / 1000
	};
}

async function submit(options: MeshyOptions, { signal, onprogress }: StageContext) {
	const { product_id, image_urls, settings, rework, idempotency_key, ontask } = options;
	const request = { headers: { 'Idempotency-Key': idempotency_key }, init: { signal } };
	onprogress?.({ step: 'submitting', fraction: null });
	for (let attempt = 1; ; attempt++) {
		try {
			const model = { provider: 'meshy' as const, product_id, image_urls, settings };
			const { task_id } = rework
				? await call(api['rework-model'].$post({ json: rework }, request))
				: await call(api['generate-3d-model'].$post({ json: model }, request));
			ontask?.(task_id);
			return task_id;
		} catch (error) {
			const busy = error instanceof ApiError && error.code === 'idempotency_in_flight';
			if (!busy || attempt === ATTEMPTS) throw error;
			await pause(ATTEMPT_PAUSE_MS, signal);
		}
	}
}
