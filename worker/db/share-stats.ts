/** Numbers of links: rolled up per link and day, without anything about the person. */
import { and, desc, eq, gte, sql, type SQLWrapper } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import type { ShareEvent } from '../contract';
import { feedback, products, share_stats, shares } from './schema';

export const DAY_MS = 86_400_000;
/** A load within this counts as fast, milliseconds: "good" for the largest paint (web.dev/articles/lcp). */
const FAST_MS = 2500;
/** Ratings that are kept per link and day; a person gives one. */
const RATINGS_PER_DAY = 200;

const t = share_stats;
const sum = (column: SQLWrapper) => sql<number>`coalesce(sum(${column}), 0)`;
const totals = {
	views: sum(t.views),
	phone_views: sum(t.phone_views),
	tablet_views: sum(t.tablet_views),
	ar_starts: sum(t.ar_starts),
	loads: sum(t.loads),
	fast_loads: sum(t.fast_loads),
	load_ms_sum: sum(t.load_ms_sum)
};

/** Days since the Unix epoch. */
export const dayOf = (instant: number) => Math.floor(instant / DAY_MS);

/** Adds one event to the link's row of the day. */
export async function countShareEvent(
	db: DrizzleD1Database,
	share_id: string,
	event: Exclude<ShareEvent, { type: 'rating' }>,
	device: 'phone' | 'tablet' | 'desktop',
	now: number
): Promise<void> {
	const viewed = event.type === 'view';
	const load_ms = event.type === 'loaded' ? Math.round(event.load_ms) : null;
	const add = {
		views: Number(viewed),
		phone_views: Number(viewed && device === 'phone'),
		tablet_views: Number(viewed && device === 'tablet'),
		ar_starts: Number(event.type === 'ar_start'),
		loads: Number(load_ms !== null),
		fast_loads: Number(load_ms !== null && load_ms <= FAST_MS),
		load_ms_sum: load_ms ?? 0
	};
	await db
		.insert(t)
		.values({ share_id, day: dayOf(now), ...add })
		.onConflictDoUpdate({
			target: [t.share_id, t.day],
			set: {
				views: sql`${t.views} + excluded.views`,
				phone_views: sql`${t.phone_views} + excluded.phone_views`,
				tablet_views: sql`${t.tablet_views} + excluded.tablet_views`,
				ar_starts: sql`${t.ar_starts} + excluded.ar_starts`,
				loads: sql`${t.loads} + excluded.loads`,
				fast_loads: sql`${t.fast_loads} + excluded.fast_loads`,
				load_ms_sum: sql`${t.load_ms_sum} + excluded.load_ms_sum`
			}
		});
}

/** Keeps a visitor's rating, at most 200 a day per link. @returns false when the day is full */
export async function rateShare(
	db: DrizzleD1Database,
	share: { id: string; product_id: string },
	rating: number,
	now: number
): Promise<boolean> {
	const today = dayOf(now) * DAY_MS;
	const rows = await db.all(
		sql`insert into ${feedback} (id, product_id, share_id, rating, created_at)
			select ${uuidv7()}, ${share.product_id}, ${share.id}, ${rating}, ${now}
			where (select count(*) from ${feedback} where share_id = ${share.id} and created_at >= ${today}) < ${RATINGS_PER_DAY}
			returning id`
	);
	return rows.length > 0;
}

/** The totals of the given links since a day, for those that have any. */
export function totalsOfShares(db: DrizzleD1Database, share_ids: string[], since_day: number) {
	return db
		.select({ share_id: t.share_id, ...totals })
		.from(t)
		.where(
			and(
				// One bound value for all ids: D1 binds at most 100.
				sql`${t.share_id} in (select value from json_each(${JSON.stringify(share_ids)}))`,
				gte(t.day, since_day)
			)
		)
		.groupBy(t.share_id);
}

/** One link's days since a day, oldest first, for use in a batch. */
export function daysOfShare(db: DrizzleD1Database, share_id: string, since_day: number) {
	return db
		.select({ day: t.day, ...totals })
		.from(t)
		.where(and(eq(t.share_id, share_id), gte(t.day, since_day)))
		.groupBy(t.day)
		.orderBy(t.day);
}

/** How visitors rated a link since an instant, for use in a batch. */
export function ratingsOfShare(db: DrizzleD1Database, share_id: string, since: number) {
	return db
		.select({ count: sql<number>`count(*)`, sum: sum(feedback.rating) })
		.from(feedback)
		.where(and(eq(feedback.share_id, share_id), gte(feedback.created_at, since)));
}

/** All links together per day since a day, oldest first, for use in a batch. Through share_stats_by_day. */
export function daysOfAllShares(db: DrizzleD1Database, since_day: number) {
	return db
		.select({ day: t.day, ...totals })
		.from(t)
		.where(gte(t.day, since_day))
		.groupBy(t.day)
		.orderBy(t.day);
}

/** The links seen most since a day, for use in a batch. */
export function mostSeenShares(db: DrizzleD1Database, since_day: number, limit: number) {
	return db
		.select({
			share_id: t.share_id,
			product_id: shares.product_id,
			name: products.name,
			label: shares.label,
			...totals
		})
		.from(t)
		.innerJoin(shares, eq(shares.id, t.share_id))
		.innerJoin(products, eq(products.id, shares.product_id))
		.where(gte(t.day, since_day))
		.groupBy(t.share_id)
		.having(sql`sum(${t.views}) > 0`)
		.orderBy(desc(totals.views))
		.limit(limit);
}

export type ShareTotals = Awaited<ReturnType<typeof daysOfAllShares>>[number];

/** Adds days up and says what they mean: times milliseconds, shares 0 to 1, null without data. */
export function summarize(rows: Omit<ShareTotals, 'day'>[]) {
	const add = (key: keyof Omit<ShareTotals, 'day'>) => rows.reduce((n, row) => n + row[key], 0);
	const [views, loads] = [add('views'), add('loads')];
	const [phone, tablet] = [add('phone_views'), add('tablet_views')];
	return {
		views,
		ar_starts: add('ar_starts'),
		loads,
		load_mean_ms: loads === 0 ? null : add('load_ms_sum') / loads,
		/** Loads within 2.5 s, of all. */
		fast_share: loads === 0 ? null : add('fast_loads') / loads,
		devices: { phone, tablet, desktop: Math.max(0, views - phone - tablet) }
	};
}
