/** What the dashboard and /metrics read: rolled-up rows, and the ledger and tasks through their indexes. */
import { and, desc, eq, gte, inArray, sql, type SQLWrapper } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import {
	cost_entries,
	feedback,
	performance_metrics,
	processing_tasks,
	products,
	submissions
} from './schema';

export const HOUR_MS = 3_600_000;

const m = performance_metrics;
const sum = (column: SQLWrapper) => sql<number>`sum(${column})`;

/** The query for measurements since an hour (hours since the Unix epoch), added up per name and outcome. */
export function measurementsSince(db: DrizzleD1Database, since_hour: number) {
	return db
		.select({
			kind: m.kind,
			name: m.name,
			outcome: m.outcome,
			count: sum(m.count),
			sum_ms: sum(m.sum_ms),
			max_ms: sql<number>`max(${m.max_ms})`,
			le_25: sum(m.le_25),
			le_100: sum(m.le_100),
			le_250: sum(m.le_250),
			le_500: sum(m.le_500),
			le_1000: sum(m.le_1000),
			le_2500: sum(m.le_2500),
			le_5000: sum(m.le_5000),
			le_10000: sum(m.le_10000),
			le_30000: sum(m.le_30000),
			le_120000: sum(m.le_120000),
			le_600000: sum(m.le_600000),
			le_inf: sum(m.le_inf)
		})
		.from(m)
		.where(gte(m.hour, since_hour))
		.groupBy(m.kind, m.name, m.outcome);
}

/** Measurements since an hour (hours since the Unix epoch), added up per name and outcome. */
export async function readMeasurements(db: DrizzleD1Database, since_hour: number) {
	const rows = await measurementsSince(db, since_hour);
	return rows.map(({ kind, name, outcome, count, sum_ms, max_ms, ...bucket }) => ({
		kind,
		name,
		outcome,
		count,
		sum_ms,
		max_ms,
		// In the order of BUCKETS_MS, see meter.ts.
		buckets: [
			bucket.le_25,
			bucket.le_100,
			bucket.le_250,
			bucket.le_500,
			bucket.le_1000,
			bucket.le_2500,
			bucket.le_5000,
			bucket.le_10000,
			bucket.le_30000,
			bucket.le_120000,
			bucket.le_600000,
			bucket.le_inf
		]
	}));
}
export type Measurement = Awaited<ReturnType<typeof readMeasurements>>[number];

/** Stages per day (days since the Unix epoch) and outcome. */
export function readDailyStages(db: DrizzleD1Database, since_hour: number) {
	const day = sql<number>`${m.hour} / 24`;
	return db
		.select({ day: day.as('day'), outcome: m.outcome, count: sum(m.count) })
		.from(m)
		.where(and(gte(m.hour, since_hour), eq(m.kind, 'stage')))
		.groupBy(day, m.outcome)
		.orderBy(day);
}

/** The newest failed tasks since an instant. */
export function readRecentErrors(db: DrizzleD1Database, since: number, limit: number) {
	return db
		.select({
			task_id: processing_tasks.id,
			product_id: processing_tasks.product_id,
			type: processing_tasks.type,
			code: processing_tasks.error_code,
			message: processing_tasks.error_message,
			at: processing_tasks.updated_at
		})
		.from(processing_tasks)
		.where(and(eq(processing_tasks.status, 'failed'), gte(processing_tasks.updated_at, since)))
		.orderBy(desc(processing_tasks.updated_at))
		.limit(limit);
}

/** Models a provider made and charged that are not stored yet, and when the first of them was asked for. */
export function readPaidNotSaved(db: DrizzleD1Database) {
	return db
		.select({
			count: sql<number>`count(*)`,
			first: sql<
				number | null
			>`min(coalesce(${submissions.submitted_at}, ${processing_tasks.started_at}))`
		})
		.from(processing_tasks)
		.leftJoin(submissions, eq(submissions.task_id, processing_tasks.id))
		.where(and(eq(processing_tasks.status, 'copying'), eq(processing_tasks.provider, 'meshy')));
}

/** How many tasks are in each state that is not final. */
export function readTasksInFlight(db: DrizzleD1Database) {
	return db
		.select({ status: processing_tasks.status, count: sql<number>`count(*)` })
		.from(processing_tasks)
		.where(
			inArray(processing_tasks.status, ['queued', 'submitting', 'running', 'copying', 'unknown'])
		)
		.groupBy(processing_tasks.status);
}

const c = cost_entries;
const spent = sql<number>`sum(${c.micro_usd})`;
/** Through cost_by_created: the cost grows with what was paid in the period, three rows per paid task. */
const settledSince = (since: number) => and(gte(c.created_at, since), eq(c.kind, 'settle'));

/** What was spent per day since an instant, micro-USD. */
export function readSpentPerDay(db: DrizzleD1Database, since: number) {
	const day = sql<number>`${c.created_at} / 86400000`;
	return db
		.select({ day: day.as('day'), micro_usd: spent })
		.from(c)
		.where(settledSince(since))
		.groupBy(day)
		.orderBy(day);
}

/** What was spent per month ("2026-11", UTC) since an instant, micro-USD. */
export function readSpentPerMonth(db: DrizzleD1Database, since: number) {
	const month = sql<string>`strftime('%Y-%m', ${c.created_at} / 1000, 'unixepoch')`;
	return db
		.select({ month: month.as('month'), micro_usd: spent })
		.from(c)
		.where(settledSince(since))
		.groupBy(month)
		.orderBy(month);
}

/** The products most was spent on since an instant. The name is null for those deleted since. */
export function readSpentPerProduct(db: DrizzleD1Database, since: number, limit: number) {
	return (
		db
			.select({ product_id: c.product_id, name: products.name, micro_usd: spent })
			.from(c)
			.leftJoin(products, eq(products.id, c.product_id))
			.where(settledSince(since))
			// The + keeps SQLite from walking the whole ledger in the order of cost_by_product (sqlite.org/optoverview.html, 5).
			.groupBy(sql`+${c.product_id}`)
			.having(sql`sum(${c.micro_usd}) > 0`)
			.orderBy(desc(spent))
			.limit(limit)
	);
}

/** How many ratings of each value were given since an instant. */
export function readRatings(db: DrizzleD1Database, since: number) {
	return db
		.select({
			rating: feedback.rating,
			of_visitors: sql<number>`${feedback.share_id} is not null`.mapWith(Boolean),
			count: sql<number>`count(*)`
		})
		.from(feedback)
		.where(gte(feedback.created_at, since))
		.groupBy(feedback.rating, sql`${feedback.share_id} is not null`);
}
