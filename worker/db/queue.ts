/**
 * Our own queue before a provider that takes only so many tasks at once. Fair: batches and products take turns, and
 * within each the oldest goes first. A place is given by one statement, so parallel callers never give too many.
 */
import { and, eq, lt, or, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { provider_pace, submissions } from './schema';

/** A place that is not used for so long goes to another, milliseconds. */
export const GRANT_MS = 3 * 60_000;
/** What was accepted (or posted, with an outcome unknown) longer ago no longer takes a place, milliseconds. */
const ACCEPTED_MS = 24 * 3_600_000;
const OPEN_MS = 15 * 60_000;

/** Puts a task into the queue, unless it is past that. */
export function enqueueStatement(
	db: D1Database,
	task_id: string,
	{ provider, endpoint }: { provider: string; endpoint: string },
	now: number
) {
	// The columns of `insert … select` are the table's, in its order.
	return drizzle(db)
		.insert(submissions)
		.select(
			sql`select id, ${provider}, ${endpoint}, ${now}, 'waiting', null, null, coalesce(batch_id, product_id)
			from processing_tasks where id = ${task_id} and status in ('queued', 'submitting')`
		)
		.onConflictDoNothing();
}

/** What takes a place at the provider, as a condition on a row named `s`. */
const takesPlace = (now: number) => sql`(
	(s.state = 'accepted' and s.submitted_at > ${now - ACCEPTED_MS})
	or (s.state = 'open' and s.submitted_at > ${now - OPEN_MS})
	or (s.state = 'waiting' and coalesce(s.granted_at, 0) > ${now - GRANT_MS}))`;

/**
 * Gives free places to those whose turn it is.
 * @param places how many tasks the provider takes at once
 * @returns the tasks that got one
 */
export async function grantPlaces(
	db: D1Database,
	provider: string,
	places: number,
	now: number
): Promise<string[]> {
	const granted = await drizzle(db).all<{ task_id: string }>(sql`
		with busy as (
			select s.group_id, count(*) as n from submissions s
			where s.provider = ${provider} and ${takesPlace(now)} group by s.group_id
		), waiting as (
			select s.task_id, s.submitted_at,
				coalesce(busy.n, 0) + row_number() over (partition by s.group_id order by s.submitted_at, s.task_id) as turn
			from submissions s join processing_tasks t on t.id = s.task_id left join busy on busy.group_id = s.group_id
			where s.provider = ${provider} and s.state = 'waiting' and not ${takesPlace(now)}
				and t.status in ('queued', 'submitting')
		)
		update submissions set granted_at = ${now} where task_id in (
			select task_id from waiting order by turn, submitted_at, task_id
			limit max(0, ${places} - (select coalesce(sum(n), 0) from busy))
		) and coalesce((select held_until from provider_pace where provider = ${provider}), 0) <= ${now}
		returning task_id`);
	return granted.map(({ task_id }) => task_id);
}

export interface Place {
	/** True when the task may be posted, or is past that. */
	granted: boolean;
	/** Tasks of ours that have waited longer. */
	ahead: number;
}

/** How a task stands in the queue. */
export async function readPlace(db: D1Database, task_id: string, now: number): Promise<Place> {
	const orm = drizzle(db);
	const row = await orm.select().from(submissions).where(eq(submissions.task_id, task_id)).get();
	if (!row || row.state !== 'waiting') return { granted: true, ahead: 0 };
	if (row.granted_at !== null && row.granted_at > now - GRANT_MS)
		return { granted: true, ahead: 0 };
	const before = await orm
		.select({ n: sql<number>`count(*)` })
		.from(submissions)
		.where(
			and(
				eq(submissions.state, 'waiting'),
				lt(submissions.submitted_at, row.submitted_at),
				eq(submissions.provider, row.provider)
			)
		)
		.get();
	return { granted: false, ahead: before?.n ?? 0 };
}

/** The provider refused a task for now: it waits again. */
export function requeueStatement(db: D1Database, task_id: string) {
	return drizzle(db)
		.update(submissions)
		.set({ state: 'waiting', granted_at: null })
		.where(
			and(
				eq(submissions.task_id, task_id),
				or(eq(submissions.state, 'open'), eq(submissions.state, 'waiting'))
			)
		);
}

/** A task's place is free: its provider has ended it. Safe to repeat. */
export async function freePlace(db: D1Database, task_id: string): Promise<void> {
	await drizzle(db)
		.update(submissions)
		.set({ state: 'done' })
		.where(and(eq(submissions.task_id, task_id), eq(submissions.state, 'accepted')));
}

/** The provider's queue is full, whatever we count: nobody gets a place before `until`. 0 ends that. */
export async function holdPlaces(db: D1Database, provider: string, until: number): Promise<void> {
	await drizzle(db)
		.insert(provider_pace)
		.values({ provider, turn_at: 0, held_until: until })
		.onConflictDoUpdate({ target: provider_pace.provider, set: { held_until: until } });
}
