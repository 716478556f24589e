/**
 * The ledger's statements. Append-only; per task at most one `reserve`, one `settle`, one `release`.
 * Every amount counts for the day and month in which its task was reserved, so that a cap, once it let a
 * task in, can only be freed later, never passed.
 */
import { and, desc, eq, lt, or, sql, type SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import type { SpendCaps } from '../spend-caps';
import type { Cursor } from './cursor';
import { cost_entries } from './schema';

export type CostEntry = typeof cost_entries.$inferSelect;

export interface Reservation {
	task_id: string;
	product_id: string;
	/** Null outside a batch. */
	batch_id: string | null;
	provider: string;
	/** Who asks. */
	user: string;
	/** The most the task can cost. */
	credits: number;
	micro_usd: number;
}

/** Micro-USD. `spent` is settled, `held` reserved and not yet settled. */
export interface Spending {
	spent: number;
	held: number;
}

/** Everything booked for tasks reserved at or after an instant. */
const bookedSince = (start: number) =>
	sql`(select coalesce(sum(micro_usd), 0) from cost_entries where task_id in
		(select task_id from cost_entries where created_at >= ${start} and kind = 'reserve'))`;

/** Everything booked for a user's tasks reserved at or after an instant. */
const bookedForUser = (user: string, start: number) =>
	sql`(select coalesce(sum(micro_usd), 0) from cost_entries where task_id in
		(select task_id from cost_entries where user = ${user} and created_at >= ${start} and kind = 'reserve'))`;

/** Everything booked for a batch, whenever; nothing outside one. */
const bookedForBatch = (batch_id: string | null) =>
	sql`(select coalesce(sum(micro_usd), 0) from cost_entries where batch_id = ${batch_id})`;

/**
 * One statement that reserves the maximum price if every cap allows it and the caller still owns its
 * idempotency claim; it inserts one row or none. Parallel calls cannot pass a cap together: D1 runs one write at a time.
 */
export function reserveStatement(
	db: D1Database,
	reservation: Reservation,
	caps: SpendCaps,
	claim: { key: string; claimed_at: number },
	now: number
) {
	const { day_start, month_start } = capPeriods(now);
	const { task_id, product_id, batch_id, provider, user, credits, micro_usd } = reservation;
	// The columns of `insert … select` are the table's, in its order.
	return drizzle(db).insert(cost_entries).select(sql`
		select ${uuidv7()}, ${task_id}, ${product_id}, ${batch_id}, ${provider}, 'reserve', ${credits}, ${micro_usd}, ${now}, ${user}
		where ${bookedSince(day_start)} + ${micro_usd} <= ${caps.day_micro_usd}
		and ${bookedSince(month_start)} + ${micro_usd} <= ${caps.month_micro_usd}
		and ${bookedForUser(user, month_start)} + ${micro_usd} <= ${caps.user_micro_usd}
		and (${batch_id} is null or ${bookedForBatch(batch_id)} + ${micro_usd} <= ${caps.batch_micro_usd})
		and exists (select 1 from idempotency_keys where key = ${claim.key}
			and status_code is null and created_at = ${claim.claimed_at})`);
}

/** Books what a task really cost. Does nothing when it is booked already or nothing was reserved. */
export function settleStatement(
	db: D1Database,
	task_id: string,
	credits: number,
	micro_usd: number,
	now: number
) {
	return drizzle(db)
		.insert(cost_entries)
		.select(
			sql`select ${uuidv7()}, task_id, product_id, batch_id, provider, 'settle', ${credits}, ${micro_usd}, ${now}, user
			from cost_entries where task_id = ${task_id} and kind = 'reserve'`
		)
		.onConflictDoNothing();
}

/**
 * Gives a whole reservation back. Does nothing when it was given back already.
 * @param condition what must hold for it, beyond there being a reservation
 */
export function releaseStatement(
	db: D1Database,
	task_id: string,
	now: number,
	condition: SQL = sql`true`
) {
	return drizzle(db)
		.insert(cost_entries)
		.select(
			sql`select ${uuidv7()}, task_id, product_id, batch_id, provider, 'release', -credits, -micro_usd, ${now}, user
			from cost_entries where task_id = ${task_id} and kind = 'reserve' and ${condition}`
		)
		.onConflictDoNothing();
}

/** What is spent and held today and this month (UTC). */
export async function readSpending(
	db: D1Database,
	now: number
): Promise<{ day: Spending; month: Spending }> {
	const { day_start, month_start } = capPeriods(now);
	const read = (start: number) =>
		drizzle(db).get<Spending>(sql`
			select coalesce(sum(case when kind = 'settle' then micro_usd end), 0) as spent,
				coalesce(sum(case when kind <> 'settle' then micro_usd end), 0) as held
			from cost_entries where task_id in
				(select task_id from cost_entries where created_at >= ${start} and kind = 'reserve')`);
	const [day, month] = await Promise.all([read(day_start), read(month_start)]);
	const none: Spending = { spent: 0, held: 0 };
	return { day: day ?? none, month: month ?? none };
}

/** What is spent and held this month (UTC) for a user. */
export async function readUserSpending(
	db: D1Database,
	user: string,
	now: number
): Promise<Spending> {
	const { month_start } = capPeriods(now);
	const found = await drizzle(db).get<Spending>(sql`
		select coalesce(sum(case when kind = 'settle' then micro_usd end), 0) as spent,
			coalesce(sum(case when kind <> 'settle' then micro_usd end), 0) as held
		from cost_entries where task_id in
			(select task_id from cost_entries where user = ${user} and created_at >= ${month_start} and kind = 'reserve')`);
	return found ?? { spent: 0, held: 0 };
}

/** What is spent and held for a batch. */
export async function readBatchSpending(db: D1Database, batch_id: string): Promise<Spending> {
	const found = await drizzle(db).get<Spending>(sql`
		select coalesce(sum(case when kind = 'settle' then micro_usd end), 0) as spent,
			coalesce(sum(case when kind <> 'settle' then micro_usd end), 0) as held
		from cost_entries where batch_id = ${batch_id}`);
	return found ?? { spent: 0, held: 0 };
}

/** A page of the ledger, newest first. `cursor` names the last row seen. */
export async function listCostEntries(
	db: D1Database,
	limit: number,
	cursor?: Cursor
): Promise<CostEntry[]> {
	return drizzle(db)
		.select()
		.from(cost_entries)
		.where(
			cursor &&
				or(
					lt(cost_entries.created_at, cursor.created_at),
					and(eq(cost_entries.created_at, cursor.created_at), lt(cost_entries.id, cursor.id))
				)
		)
		.orderBy(desc(cost_entries.created_at), desc(cost_entries.id))
		.limit(limit)
		.all();
}

/** Start of the UTC day and of the UTC month that hold an instant (both Unix epoch milliseconds). */
function capPeriods(now: number): { day_start: number; month_start: number } {
	const date = new Date(now);
	return {
		day_start: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()),
		month_start: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
	};
}
