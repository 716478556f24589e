/** What was posted to a provider, and what became of it: the memory by which an unknown outcome is cleared up. */
import { and, eq, gte, inArray, lte, ne, sql, type SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Provider } from '../contract';
import { processing_tasks as tasks, submissions } from './schema';

export type Submission = typeof submissions.$inferSelect;

/** D1 binds at most 100 parameters per statement. */
const IDS_PER_QUERY = 90;

/** Opens a task's submission (again), if the condition holds. */
export function openStatement(
	db: D1Database,
	task_id: string,
	{ provider, endpoint }: { provider: string; endpoint: string },
	condition: SQL,
	now: number
) {
	// The columns of `insert … select` are the table's, in its order.
	return drizzle(db)
		.insert(submissions)
		.select(
			sql`select ${task_id}, ${provider}, ${endpoint}, ${now}, 'open', null, null, product_id
			from processing_tasks where ${and(eq(tasks.id, task_id), condition)}`
		)
		.onConflictDoUpdate({
			target: submissions.task_id,
			set: { endpoint, submitted_at: now, state: 'open', granted_at: null }
		});
}

/** The provider has accepted it under this id. Safe to repeat. */
export function acceptStatement(db: D1Database, task_id: string, provider_task_id: string) {
	return drizzle(db)
		.update(submissions)
		.set({ state: 'accepted', provider_task_id })
		.where(
			and(
				eq(submissions.task_id, task_id),
				inArray(submissions.state, ['waiting', 'open', 'closed'])
			)
		);
}

/** Its task is over: what was accepted is done, anything else was surely not accepted or is given up. */
export function endStatement(db: D1Database, task_id: string, condition: SQL = sql`true`) {
	return drizzle(db)
		.update(submissions)
		.set({
			state: sql`case when ${submissions.state} in ('accepted', 'done') then 'done' else 'closed' end`
		})
		.where(and(eq(submissions.task_id, task_id), condition));
}

export async function findSubmission(
	db: D1Database,
	task_id: string
): Promise<Submission | undefined> {
	return drizzle(db).select().from(submissions).where(eq(submissions.task_id, task_id)).get();
}

/** Those of a provider's ids that are some task's, also of a deleted one. */
export async function knownProviderTasks(
	db: D1Database,
	provider: Provider,
	ids: string[]
): Promise<Set<string>> {
	const orm = drizzle(db);
	const known = new Set<string>();
	for (let i = 0; i < ids.length; i += IDS_PER_QUERY) {
		const some = ids.slice(i, i + IDS_PER_QUERY);
		const [submitted, followed] = await orm.batch([
			orm
				.select({ id: submissions.provider_task_id })
				.from(submissions)
				.where(
					and(eq(submissions.provider, provider), inArray(submissions.provider_task_id, some))
				),
			orm
				.select({ id: tasks.provider_task_id })
				.from(tasks)
				.where(and(eq(tasks.provider, provider), inArray(tasks.provider_task_id, some)))
		]);
		for (const { id } of [...submitted, ...followed]) if (id !== null) known.add(id);
	}
	return known;
}

/** Whether another task's open submission, made from `first` to `last`, could be behind what a provider lists. */
export async function hasRival(
	db: D1Database,
	{ task_id, provider, endpoint }: Pick<Submission, 'task_id' | 'provider' | 'endpoint'>,
	first: number,
	last: number
): Promise<boolean> {
	const rival = await drizzle(db)
		.select({ task_id: submissions.task_id })
		.from(submissions)
		.where(
			and(
				eq(submissions.state, 'open'),
				gte(submissions.submitted_at, first),
				lte(submissions.submitted_at, last),
				eq(submissions.provider, provider),
				eq(submissions.endpoint, endpoint),
				ne(submissions.task_id, task_id)
			)
		)
		.limit(1)
		.get();
	return rival !== undefined;
}
