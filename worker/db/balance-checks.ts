/** The provider's balance beside our ledger. */
import { and, desc, eq, gt, inArray, isNotNull, lte, or, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import type { Provider } from '../contract';
import { balance_checks, cost_entries as c, processing_tasks as tasks } from './schema';

export type BalanceCheck = typeof balance_checks.$inferSelect;

/** What the ledger knows, in credits. */
export interface Booked {
	/** Settled after `since` up to `now`. */
	settled: number;
	/** Reserved for tasks the provider has accepted and that are not settled. */
	in_flight: number;
}

export async function readBooked(
	db: D1Database,
	provider: Provider,
	since: number,
	now: number
): Promise<Booked> {
	const orm = drizzle(db);
	const sum = sql<number>`coalesce(sum(${c.credits}), 0)`;
	const [settled, in_flight] = await orm.batch([
		orm
			.select({ credits: sum })
			.from(c)
			.where(
				and(
					eq(c.provider, provider),
					eq(c.kind, 'settle'),
					gt(c.created_at, since),
					lte(c.created_at, now)
				)
			),
		orm
			.select({ credits: sum })
			.from(tasks)
			.innerJoin(c, and(eq(c.task_id, tasks.id), eq(c.kind, 'reserve')))
			.where(
				and(
					eq(tasks.provider, provider),
					or(
						inArray(tasks.status, ['running', 'copying']),
						and(eq(tasks.status, 'unknown'), isNotNull(tasks.provider_task_id))
					)
				)
			)
	]);
	return { settled: settled[0]?.credits ?? 0, in_flight: in_flight[0]?.credits ?? 0 };
}

export async function lastBalanceCheck(
	db: D1Database,
	provider: Provider
): Promise<BalanceCheck | undefined> {
	return drizzle(db)
		.select()
		.from(balance_checks)
		.where(eq(balance_checks.provider, provider))
		.orderBy(desc(balance_checks.created_at))
		.limit(1)
		.get();
}

export async function recordBalanceCheck(
	db: D1Database,
	check: Omit<BalanceCheck, 'id' | 'created_at'>,
	now: number
): Promise<void> {
	await drizzle(db)
		.insert(balance_checks)
		.values({ ...check, id: uuidv7(), created_at: now })
		.run();
}
