/**
 * The durable life of a paid task: submit once, follow, copy, settle. One Workflow instance per task, with the
 * task's id as its own.
 *
 * Every outside event becomes a step's result, never its exception, so that this file alone decides what is
 * tried again. A Workflow may have 1024 steps (sleeps are free); the pauses below stay under 1000 at worst.
 */
import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';
import { explainFailure, type MeshyTask } from '../clients/meshy-wire';
import type { ErrorCode } from '../contract';
import {
	failTask,
	leaveUnknown,
	noteAccepted,
	noteBusy,
	noteCopying,
	noteProgress,
	succeedTask
} from '../db/generation';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { recordMetric } from '../meter';
import { copyModel, copyThumbnail, type Copy } from './copy-model';
import { billFor, openMeshy, readPaidJob, type PaidJob } from './paid-job';
import { submitTask, type Submission } from './submit-task';

export interface GenerateModelParams {
	task_id: string;
}

/** All pauses in seconds. */
const PAUSES = {
	/** Waiting for Meshy to take the task: the first pause per kind of "busy", doubled up to the longest, given up after. */
	submit: { slot: 30, rate: 5, longest: 600, give_up: 6 * 3600 },
	/** Polling: 5 growing to 30 (docs.meshy.ai suggests 5), and after 45 minutes every 2 minutes, for 24 hours. */
	follow: {
		first: 5,
		growth: 1.25,
		longest: 30,
		slow_after: 45 * 60,
		slow: 120,
		give_up: 24 * 3600
	},
	/** Copying: 10 doubled up to 30 minutes, 12 times: about 4 hours of the 3 days Meshy keeps a result. */
	copy: { first: 10, longest: 1800, attempts: 12 }
} as const;

/** An unreadable storage is given up after this many attempts; a task Meshy says it never heard of after this many polls. */
const NOT_READY_ATTEMPTS = 5;
const GONE_POLLS = 3;

/** A step with outside effects: it reports, and is never repeated by the engine. */
const ONCE = { retries: { limit: 0, delay: 1000 }, timeout: '15 minutes' } as const;
/** A step that only writes our own tables; safe to repeat, for about 3 hours. */
const WRITE = {
	retries: { limit: 10, delay: '10 seconds', backoff: 'exponential' },
	timeout: '2 minutes'
} as const;

/** What polling saw; no address in it. */
type Seen =
	| {
			kind: 'task';
			state: MeshyTask['state'];
			error: MeshyTask['error'];
			consumed_credits: number | null;
			retry_after_s: number | null;
	  }
	| { kind: 'gone' }
	| { kind: 'later'; retry_after_s: number | null };

type End = { status: 'succeeded' | 'failed' | 'unknown' | 'ended' };

export class GenerateModel extends WorkflowEntrypoint<Env, GenerateModelParams> {
	override async run(
		event: Readonly<WorkflowEvent<GenerateModelParams>>,
		step: WorkflowStep
	): Promise<End> {
		const { task_id } = event.payload;
		const job = await step.do('read the task', WRITE, () => readPaidJob(this.env, task_id));
		if (!job) return { status: 'ended' };
		const submission = await this.submit(step, job);
		if (submission.kind === 'accepted') return this.follow(step, job, submission.provider_task_id);
		if (submission.kind === 'refused') return this.fail(step, job, 0, submission);
		if (submission.kind === 'unknown') {
			return this.unknown(
				step,
				job,
				`It is not known whether Meshy accepted this model: ${submission.reason}. It was not asked again, so that nothing is paid twice; the price stays reserved. Look at the account’s usage at Meshy before you generate again.`
			);
		}
		return { status: 'ended' };
	}

	/** Until Meshy has accepted or refused, or it cannot be known. */
	private async submit(step: WorkflowStep, job: PaidJob): Promise<Submission> {
		let waited = 0;
		let not_ready = 0;
		for (let n = 1; ; n++) {
			let submission: Submission;
			try {
				submission = await step.do(`submit ${n}`, ONCE, () => submitTask(this.env, job));
			} catch {
				// The step died, perhaps in the middle of its POST. The row knows more than we do.
				submission = await step.do(`look after ${n}`, WRITE, () => this.afterLostStep(job));
			}
			if (submission.kind === 'accepted') {
				const { provider_task_id } = submission;
				await step.do('accepted', WRITE, () =>
					noteAccepted(this.env.DB, job.task_id, provider_task_id, Date.now())
				);
				return submission;
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
			await step.do(`busy ${n}`, WRITE, () => {
				const now = Date.now();
				return noteBusy(this.env.DB, job.task_id, waiting_for, now + pause * 1000, now);
			});
			await step.sleep(`wait for Meshy ${n}`, seconds(pause));
		}
	}

	private async afterLostStep(job: PaidJob): Promise<Submission> {
		const row = await getTask(this.env.DB, job.task_id);
		if (row?.provider_task_id) return { kind: 'accepted', provider_task_id: row.provider_task_id };
		if (row?.status === 'queued') return { kind: 'not_ready' };
		if (row?.status === 'submitting') {
			return { kind: 'unknown', reason: 'the server stopped in the middle of the request' };
		}
		return { kind: 'ended' };
	}

	/** Until Meshy has finished; errors on the way are waited out. */
	private async follow(step: WorkflowStep, job: PaidJob, provider_task_id: string): Promise<End> {
		let pause: number = PAUSES.follow.first;
		let waited = 0;
		let gone = 0;
		let charged: number | null = null;
		for (let n = 1; waited < PAUSES.follow.give_up; n++) {
			await step.sleep(`wait ${n}`, seconds(pause));
			waited += pause;
			const seen = await step
				.do(`poll ${n}`, ONCE, () => this.poll(job, provider_task_id))
				.catch((): Seen => ({ kind: 'later', retry_after_s: null }));
			gone = seen.kind === 'gone' ? gone + 1 : 0;
			if (gone >= GONE_POLLS) {
				return this.fail(step, job, charged ?? job.reserved_credits, {
					code: 'result_unusable',
					message:
						'Meshy no longer has this task: results are kept for 3 days there, and can be deleted. Generate the model again.'
				});
			}
			if (seen.kind === 'task') {
				charged = seen.consumed_credits ?? charged;
				if (seen.state === 'succeeded') {
					return this.copy(step, job, provider_task_id, charged ?? job.reserved_credits);
				}
				if (seen.state === 'failed' || seen.state === 'canceled') {
					const credits = seen.consumed_credits ?? 0;
					return this.fail(step, job, credits, explainFailure(seen.error, credits));
				}
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

	private async poll(job: PaidJob, provider_task_id: string): Promise<Seen> {
		const seen = await openMeshy(this.env, job.task_id).read(job.endpoint, provider_task_id);
		if (seen.kind !== 'task') return seen;
		const { state, error, consumed_credits, progress } = seen.task;
		await noteProgress(this.env.DB, job.task_id, progress, Date.now());
		return { kind: 'task', state, error, consumed_credits, retry_after_s: seen.retry_after_s };
	}

	/** Until the model is ours. */
	private async copy(
		step: WorkflowStep,
		job: PaidJob,
		provider_task_id: string,
		credits: number
	): Promise<End> {
		await step.do('copying', WRITE, () => noteCopying(this.env.DB, job.task_id, Date.now()));
		let reason = '';
		for (let n = 1; n <= PAUSES.copy.attempts; n++) {
			const copy = await step
				.do(`copy ${n}`, ONCE, () => copyModel(this.env, job, provider_task_id))
				.catch((): Copy => ({ ok: false, reason: 'it could not be stored', final: false }));
			if (copy.ok) {
				const thumbnail = await step
					.do('copy the thumbnail', ONCE, () => copyThumbnail(this.env, job, provider_task_id))
					.catch(() => null);
				return this.succeed(step, job, copy, thumbnail, credits);
			}
			reason = copy.reason;
			if (copy.final || n === PAUSES.copy.attempts) break;
			const pause = Math.min(PAUSES.copy.longest, PAUSES.copy.first * 2 ** (n - 1));
			await step.sleep(`wait to copy ${n}`, seconds(pause));
		}
		return this.fail(step, job, credits, {
			code: 'result_unusable',
			message: `Meshy made this model and charged ${credits} credits, but its file could not be saved: ${reason}. Meshy keeps results for 3 days (its task ${provider_task_id}); ask its support, or generate the model again.`
		});
	}

	private async succeed(
		step: WorkflowStep,
		job: PaidJob,
		copy: Extract<Copy, { ok: true }>,
		thumbnail: string | null,
		credits: number
	): Promise<End> {
		const { asset_id, bytes, sha256, triangles } = copy;
		const output = {
			model_url: `/files/${asset_id}`,
			thumbnail_url: thumbnail && `/files/${thumbnail}`,
			bytes,
			sha256,
			triangles,
			consumed_credits: credits
		};
		await step.do('settle', WRITE, async () => {
			const bill = billFor(credits);
			await succeedTask(this.env.DB, job.task_id, job.product_id, bill, output, Date.now());
			await this.measure(job, 'ok', bill.micro_usd);
		});
		return { status: 'succeeded' };
	}

	private async fail(
		step: WorkflowStep,
		job: PaidJob,
		credits: number,
		error: { code: ErrorCode; message: string }
	): Promise<End> {
		const { code, message } = error;
		await step.do('settle', WRITE, async () => {
			const bill = billFor(credits);
			await failTask(this.env.DB, job.task_id, bill, { code, message }, Date.now());
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

const seconds = (count: number) => Math.round(count * 1000);
