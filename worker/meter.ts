/** The one place where measuring happens: every route, every outbound call, every stage. */
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { AppEnv } from './env';

/** Upper bounds of the histogram's buckets, milliseconds; one column `le_N` each, and `le_inf`. */
export const BUCKETS_MS = [
	25, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 120_000, 600_000
] as const;

export interface Metric {
	kind: 'route' | 'outbound' | 'stage';
	/** Route pattern, outbound call or task type: never anything with an id in it. At most 120 characters count. */
	name: string;
	outcome: 'ok' | 'refused' | 'failed' | 'canceled';
	/** Wall-clock time, milliseconds. */
	ms: number;
	/** Default 0. */
	cost_micro_usd?: number;
}

/**
 * Adds one measurement to the hour's row: one upsert, and never a row per call.
 * Measuring must not break what it measures, so a failure is logged and not thrown.
 */
export async function recordMetric(
	db: D1Database,
	metric: Metric,
	now: number = Date.now()
): Promise<void> {
	const ms = Math.max(0, Math.round(metric.ms));
	const bound = BUCKETS_MS.find((limit) => ms <= limit);
	// The column's name comes from the constant above, never from outside.
	const bucket = bound === undefined ? 'le_inf' : `le_${bound}`;
	try {
		await db
			.prepare(
				`insert into performance_metrics (hour, kind, name, outcome, count, sum_ms, max_ms, cost_micro_usd, ${bucket})
				values (?1, ?2, ?3, ?4, 1, ?5, ?5, ?6, 1)
				on conflict (hour, kind, name, outcome) do update set
					count = count + 1,
					sum_ms = sum_ms + excluded.sum_ms,
					max_ms = max(max_ms, excluded.max_ms),
					cost_micro_usd = cost_micro_usd + excluded.cost_micro_usd,
					${bucket} = ${bucket} + 1`
			)
			.bind(
				Math.floor(now / 3_600_000),
				metric.kind,
				metric.name.slice(0, 120),
				metric.outcome,
				ms,
				metric.cost_micro_usd ?? 0
			)
			.run();
	} catch (error) {
		console.error(JSON.stringify({ level: 'error', part: 'meter', message: String(error) }));
	}
}

/** Wraps every route. Its name is the pattern that answered, so the number of rows does not grow with traffic. */
export const meter = createMiddleware<AppEnv>(async (c, next) => {
	const start = performance.now();
	await next();
	const status = c.res.status;
	const method = METHODS.has(c.req.method) ? c.req.method : 'OTHER';
	// After next(), the request still points at the last handler that ran.
	const name = `${method} ${routePath(c)}`;
	c.executionCtx.waitUntil(
		recordMetric(c.env.DB, {
			kind: 'route',
			name,
			outcome: status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'ok',
			ms: performance.now() - start
		})
	);
});

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * A `fetch` for one outside service that is measured as `outbound`.
 * @param name of the service, for example "s3"; the method is added
 */
export function meteredFetch(db: D1Database, name: string): typeof fetch {
	return async (input: RequestInfo | URL, init?: RequestInit) => {
		const request = new Request(input, init);
		const start = performance.now();
		let status = 0;
		try {
			const response = await fetch(request);
			status = response.status;
			return response;
		} finally {
			await recordMetric(db, {
				kind: 'outbound',
				name: `${name} ${request.method}`,
				outcome: status === 0 || status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'ok',
				ms: performance.now() - start
			});
		}
	};
}
