/**
 * The life of a paid task in D1. Every move is one conditional statement or one batch (a transaction), so that
 * it happens once however often it is asked for, and only forward:
 * queued -> submitting -> running -> copying -> succeeded | failed | unknown, or queued -> canceled.
 *
 * A task in `submitting` whose output says `waiting_for` was surely not accepted (Meshy was busy) and may be
 * submitted again or canceled. One without is in the middle of its POST, or its outcome is unknown.
 */
import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { SpendCaps } from '../spend-caps';
import { reserveStatement, type Reservation } from './costs';
import { assets, idempotency_keys, processing_tasks as tasks } from './schema';
import { enqueueStatement, GRANT_MS, requeueStatement } from './queue';
import { acceptStatement, openStatement } from './submissions';
import { advanceProductStatement, insertTaskStatement, type NewTask } from './tasks';

/** Not accepted by Meshy for sure, so it may be submitted or canceled. */
export const notAccepted = or(
	eq(tasks.status, 'queued'),
	and(
		eq(tasks.status, 'submitting'),
		isNull(tasks.provider_task_id),
		sql`json_extract(${tasks.output}, '$.waiting_for') is not null`
	)
);

export interface PaidTask {
	task: NewTask;
	/** Where it will be posted. */
	endpoint: string;
	reservation: Reservation;
	caps: SpendCaps;
	claim: { key: string; claimed_at: number };
	/** What the idempotency key answers from now on. */
	answer: { status_code: number; response: Record<string, unknown> };
}

/**
 * Reserves the maximum price, writes the intent and completes the idempotency key, all in one transaction.
 * @returns false when a cap does not allow it; then nothing was written
 */
export async function startPaidTask(
	db: D1Database,
	{ task, endpoint, reservation, caps, claim, answer }: PaidTask,
	now: number
): Promise<boolean> {
	const orm = drizzle(db);
	const reserved = sql`exists (select 1 from cost_entries where task_id = ${task.id} and kind = 'reserve')`;
	const [reserve] = await orm.batch([
		reserveStatement(db, reservation, caps, claim, now),
		// The columns of `insert … select` are the table's, in its order.
		orm.insert(tasks).select(sql`
			select ${task.id}, ${task.product_id}, ${reservation.batch_id}, ${task.type}, ${task.provider}, 'queued', 0, null,
				${JSON.stringify(task.input)}, null, null, null, null, 0, null, ${task.estimated_completion},
				${now}, null, null, ${now}
			where ${reserved}`),
		enqueueStatement(db, task.id, { provider: reservation.provider, endpoint }, now),
		orm
			.update(idempotency_keys)
			.set(answer)
			.where(and(eq(idempotency_keys.key, claim.key), reserved))
	]);
	return reserve.meta.changes === 1;
}

/** Records a model that was made or brought in the browser, with its idempotency key if it came with one. */
export async function recordMadeHere(
	db: D1Database,
	task: NewTask,
	claim: { key: string; claimed_at: number } | null,
	answer: { status_code: number; response: Record<string, unknown> },
	now: number
): Promise<void> {
	const orm = drizzle(db);
	await orm.batch([
		insertTaskStatement(db, task),
		advanceProductStatement(db, task.product_id, 'modeled', now),
		orm
			.update(idempotency_keys)
			.set(answer)
			.where(
				and(
					eq(idempotency_keys.key, claim?.key ?? ''),
					eq(idempotency_keys.created_at, claim?.claimed_at ?? 0),
					isNull(idempotency_keys.status_code)
				)
			)
	]);
}

/**
 * Takes the one right to POST.
 * @param at the provider and where it will be posted
 * @returns false when the task is past that point, is being submitted, was canceled, or has no place in the queue.
 */
export async function beginSubmission(
	db: D1Database,
	id: string,
	at: { provider: string; endpoint: string },
	now: number
): Promise<boolean> {
	const orm = drizzle(db);
	const placed = sql`not exists (select 1 from submissions where task_id = ${id} and state = 'waiting' and coalesce(granted_at, 0) <= ${now - GRANT_MS})`;
	const allowed = sql`${and(eq(tasks.id, id), notAccepted, placed)}`;
	const opened = sql`exists (select 1 from submissions where task_id = ${id} and state = 'open' and submitted_at = ${now})`;
	const [, begun] = await orm.batch([
		openStatement(db, id, at, allowed, now),
		orm
			.update(tasks)
			.set({
				status: 'submitting',
				output: null,
				started_at: sql`coalesce(${tasks.started_at}, ${now})`,
				updated_at: now
			})
			.where(and(eq(tasks.id, id), notAccepted, opened))
	]);
	return begun.meta.changes === 1;
}

/** After a 429: surely not accepted, to be tried again at `retry_at` (Unix epoch milliseconds). */
export async function noteBusy(
	db: D1Database,
	id: string,
	waiting_for: 'slot' | 'rate',
	retry_at: number,
	now: number
): Promise<void> {
	const orm = drizzle(db);
	await orm.batch([
		orm
			.update(tasks)
			.set({ output: { waiting_for, retry_at }, updated_at: now })
			.where(and(eq(tasks.id, id), eq(tasks.status, 'submitting'), isNull(tasks.provider_task_id))),
		requeueStatement(db, id)
	]);
}

/** It waits in our own queue, behind so many; looked at again at `retry_at` (Unix epoch milliseconds). */
export async function noteQueued(
	db: D1Database,
	id: string,
	ahead: number,
	retry_at: number,
	now: number
): Promise<void> {
	await drizzle(db)
		.update(tasks)
		.set({ output: { waiting_for: 'turn', ahead, retry_at }, updated_at: now })
		.where(and(eq(tasks.id, id), notAccepted))
		.run();
}

/** Nobody knows what became of the POST; it is being looked for until `retry_at` (Unix epoch milliseconds) and on. */
export async function noteLooking(
	db: D1Database,
	id: string,
	retry_at: number,
	now: number
): Promise<void> {
	await drizzle(db)
		.update(tasks)
		.set({ output: { looking_for_outcome: true, retry_at }, updated_at: now })
		.where(and(eq(tasks.id, id), eq(tasks.status, 'submitting'), isNull(tasks.provider_task_id)))
		.run();
}

/** Meshy has accepted the task. Safe to repeat. */
export async function noteAccepted(
	db: D1Database,
	id: string,
	provider_task_id: string,
	now: number
): Promise<void> {
	const orm = drizzle(db);
	await orm.batch([
		orm
			.update(tasks)
			.set({ status: 'running', provider_task_id, output: null, updated_at: now })
			.where(and(eq(tasks.id, id), eq(tasks.status, 'submitting'))),
		acceptStatement(db, id, provider_task_id)
	]);
}

/**
 * Progress of a running task: it only grows, and reaches 100 only with the saved model.
 * @param queue_position tasks before it at the provider; null once it has begun
 */
export async function noteProgress(
	db: D1Database,
	id: string,
	progress: number,
	queue_position: number | null,
	now: number
): Promise<void> {
	const bounded = Math.max(0, Math.min(99, Math.round(progress)));
	await drizzle(db)
		.update(tasks)
		.set({
			progress: sql`max(${tasks.progress}, ${bounded})`,
			output: queue_position === null ? null : { queue_position },
			updated_at: now
		})
		.where(and(eq(tasks.id, id), eq(tasks.status, 'running')))
		.run();
}

/** The provider is done; the model is on its way into our storage. @param deleted_at when the provider deletes it */
export async function noteCopying(
	db: D1Database,
	id: string,
	deleted_at: number,
	now: number
): Promise<void> {
	await drizzle(db)
		.update(tasks)
		.set({ status: 'copying', progress: 99, output: { deleted_at }, updated_at: now })
		.where(and(eq(tasks.id, id), eq(tasks.status, 'running')))
		.run();
}

/** It is paid and could not be saved yet; tried again at `retry_at` (Unix epoch milliseconds). */
export async function noteUnsaved(
	db: D1Database,
	id: string,
	output: { not_saved_because: string; retry_at: number; deleted_at: number },
	now: number
): Promise<void> {
	await drizzle(db)
		.update(tasks)
		.set({ output, updated_at: now })
		.where(and(eq(tasks.id, id), eq(tasks.status, 'copying')))
		.run();
}

/** The stored, checked model becomes an asset and the task's model, together. Safe to repeat. */
export async function noteCopied(
	db: D1Database,
	id: string,
	asset: typeof assets.$inferInsert,
	now: number
): Promise<void> {
	const orm = drizzle(db);
	await orm.batch([
		orm.insert(assets).values(asset).onConflictDoNothing(),
		orm
			.update(tasks)
			.set({ model_asset_id: asset.id, updated_at: now })
			.where(and(eq(tasks.id, id), isNull(tasks.model_asset_id)))
	]);
}
