/** A job's paid model: asked for once, waited for, taken up again after a reload, and settled where nobody knows. */
import { v7 as uuidv7 } from 'uuid';
import { api, ApiError, call } from './api';
import { StageError, type Cutout, type SourceModel, type StageContext } from './artifacts';
import { generate3DModel } from './generate/generate-3d-model';
import type { JobRecord, PendingGeneration } from './job-store';
import { isAbort, sentenceOf } from './sentence-of';
import type { StageRunner } from './stage-runner.svelte';
import { strings } from './strings';
import { MESHY_STRINGS } from './strings/meshy';

/** What is needed of the job. */
export interface PaidDesk {
	record: () => Readonly<JobRecord>;
	update: (change: Partial<JobRecord>) => void;
	/** The addresses of the cut-outs Meshy gets, the front first. @throws StageError `no_cutout` */
	images: (context: Required<StageContext>) => Promise<string[]>;
	approved: () => Cutout[];
	stages: StageRunner;
}

/**
 * Asks for a model, unless one is on its way, and waits for it.
 * @param asked how, where it is not simply a new model
 * @throws as generate3DModel
 */
export async function waitForPaidModel(
	desk: PaidDesk,
	context: Required<StageContext>,
	asked: Pick<PendingGeneration, 'rework' | 'optimize_to'> = {}
): Promise<SourceModel> {
	const pending = desk.record().pending ?? (await begin(desk, context, asked));
	const { product_id } = desk.record();
	if (!product_id) throw new StageError('no_cutout');
	try {
		const made = await generate3DModel(
			desk.approved(),
			{
				...pending,
				provider: 'meshy',
				product_id,
				task_id: pending.task_id ?? undefined,
				ontask: (task_id) => desk.update({ pending: { ...pending, task_id } })
			},
			context
		);
		// A changed model is still made of what the model before it was made of.
		const { image_urls } = pending.rework ? (desk.record().source ?? {}) : pending;
		return image_urls?.length ? { ...made, image_urls } : made;
	} catch (error) {
		// "We stopped waiting" is never "failed": only an answer that says so ends the wait for good.
		const failed = error instanceof StageError && error.code === 'generation_failed';
		const accepted = error instanceof StageError && error.code === 'not_finished';
		const unknown = accepted || (error instanceof StageError && error.code === 'outcome_unknown');
		if (failed || (error instanceof ApiError && error.final)) desk.update({ pending: null });
		else if (unknown) {
			desk.update({ pending: { ...(desk.record().pending ?? pending), unknown, accepted } });
		} else if (isAbort(error)) {
			const off = await callOff(desk);
			desk.stages.say(
				'model',
				'info',
				off ? strings.model.called_off : strings.model.still_running
			);
		}
		throw error;
	}
}

/**
 * Calls a model on its way off, which its provider surely has not accepted yet; one that it may have is left alone.
 * @returns whether it is off: then nothing is charged or held
 */
export async function callOff({ record, update }: PaidDesk): Promise<boolean> {
	const task_id = record().pending?.task_id;
	if (!task_id) return false;
	const off = await call(api.tasks[':task_id'].cancel.$post({ param: { task_id } })).then(
		() => true,
		() => false
	);
	if (off) update({ pending: null });
	return off;
}

/** @returns true when the model is to be waited for again */
export async function settleUnknown(
	{ record, update, stages }: PaidDesk,
	decision: 'not_charged' | 'look_again'
): Promise<boolean> {
	const { pending } = record();
	if (!pending?.task_id) return false;
	const { task_id } = pending;
	stages.clear('model');
	try {
		await call(api.tasks[':task_id'].resolve.$post({ param: { task_id }, json: { decision } }));
	} catch (error) {
		// Settled from elsewhere meanwhile: what became of it shows when it is taken up.
		if (error instanceof ApiError && error.code === 'not_resolvable') {
			update({ pending: { ...pending, unknown: false } });
			return true;
		}
		stages.say('model', 'error', sentenceOf(error));
		return false;
	}
	const again = decision === 'look_again';
	update({ pending: again ? { ...pending, unknown: false } : null });
	if (!again) stages.say('model', 'info', MESHY_STRINGS.unknown.settled);
	return again;
}

async function begin(
	desk: PaidDesk,
	context: Required<StageContext>,
	asked: Pick<PendingGeneration, 'rework' | 'optimize_to'>
): Promise<PendingGeneration> {
	const settings = desk.record().meshy;
	const image_urls = asked.rework ? [] : await desk.images(context);
	// Kept before the request is sent: after a reload the same key finds the same task, it is never paid twice.
	const pending = { ...asked, idempotency_key: uuidv7(), image_urls, settings, task_id: null };
	desk.update({ pending });
	return pending;
}
