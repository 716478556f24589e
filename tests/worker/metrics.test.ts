import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { drizzle } from 'drizzle-orm/d1';
import { describe, expect, it } from 'vitest';
import {
	measurementsSince,
	readDailyStages,
	readRatings,
	readRecentErrors,
	readSpentPerDay,
	readSpentPerMonth,
	readSpentPerProduct,
	readTasksInFlight
} from '../../worker/db/metrics';
import { percentile } from '../../worker/histogram';
import worker from '../../worker/index';
import { BUCKETS_MS, recordMetric } from '../../worker/meter';
import { ORIGIN, createProduct, optimizedProduct, refusalOf, send, sendJson } from './studio';

/** A request whose measurement is written when this returns. */
async function measured(path: string, init: RequestInit = {}) {
	const ctx = createExecutionContext();
	const response = await worker.fetch(new Request(ORIGIN + path, init), env, ctx);
	await response.arrayBuffer();
	await waitOnExecutionContext(ctx);
	return response.status;
}

const readRows = async (name: string) =>
	(
		await env.DB.prepare(
			'select outcome, sum(count) as count from performance_metrics where name = ? group by outcome order by outcome'
		)
			.bind(name)
			.all()
	).results;

const countRows = () =>
	env.DB.prepare('select count(*) as n from performance_metrics').first<number>('n');

describe('the meter', () => {
	it('adds up calls of one route in one row per hour and outcome, whatever ids are in them', async () => {
		const hour = Math.floor(Date.now() / 3_600_000);
		for (let i = 0; i < 5; i++) {
			expect(await measured(`/api/products/00000000-0000-7000-8000-00000000000${i}`)).toBe(404);
		}
		const rows = await env.DB.prepare('select * from performance_metrics where name = ?')
			.bind('GET /api/products/:product_id')
			.all();
		const total = rows.results.reduce((sum, row) => sum + Number(row.count), 0);
		expect(total).toBe(5);
		// Two rows at most, if the hour turned meanwhile.
		expect(rows.results.length).toBeLessThanOrEqual(Math.floor(Date.now() / 3_600_000) - hour + 1);
	});

	it('tells answers, refusals and failures apart', async () => {
		expect(await measured('/api/config')).toBe(200);
		const denied = { method: 'POST', headers: { origin: 'https://evil.example.com' } };
		expect(await measured('/api/config', denied)).toBe(403);
		const broken = { ...env };
		Reflect.deleteProperty(broken, 'BUCKET');
		const ctx = createExecutionContext();
		expect((await worker.fetch(new Request(`${ORIGIN}/api/health`), broken, ctx)).status).toBe(503);
		await waitOnExecutionContext(ctx);
		expect(await readRows('GET /api/config')).toEqual([{ outcome: 'ok', count: 1 }]);
		expect(await readRows('GET /api/health')).toEqual([{ outcome: 'failed', count: 1 }]);
	});

	it('makes no new rows for addresses and methods people make up', async () => {
		await measured('/api/made-up');
		await measured('/nowhere');
		const before = await countRows();
		for (let i = 0; i < 10; i++) {
			await measured(`/api/made-up-${i}`);
			await measured(`/nowhere-${i}`);
		}
		expect(await countRows()).toBe(before);
	});

	it.each([
		[0, 'le_25'],
		[25, 'le_25'],
		[25.6, 'le_100'],
		[600_000, 'le_600000'],
		[600_001, 'le_inf']
	])('%d ms fall into the bucket %s', async (ms, bucket) => {
		const name = `bucket ${ms}`;
		await recordMetric(env.DB, { kind: 'outbound', name, outcome: 'ok', ms });
		const row = await env.DB.prepare(
			`select ${bucket} as n from performance_metrics where name = ?`
		)
			.bind(name)
			.first<number>('n');
		expect(row).toBe(1);
	});

	it('counts every one of many calls at once', async () => {
		const metric = { kind: 'outbound', name: 'parallel', outcome: 'ok', ms: 10 } as const;
		await Promise.all(
			Array.from({ length: 40 }, () => recordMetric(env.DB, { ...metric, cost_micro_usd: 5 }))
		);
		const row = await env.DB.prepare(
			"select sum(count) as count, sum(sum_ms) as ms, sum(cost_micro_usd) as cost, sum(le_25) as le from performance_metrics where name = 'parallel'"
		).first();
		expect(row).toEqual({ count: 40, ms: 400, cost: 200, le: 40 });
	});
});

describe('percentiles', () => {
	it('are null without and never above the largest measurement', () => {
		const none = new Array<number>(BUCKETS_MS.length + 1).fill(0);
		expect(percentile(none, 0.95, 0)).toBeNull();
		expect(percentile([10, ...none.slice(1)], 0.5, 3)).toBeLessThanOrEqual(3);
		expect(percentile([...none.slice(1), 4], 0.95, 700_000)).toBeLessThanOrEqual(700_000);
		expect(percentile([...none.slice(1), 4], 0.95, 700_000)).toBeGreaterThan(600_000);
	});

	it('stay within the bucket that holds the true value', () => {
		const values = Array.from({ length: 1000 }, (_, i) => 1 + i * i * 0.01);
		const counts = new Array<number>(BUCKETS_MS.length + 1).fill(0);
		const bucketOf = (ms: number) => {
			const i = BUCKETS_MS.findIndex((bound) => ms <= bound);
			return i < 0 ? BUCKETS_MS.length : i;
		};
		for (const ms of values) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1;
		for (const share of [0.1, 0.5, 0.9, 0.95, 0.99]) {
			const truth = values[Math.ceil(share * values.length) - 1] ?? 0;
			const found = percentile(counts, share, Math.max(...values)) ?? -1;
			expect(bucketOf(found)).toBe(bucketOf(truth));
		}
	});
});

describe('the summary', () => {
	it('adds up stages, errors, costs and ratings', async () => {
		const { product_id } = await optimizedProduct('Measured chair');
		const failed = { stage: 'background_removal', outcome: 'failed', processing_time: 4 };
		expect((await sendJson('POST', '/api/stages', failed)).status).toBe(200);
		const canceled = { ...failed, outcome: 'canceled' };
		expect((await sendJson('POST', '/api/stages', canceled)).status).toBe(200);
		await sendJson('POST', '/api/feedback', { product_id, rating: 5 });
		const now = Date.now();
		await env.DB.batch([
			env.DB.prepare(
				"insert into processing_tasks (id, product_id, type, provider, status, input, error_code, error_message, created_at, updated_at) values ('f1', ?1, '3d_generation', 'meshy', 'failed', '{}', 'generation_failed', 'Meshy could not do it.', ?2, ?2)"
			).bind(product_id, now),
			env.DB.prepare(
				"insert into processing_tasks (id, product_id, type, status, input, created_at, updated_at) values ('f0', ?1, 'model_optimization', 'failed', '{}', ?2, ?2)"
			).bind(product_id, now - 8 * 86_400_000),
			...(['reserve', 'settle', 'release'] as const).map((kind, i) =>
				env.DB.prepare(
					"insert into cost_entries (id, task_id, product_id, provider, kind, credits, micro_usd, created_at) values (?, 'f1', ?, 'meshy', ?, 1, ?, ?)"
				).bind(`e${i}`, product_id, kind, [900_000, 600_000, -900_000][i] ?? 0, now)
			)
		]);

		const response = await send('GET', '/api/metrics/summary?days=7');
		expect(response.status).toBe(200);
		const today = new Date(now).toISOString().slice(0, 10);
		expect(await response.json()).toMatchObject({
			days: 7,
			totals: { tasks: 4, succeeded: 2, failed: 1, canceled: 1, success_rate: 2 / 3 },
			errors: [
				// The one of eight days ago is not of this period.
				{ task_id: 'f1', type: '3d_generation', code: 'generation_failed', product_id, at: now }
			],
			costs: {
				month: 0.6,
				per_month: [{ month: today.slice(0, 7), cost: 0.6 }],
				per_product: [{ product_id, name: 'Measured chair', cost: 0.6 }]
			},
			satisfaction: { mean: 5, count: 1, histogram: [0, 0, 0, 0, 1] }
		});
	});

	it('has a day for every day, the last one today', async () => {
		const response = await send('GET', '/api/metrics/summary?days=3');
		const body: unknown = await response.json();
		const days = [2, 1, 0].map((ago) =>
			new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
		);
		expect(body).toMatchObject({
			daily: days.map((day) => ({ day })),
			costs: { per_day: days.map((day) => ({ day })) }
		});
	});

	it('gives times of stages that succeeded, in seconds', async () => {
		const response = await send('GET', '/api/metrics/summary');
		expect(await response.json()).toMatchObject({
			task_types: [
				{ type: 'image_selection', count: 0, mean: null, p50: null, p95: null },
				{ type: 'background_removal', count: 2, succeeded: 0, failed: 1, canceled: 1, mean: null },
				{ type: '3d_generation', succeeded: 1, mean: 2 },
				{ type: 'model_optimization', succeeded: 1, mean: 3 }
			]
		});
	});

	it('refuses 0 and 91 days', async () => {
		for (const days of [0, 91]) {
			const refusal = await refusalOf(await send('GET', `/api/metrics/summary?days=${days}`));
			expect(refusal.code).toBe('invalid_request');
		}
	});

	it('reads stages, errors and the ledger through indexes', async () => {
		const db = drizzle(env.DB);
		const queries = [
			measurementsSince(db, 1),
			readDailyStages(db, 1),
			readRecentErrors(db, 1, 20),
			readTasksInFlight(db),
			readSpentPerDay(db, 1),
			readSpentPerMonth(db, 1),
			readSpentPerProduct(db, 1, 10),
			readRatings(db, 1)
		].map((query) => query.toSQL());
		for (const { sql, params } of queries) {
			const plan = await env.DB.prepare(`explain query plan ${sql}`)
				.bind(...params)
				.all<{ detail: string }>();
			const details = plan.results.map((row) => row.detail);
			expect(details[0]).toMatch(/^SEARCH .* USING .*INDEX/);
			expect(details.join('\n')).not.toContain('SCAN');
		}
	});
});

describe('Prometheus', () => {
	it('gets cumulative histograms whose last bucket is the count', async () => {
		await createProduct();
		const response = await send('GET', '/metrics');
		expect(response.headers.get('content-type')).toContain('version=0.0.4');
		const text = await response.text();
		const value = (line: string) => Number(line.slice(line.lastIndexOf(' ') + 1));
		const buckets = text
			.split('\n')
			.filter((line) =>
				line.startsWith('vitrine_task_duration_seconds_bucket{type="3d_generation"')
			)
			.map(value);
		expect(buckets).toHaveLength(BUCKETS_MS.length + 1);
		expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
		expect(text).toContain(
			`vitrine_task_duration_seconds_count{type="3d_generation"} ${buckets.at(-1)}`
		);
		expect(text).toMatch(
			/^vitrine_http_requests_total\{route="POST \/api\/products",outcome="ok"\} \d+$/m
		);
		expect(text).toContain('vitrine_spend_usd{period="month"} 0.6');
		const names = text.split('\n').filter((line) => line.startsWith('# TYPE'));
		expect(new Set(names).size).toBe(names.length);
	});
});
