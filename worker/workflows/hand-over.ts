/** Gets a task accepted by its provider, with one POST that can be accepted. */
import type { WorkflowStep } from 'cloudflare:workers';
import { noteAccepted, noteBusy, noteLooking, noteQueued } from '../db/generation';
import { holdPlaces } from '../db/queue';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { lookForOrphan, type Look } from './look-for-orphan';
import type { PaidJob } from './paid-job';
import { NOT_READY_ATTEMPTS, ONCE, PAUSES, PLACE, REACH_ATTEMPTS, seconds, WRITE } from './pauses';
import { submitTask, type Submission } from './submit-task';
import { takePlace } from './take-place';

export type HandedOver = Exclude<Submission, { kind: 'busy' | 'not_ready' | 'unreachable' }>;

/** Until Meshy has accepted or refused, or it cannot be known. */
export async function handOver(env: Env, step: WorkflowStep, job: PaidJob): Promise<HandedOver> {
	const posted = await post(env, step, job);
	const submission = posted.kind === 'unknown' ? await look(env, step, job, posted) : posted;
	if (submission.kind === 'accepted') {
		const { provider_task_id } = submission;
		await step.do('accepted', WRITE, () =>
			noteAccepted(env.DB, job.task_id, provider_task_id, Date.now())
		);
	}
	return submission;
}

/** Waits while Meshy is busy; whatever else it says is the outcome. */
async function post(env: Env, step: WorkflowStep, job: PaidJob): Promise<HandedOver> {
	let waited = 0;
	let not_ready = 0;
	let unreachable = 0;
	let probe = false;
	for (let n = 1; ; n++) {
		const late = await waitForPlace(env, step, job, n, probe);
		if (late) return late;
		let submission: Submission;
		try {
			submission = await step.do(`submit ${n}`, ONCE, () => submitTask(env, job));
		} catch {
			// The step died, perhaps in the middle of its POST. The row knows more than we do.
			submission = await step.do(`look after ${n}`, WRITE, () => afterLostStep(env, job));
		}
		if (submission.kind === 'not_ready') {
			if (++not_ready < NOT_READY_ATTEMPTS) {
				await step.sleep(`wait for storage ${n}`, seconds(5 * 2 ** not_ready));
				continue;
			}
			const message =
				'The cut-outs could not be read from storage. Try again in a few minutes. Nothing was charged.';
			return { kind: 'refused', code: 'internal', message };
		}
		if (submission.kind === 'unreachable') {
			if (++unreachable < REACH_ATTEMPTS) {
				await step.sleep(`wait to reach Meshy ${n}`, seconds(2.5 * 2 ** unreachable));
				continue;
			}
			const message =
				'Meshy cannot be reached right now (see status.meshy.ai). Nothing was sent or charged. Try again in a few minutes, or make a draft meanwhile.';
			return { kind: 'refused', code: 'meshy_unavailable', message };
		}
		if (submission.kind !== 'busy') return submission;
		const { waiting_for, retry_after_s } = submission;
		if (waited >= PAUSES.submit.give_up) {
			const message =
				'Meshy had no room for this model for 6 hours. Wait until other models of the account are done, then generate again. Nothing was charged.';
			return { kind: 'refused', code: 'meshy_busy', message };
		}
		const backoff = PAUSES.submit[waiting_for] * 2 ** Math.min(n - 1, 10);
		const pause = Math.max(1, retry_after_s ?? Math.min(PAUSES.submit.longest, backoff));
		waited += pause;
		probe = waiting_for === 'slot';
		await step.do(`busy ${n}`, WRITE, async () => {
			const now = Date.now();
			await noteBusy(env.DB, job.task_id, waiting_for, now + pause * 1000, now);
			if (probe) await holdPlaces(env.DB, job.provider, now + pause * 1000);
		});
		await step.sleep(`wait for Meshy ${n}`, seconds(pause));
	}
}

/** Until this task may be posted. @returns how it ends when that takes too long */
async function waitForPlace(
	env: Env,
	step: WorkflowStep,
	job: PaidJob,
	attempt: number,
	probe: boolean
): Promise<HandedOver | null> {
	let pause: number = PAUSES.place.first;
	let waited = 0;
	for (let n = 1; ; n++) {
		const retry_in = pause;
		const granted = await step.do(`place ${attempt}.${n}`, WRITE, async () => {
			const place = await takePlace(env, job, probe && n === 1);
			const now = Date.now();
			if (!place.granted) {
				await noteQueued(env.DB, job.task_id, place.ahead, now + retry_in * 1000, now);
			}
			return place.granted;
		});
		if (granted) return null;
		if (waited >= PAUSES.place.give_up) {
			const message =
				'This model’s turn did not come in 24 hours, because so many others were before it. Generate it again later. Nothing was charged.';
			return { kind: 'refused', code: 'meshy_busy', message };
		}
		waited += pause;
		await step
			.waitForEvent(`turn ${attempt}.${n}`, { type: PLACE, timeout: seconds(pause) })
			.catch(() => undefined);
		pause = Math.min(PAUSES.place.longest, pause * 2);
	}
}

async function afterLostStep(env: Env, job: PaidJob): Promise<Submission> {
	const row = await getTask(env.DB, job.task_id);
	if (row?.provider_task_id) return { kind: 'accepted', provider_task_id: row.provider_task_id };
	if (row?.status === 'queued') return { kind: 'not_ready' };
	if (row?.status === 'submitting') {
		return { kind: 'unknown', reason: 'the server stopped in the middle of the request' };
	}
	return { kind: 'ended' };
}

/** Looks for the task in Meshy's list until it is found, or the time in which it could still come up is over. */
async function look(
	env: Env,
	step: WorkflowStep,
	job: PaidJob,
	{ reason }: Extract<HandedOver, { kind: 'unknown' }>
): Promise<HandedOver> {
	let pause: number = PAUSES.look.first;
	let last: Look = { kind: 'later', reason: 'it was not asked' };
	let looks = 0;
	for (let n = 1; n <= PAUSES.look.attempts && looks < PAUSES.look.looks; n++) {
		const retry_in = pause;
		await step.do(`note look ${n}`, WRITE, () => {
			const now = Date.now();
			return noteLooking(env.DB, job.task_id, now + retry_in * 1000, now);
		});
		await step.sleep(`wait to look ${n}`, seconds(pause));
		last = await step
			.do(`look ${n}`, ONCE, () => lookForOrphan(env, job))
			.catch((): Look => ({ kind: 'later', reason: 'the server stopped while asking' }));
		if (last.kind === 'found') {
			return { kind: 'accepted', provider_task_id: last.provider_task_id };
		}
		if (last.kind !== 'later') looks++;
		pause = Math.min(PAUSES.look.longest, pause * 2);
	}
	return { kind: 'unknown', reason: `${reason}; ${found(last)}` };
}

function found(last: Exclude<Look, { kind: 'found' }>): string {
	switch (last.kind) {
		case 'none':
			return 'Meshy’s list shows no task that could be this one';
		case 'several':
			return 'Meshy’s list shows tasks that could be this one, but not which of them is';
		case 'later':
			return `Meshy’s list could not be read (${last.reason})`;
	}
}
