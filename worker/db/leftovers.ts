/** What a crash, a deletion or a closed tab leaves behind, a bounded number at a time. */
import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { FINAL_TASK_STATUSES } from '../contract';
import {
	assets,
	cost_entries,
	idempotency_keys,
	processing_tasks as tasks,
	submissions
} from './schema';
import type { Submission } from './submissions';
import type { Task } from './tasks';

/** Paid tasks that are not over and were not written since `before`, the longest silent first. */
export async function silentTasks(db: D1Database, before: number, limit: number): Promise<Task[]> {
	return drizzle(db)
		.select()
		.from(tasks)
		.where(
			and(
				inArray(tasks.status, ['queued', 'submitting', 'running', 'copying']),
				eq(tasks.type, '3d_generation'),
				lt(tasks.updated_at, before)
			)
		)
		.orderBy(asc(tasks.updated_at))
		.limit(limit)
		.all();
}

/** Tasks the provider accepted that were not finished when we stopped waiting, made since an instant. */
export async function unfinishedUnknowns(
	db: D1Database,
	since: number,
	limit: number
): Promise<Task[]> {
	return drizzle(db)
		.select()
		.from(tasks)
		.where(
			and(
				eq(tasks.status, 'unknown'),
				isNotNull(tasks.provider_task_id),
				gt(tasks.created_at, since)
			)
		)
		.orderBy(asc(tasks.updated_at))
		.limit(limit)
		.all();
}

export interface Dangling {
	task_id: string;
	/** What became of its POST; null when there was none. */
	state: Submission['state'] | null;
	credits: number;
	micro_usd: number;
}

/** Reservations made from `since` to `before` that are held for a task that no longer exists or has ended. */
export async function danglingReservations(
	db: D1Database,
	since: number,
	before: number,
	limit: number
): Promise<Dangling[]> {
	const ended = FINAL_TASK_STATUSES.filter((status) => status !== 'unknown');
	return drizzle(db)
		.select({
			task_id: cost_entries.task_id,
			state: submissions.state,
			credits: sql<number>`coalesce(${tasks.cost_micro_usd} * ${cost_entries.credits} / ${cost_entries.micro_usd}, ${cost_entries.credits})`,
			micro_usd: sql<number>`coalesce(${tasks.cost_micro_usd}, ${cost_entries.micro_usd})`
		})
		.from(cost_entries)
		.leftJoin(tasks, eq(tasks.id, cost_entries.task_id))
		.leftJoin(submissions, eq(submissions.task_id, cost_entries.task_id))
		.where(
			and(
				gt(cost_entries.created_at, since),
				lt(cost_entries.created_at, before),
				eq(cost_entries.kind, 'reserve'),
				sql`not exists (select 1 from cost_entries given where given.task_id = ${cost_entries.task_id} and given.kind = 'release')`,
				sql`(${isNull(tasks.id)} or ${inArray(tasks.status, ended)})`
			)
		)
		.limit(limit)
		.all();
}

/** Forgets uploads that were announced before an instant and never completed. @returns where their bytes may lie */
export async function forgetPendingUploads(
	db: D1Database,
	before: number,
	limit: number
): Promise<string[]> {
	const orm = drizzle(db);
	const stale = orm
		.select({ id: assets.id })
		.from(assets)
		.where(and(eq(assets.state, 'pending'), lt(assets.created_at, before)))
		.limit(limit);
	const rows = await orm
		.delete(assets)
		.where(and(eq(assets.state, 'pending'), inArray(assets.id, stale)))
		.returning({ storage_key: assets.storage_key })
		.all();
	return rows.map((row) => row.storage_key);
}

/** Forgets idempotency keys from before an instant. @returns how many */
export async function forgetKeys(db: D1Database, before: number, limit: number): Promise<number> {
	const orm = drizzle(db);
	const stale = orm
		.select({ key: idempotency_keys.key })
		.from(idempotency_keys)
		.where(lt(idempotency_keys.created_at, before))
		.limit(limit);
	const gone = await orm.delete(idempotency_keys).where(inArray(idempotency_keys.key, stale)).run();
	return gone.meta.changes;
}
