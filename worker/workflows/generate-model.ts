/**
 * The durable life of a paid task: submit once, follow, copy, settle. One Workflow instance per task, with the
 * task's id as its own.
 *
 * Every outside event becomes a step's result, never its exception, so that this file alone decides what is
 * tried again.
 */
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import type { Bill, ProviderTask } from '../clients/provider';
import type { ErrorCode } from '../contract';
import { noteCopying, noteProgress, noteUnsaved } from '../db/generation';
import { failTask, leaveUnknown, succeedTask } from '../db/task-ends';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { recordMetric } from '../meter';
import { copyExtras, type Extras } from './copy-extras';
import { copyModel, type Copy } from './copy-model';
import { handOver } from './hand-over';
import { providerOf, readPaidJob, refOf, type PaidJob } from './paid-job';
import {
	EXTRAS_ATTEMPTS,
	GONE_POLLS,
	HINT,
	LISTENING_PAUSES,
	ONCE,
	PAUSES,
	seconds,
	WRITE
} from './pauses';
import { leavePlace } from './take-place';

export interface GenerateModelParams {
	task_id: string;
	/** Whether webhooks may come. Default false. */
	listens?: boolean;
}

/** What polling saw; no address in it. */
type Seen =
	| { kind: 'task'; task: ProviderTask; retry_after_s: number | null }
	| { kind: 'gone' }
	| { kind: 'later'; retry_after_s: number | null };

/** What a task costs that was never accepted, or failed. */
const NOTHING: Bill = { credits: 0, micro_usd: 0 };

type End = { status: 'succeeded' | 'failed' | 'unknown' | 'ended' };

export class GenerateModel extends WorkflowEntrypoint<Env, GenerateModelParams> {
	override async run(
		event: Readonly<WorkflowEvent<GenerateModelParams>>,
		step: WorkflowStep
	): Promise<End> {
		const { task_id } = event.payload;
		const job = await step.do('read the task', WRITE, () => readPaidJob(this.env, task_id));
		if (!job) return { status: 'ended' };
		const submission = await handOver(this.env, step, job);
		if (submission.kind === 'accepted') {
			const { provider_task_id } = submission;
			return this.follow(step, job, provider_task_id, event.payload.listens ?? false);
		}
		if (submission.kind === 'refused') return this.fail(step, job, NOTHING, submission);
		if (submission.kind === 'unknown') {
			return this.unknown(
				step,
				job,
				`It is not known whether Meshy accepted this model: ${submission.reason}. It was not asked again, so that nothing is paid twice; the price stays reserved. Look at the account’s usage at Meshy: if this model is not there, say that it was not charged.`
			);
		}
		return { status: 'ended' };
	}

	/** Until Meshy has finished; errors on the way are waited out. */
	private async follow(
		step: WorkflowStep,
		job: PaidJob,
		provider_task_id: string,
		listens: boolean
	): Promise<End> {
		let pause: number = PAUSES.follow.first;
		let waited = 0;
		let gone = 0;
		let charged: Bill | null = null;
		for (let n = 1; waited < PAUSES.follow.give_up; n++) {
			const hinted = await this.wait(step, n, pause, listens);
			if (!hinted) waited += pause;
			const seen = await step
				.do(`poll ${n}`, ONCE, () => this.poll(job, provider_task_id))
				.catch((): Seen => ({ kind: 'later', retry_after_s: null }));
			gone = seen.kind === 'gone' ? gone + 1 : 0;
			if (gone >= GONE_POLLS) {
				return this.fail(step, job, charged ?? job.reserved, {
					code: 'result_unusable',
					message:
						'Meshy no longer has this task: results are kept for 3 days there, and can be deleted. Generate the model again.'
				});
			}
			if (seen.kind === 'task') {
				const { state, failure } = seen.task;
				charged = seen.task.charged ?? charged;
				if (state === 'succeeded') {
					const deleted_at = seen.task.expires_at;
					return this.copy(step, job, provider_task_id, charged ?? job.reserved, deleted_at);
				}
				if (failure) return this.fail(step, job, seen.task.charged ?? NOTHING, failure);
			}
			const { longest, growth, slow_after, slow } = PAUSES.follow;
			const next = waited > slow_after ? slow : Math.min(longest, pause * growth);
			pause = Math.max(next, seen.kind === 'gone' ? 0 : (seen.retry_after_s ?? 0));
		}
		return this.unknown(
			step,
			job,
			'Meshy has not finished this model in 24 hours and is not asked any longer; the price stays reserved. Look at status.meshy.ai and at the account’s usage before you generate again.'
		);
	}

	/** @returns true when a hint ended the pause */
	private async wait(step: WorkflowStep, n: number, pause: number, listens: boolean) {
		if (!listens || n > LISTENING_PAUSES) {
			await step.sleep(`wait ${n}`, seconds(pause));
			return false;
		}
		return step.waitForEvent(`wait ${n}`, { type: HINT, timeout: seconds(pause) }).then(
			() => true,
			() => false
		);
	}

	private async poll(job: PaidJob, provider_task_id: string): Promise<Seen> {
		const seen = await providerOf(this.env, job).poll(refOf(job, provider_task_id));
		if (seen.kind !== 'task') return seen;
		const { progress, queue_position } = seen.task;
		await noteProgress(this.env.DB, job.task_id, progress, queue_position, Date.now());
		return seen;
	}

	/** Until the model is ours. */
	private async copy(
		step: WorkflowStep,
		job: PaidJob,
		provider_task_id: string,
		bill: Bill,
		expires_at: number | null
	): Promise<End> {
		const deleted_at = await step.do('copying', WRITE, async () => {
			const now = Date.now();
			const { capabilities } = providerOf(this.env, job);
			const at = expires_at ?? now + capabilities.retention_seconds * 1000;
			await noteCopying(this.env.DB, job.task_id, at, now);
			await leavePlace(this.env, job);
			return at;
		});
		let waited = 0;
		for (let n = 1; ; n++) {
			const copy = await step
				.do(`copy ${n}`, ONCE, () => copyModel(this.env, job, provider_task_id))
				.catch((): Copy => ({ ok: false, reason: 'it could not be stored', final: false }));
			if (copy.ok) {
				const extras = await this.copyExtras(step, job, provider_task_id);
				return this.succeed(step, job, copy, extras, bill);
			}
			if (copy.final || waited >= PAUSES.copy.give_up) {
				return this.fail(step, job, bill, {
					code: 'result_unusable',
					message: `The model was made and charged ($${(bill.micro_usd / 1_000_000).toFixed(2)}), but its file could not be saved: ${copy.reason}. Meshy keeps results for 3 days (its task ${provider_task_id}); ask its support, or generate the model again.`
				});
			}
			const pause = Math.min(PAUSES.copy.longest, PAUSES.copy.first * 2 ** (n - 1));
			waited += pause;
			const not_saved_because = copy.reason;
			await step.do(`not saved ${n}`, WRITE, () => {
				const now = Date.now();
				const output = { not_saved_because, retry_at: now + pause * 1000, deleted_at };
				return noteUnsaved(this.env.DB, job.task_id, output, now);
			});
			await step.sleep(`wait to copy ${n}`, seconds(pause));
		}
	}

	/** A few attempts; the model itself is stored already. */
	private async copyExtras(
		step: WorkflowStep,
		job: PaidJob,
		provider_task_id: string
	): Promise<Extras> {
		for (let n = 1; ; n++) {
			const extras = await step
				.do(`copy the extras ${n}`, ONCE, () => copyExtras(this.env, job, provider_task_id))
				.catch((): Extras => ({ usdz: null, thumbnails: [], missing: 1 }));
			if (extras.missing === 0 || n === EXTRAS_ATTEMPTS) return extras;
			await step.sleep(`wait for the extras ${n}`, seconds(10 * n));
		}
	}

	private async succeed(
		step: WorkflowStep,
		job: PaidJob,
		copy: Extract<Copy, { ok: true }>,
		{ usdz, thumbnails }: Extras,
		bill: Bill
	): Promise<End> {
		const { asset_id, bytes, sha256, triangles } = copy;
		const url = (id: string) => `/files/${id}`;
		const output = {
			model_url: url(asset_id),
			thumbnail_url: thumbnails[0] ? url(thumbnails[0]) : null,
			thumbnail_urls: thumbnails.slice(1).map(url),
			usdz_url: usdz && url(usdz),
			bytes,
			sha256,
			triangles,
			consumed_credits: bill.credits
		};
		await step.do('settle', WRITE, async () => {
			await succeedTask(this.env.DB, job.task_id, job.product_id, bill, output, Date.now());
			await this.measure(job, 'ok', bill.micro_usd);
		});
		return { status: 'succeeded' };
	}

	private async fail(
		step: WorkflowStep,
		job: PaidJob,
		bill: Bill,
		error: { code: ErrorCode; message: string }
	): Promise<End> {
		const { code, message } = error;
		await step.do('settle', WRITE, async () => {
			await failTask(this.env.DB, job.task_id, bill, { code, message }, Date.now());
			await leavePlace(this.env, job);
			await this.measure(job, 'failed', bill.micro_usd);
		});
		return { status: 'failed' };
	}

	private async unknown(step: WorkflowStep, job: PaidJob, message: string): Promise<End> {
		await step.do('leave unknown', WRITE, async () => {
			await leaveUnknown(this.env.DB, job.task_id, message, Date.now());
			await this.measure(job, 'failed', 0);
		});
		return { status: 'unknown' };
	}

	private async measure(job: PaidJob, outcome: 'ok' | 'failed', cost_micro_usd: number) {
		const seconds = (await getTask(this.env.DB, job.task_id))?.processing_time ?? 0;
		await recordMetric(this.env.DB, {
			kind: 'stage',
			name: '3d_generation',
			outcome,
			ms: seconds * 1000,
			cost_micro_usd
		});
	}
}
