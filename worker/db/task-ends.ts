/** How a paid task ends in D1, each together with what the ledger then books; and how an unknown one goes on. */
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Bill } from '../clients/provider';
import type { ErrorCode, TaskStatus } from '../contract';
import { auditWhere } from './audit';
import { releaseStatement, settleStatement } from './costs';
import { notAccepted } from './generation';
import { processing_tasks as tasks } from './schema';
import { endStatement } from './submissions';
import { advanceProductStatement } from './tasks';

const UNFINISHED: TaskStatus[] = ['queued', 'submitting', 'running', 'copying'];

/** Ends a task whose model is stored: books the price, gives the reservation back. Safe to repeat. */
export async function succeedTask(
	db: D1Database,
	id: string,
	product_id: string,
	bill: Bill,
	output: Record<string, unknown>,
	now: number
): Promise<void> {
	const orm = drizzle(db);
	await orm.batch([
		settleStatement(db, id, bill.credits, bill.micro_usd, now),
		releaseStatement(db, id, now),
		orm
			.update(tasks)
			.set({ ...ended('succeeded', now), progress: 100, output, cost_micro_usd: bill.micro_usd })
			.where(and(eq(tasks.id, id), inArray(tasks.status, UNFINISHED))),
		advanceProductStatement(db, product_id, 'modeled', now),
		endStatement(db, id)
	]);
}

/** Ends a task without a model: books what it cost (often nothing), gives the reservation back. Safe to repeat. */
export async function failTask(
	db: D1Database,
	id: string,
	bill: Bill,
	error: { code: ErrorCode; message: string },
	now: number
): Promise<void> {
	const orm = drizzle(db);
	await orm.batch([
		settleStatement(db, id, bill.credits, bill.micro_usd, now),
		releaseStatement(db, id, now),
		orm
			.update(tasks)
			.set({
				...ended('failed', now),
				output: null,
				error_code: error.code,
				error_message: error.message,
				cost_micro_usd: bill.micro_usd
			})
			.where(and(eq(tasks.id, id), inArray(tasks.status, UNFINISHED))),
		endStatement(db, id)
	]);
}

/** It cannot be said whether Meshy accepted (or finished) the task. The reservation stays held. */
export async function leaveUnknown(
	db: D1Database,
	id: string,
	message: string,
	now: number
): Promise<void> {
	await drizzle(db)
		.update(tasks)
		.set({
			...ended('unknown', now),
			output: null,
			error_code: 'outcome_unknown',
			error_message: message
		})
		.where(and(eq(tasks.id, id), inArray(tasks.status, UNFINISHED)))
		.run();
}

/**
 * A person has seen at the provider that an unknown task was not charged: it ends as failed and holds nothing.
 * Its submission stays open, for it may still turn up. @returns false when it is not an unknown task
 */
export async function resolveNotCharged(
	db: D1Database,
	id: string,
	message: string,
	actor: string,
	now: number
): Promise<boolean> {
	const orm = drizzle(db);
	const unknown = and(
		eq(tasks.id, id),
		eq(tasks.status, 'unknown'),
		isNull(tasks.provider_task_id)
	);
	const held = sql`exists (select 1 from processing_tasks where ${unknown})`;
	const [, , failed] = await orm.batch([
		releaseStatement(db, id, now, held),
		auditWhere(db, actor, 'task.not_charged', id, {}, held, now),
		orm
			.update(tasks)
			.set({ status: 'failed', updated_at: now, error_message: message })
			.where(unknown)
	]);
	return failed.meta.changes === 1;
}

/** An unknown task is taken up again where it stood. @returns false when it is not unknown */
export async function reviveTask(db: D1Database, id: string, now: number): Promise<boolean> {
	const revived = await drizzle(db)
		.update(tasks)
		.set({
			status: sql`case when ${tasks.provider_task_id} is null then 'submitting' else 'running' end`,
			error_code: null,
			error_message: null,
			completed_at: null,
			processing_time: null,
			updated_at: now
		})
		.where(and(eq(tasks.id, id), eq(tasks.status, 'unknown')))
		.run();
	return revived.meta.changes === 1;
}

/** Cancels a task that Meshy surely has not accepted and gives its reservation back. @returns false when it is too late */
export async function cancelWaitingTask(db: D1Database, id: string, now: number): Promise<boolean> {
	const orm = drizzle(db);
	const [canceled] = await orm.batch([
		orm
			.update(tasks)
			.set({ ...ended('canceled', now), output: null })
			.where(and(eq(tasks.id, id), notAccepted)),
		releaseStatement(
			db,
			id,
			now,
			sql`exists (select 1 from processing_tasks where id = ${id} and status = 'canceled')`
		),
		endStatement(
			db,
			id,
			sql`exists (select 1 from processing_tasks where id = ${id} and status = 'canceled')`
		)
	]);
	return canceled.meta.changes === 1;
}

/** What every end sets. The work lasted from its first submission (or its creation) until now. */
function ended(status: TaskStatus, now: number) {
	return {
		status,
		completed_at: now,
		updated_at: now,
		processing_time: sql`(${now} - coalesce(${tasks.started_at}, ${tasks.created_at})) / 1000.0`
	};
}
