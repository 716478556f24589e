import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { MESHY } from '../clients/meshy-catalog';
import { TASK_TYPES, metricsQuery } from '../contract';
import {
	HOUR_MS,
	readDailyStages,
	readMeasurements,
	readPaidNotSaved,
	readRatings,
	readRecentErrors,
	readSpentPerDay,
	readSpentPerMonth,
	readSpentPerProduct,
	type Measurement
} from '../db/metrics';
import { daysOfAllShares, mostSeenShares, summarize, type ShareTotals } from '../db/share-stats';
import type { AppEnv } from '../env';
import { percentile } from '../histogram';
import { validate } from '../validate';

const DAY_MS = 24 * HOUR_MS;

/** The dashboard's numbers. Days and months are UTC; times seconds for stages, milliseconds for calls; money USD. */
export const metrics = new Hono<AppEnv>().get(
	'/summary',
	validate('query', metricsQuery),
	async (c) => {
		const { days } = c.req.valid('query');
		const db = drizzle(c.env.DB);
		const now = new Date();
		const first_day = Math.floor(now.getTime() / DAY_MS) - days + 1;
		const since = first_day * DAY_MS;
		const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
		const year_ago = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11);
		const [
			measured,
			[daily, errors, per_day, per_month, per_product, ratings, unsaved, share_days, seen]
		] = await Promise.all([
			readMeasurements(db, first_day * 24),
			db.batch([
				readDailyStages(db, first_day * 24),
				readRecentErrors(db, since, 20),
				readSpentPerDay(db, since),
				readSpentPerMonth(db, year_ago),
				readSpentPerProduct(db, since, 10),
				readRatings(db, since),
				readPaidNotSaved(db),
				daysOfAllShares(db, first_day),
				mostSeenShares(db, first_day, 10)
			])
		]);
		const this_month = new Date(month).toISOString().slice(0, 7);
		const stages = measured.filter((row) => row.kind === 'stage');
		const ended = count(stages, ['ok', 'failed']);
		const all_days = Array.from({ length: days }, (_, i) => first_day + i);
		const on = (day: number, outcome: Measurement['outcome']) =>
			daily.find((row) => row.day === day && row.outcome === outcome)?.count ?? 0;

		return c.json(
			{
				days,
				totals: {
					tasks: count(stages),
					succeeded: count(stages, ['ok']),
					failed: count(stages, ['failed']),
					canceled: count(stages, ['canceled']),
					/** Succeeded of those not canceled, 0 to 1; null without any. */
					success_rate: ended === 0 ? null : count(stages, ['ok']) / ended
				},
				task_types: TASK_TYPES.map((type) =>
					stageSummary(
						type,
						stages.filter((row) => row.name === type)
					)
				),
				daily: all_days.map((day) => ({
					day: isoDay(day),
					succeeded: on(day, 'ok'),
					failed: on(day, 'failed'),
					canceled: on(day, 'canceled')
				})),
				routes: callSummaries(measured.filter((row) => row.kind === 'route')),
				outbound: callSummaries(measured.filter((row) => row.kind === 'outbound')),
				errors,
				costs: {
					month: usd(per_month.find((row) => row.month === this_month)?.micro_usd),
					per_day: all_days.map((day) => ({
						day: isoDay(day),
						cost: usd(per_day.find((row) => row.day === day)?.micro_usd)
					})),
					per_month: per_month.map((row) => ({ month: row.month, cost: usd(row.micro_usd) })),
					per_product: per_product.map(({ product_id, name, micro_usd }) => ({
						product_id,
						name,
						cost: usd(micro_usd)
					}))
				},
				paid_not_saved: paidNotSaved(unsaved[0], now.getTime()),
				satisfaction: satisfaction(ratings),
				shares: {
					...shareSummary(share_days, seen, all_days),
					satisfaction: satisfaction(ratings.filter(({ of_visitors }) => of_visitors))
				}
			},
			200
		);
	}
);

function stageSummary(type: (typeof TASK_TYPES)[number], rows: Measurement[]) {
	const succeeded = rows.filter((row) => row.outcome === 'ok');
	const times = addUp(succeeded);
	const seconds = (ms: number | null) => (ms === null ? null : ms / 1000);
	return {
		type,
		count: count(rows),
		succeeded: times.count,
		failed: count(rows, ['failed']),
		canceled: count(rows, ['canceled']),
		/** Of those that succeeded, seconds. */
		mean: times.count === 0 ? null : times.sum_ms / times.count / 1000,
		p50: seconds(percentile(times.buckets, 0.5, times.max_ms)),
		p95: seconds(percentile(times.buckets, 0.95, times.max_ms))
	};
}

/** One line per call, most used first. `errors` are failures of ours or theirs; `refused` are 4xx answers. */
function callSummaries(rows: Measurement[]) {
	return [...Map.groupBy(rows, (row) => row.name)]
		.map(([name, of_name]) => {
			const times = addUp(of_name);
			return {
				name,
				count: times.count,
				p50_ms: percentile(times.buckets, 0.5, times.max_ms),
				p95_ms: percentile(times.buckets, 0.95, times.max_ms),
				refused: count(of_name, ['refused']),
				errors: count(of_name, ['failed'])
			};
		})
		.toSorted((a, b) => b.count - a.count);
}

function addUp(rows: Measurement[]) {
	const total = { count: 0, sum_ms: 0, max_ms: 0, buckets: new Array<number>(12).fill(0) };
	for (const row of rows) {
		total.count += row.count;
		total.sum_ms += row.sum_ms;
		total.max_ms = Math.max(total.max_ms, row.max_ms);
		total.buckets = total.buckets.map((n, i) => n + (row.buckets[i] ?? 0));
	}
	return total;
}

/** `deadline`: when the provider deletes the first of them, Unix epoch milliseconds, counted from when it was asked for. */
function paidNotSaved(row: { count: number; first: number | null } | undefined, now: number) {
	const first = row?.first ?? null;
	const deadline = first === null ? null : first + MESHY.retention_seconds * 1000;
	return {
		count: row?.count ?? 0,
		deadline,
		hours_left: deadline === null ? null : Math.max(0, (deadline - now) / HOUR_MS)
	};
}

/** What visitors did with links. Nothing about a person is known. */
function shareSummary(
	rows: ShareTotals[],
	seen: Awaited<ReturnType<typeof mostSeenShares>>,
	all_days: number[]
) {
	return {
		...summarize(rows),
		daily: all_days.map((day) => {
			const row = rows.find((one) => one.day === day);
			return { day: isoDay(day), views: row?.views ?? 0, ar_starts: row?.ar_starts ?? 0 };
		}),
		most_seen: seen.map(({ share_id, product_id, name, label, ...totals }) => ({
			share_id,
			product_id,
			name,
			label,
			...summarize([totals])
		}))
	};
}

function satisfaction(ratings: { rating: number; count: number }[]) {
	/** How many gave 1, 2, 3, 4, 5. */
	const histogram = [1, 2, 3, 4, 5].map((rating) =>
		ratings.reduce((sum, row) => (row.rating === rating ? sum + row.count : sum), 0)
	);
	const given = histogram.reduce((sum, n) => sum + n, 0);
	const points = histogram.reduce((sum, n, i) => sum + n * (i + 1), 0);
	return { mean: given === 0 ? null : points / given, count: given, histogram };
}

const count = (rows: Measurement[], outcomes?: Measurement['outcome'][]) =>
	rows.reduce((sum, row) => (outcomes?.includes(row.outcome) === false ? sum : sum + row.count), 0);
const usd = (micro_usd: number | null | undefined) => (micro_usd ?? 0) / 1_000_000;
const isoDay = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);
