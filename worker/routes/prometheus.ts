import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import {
	HOUR_MS,
	readMeasurements,
	readSpentPerDay,
	readTasksInFlight,
	type Measurement
} from '../db/metrics';
import type { AppEnv } from '../env';
import { BUCKETS_MS } from '../meter';

/**
 * The same numbers for Prometheus (text format 0.0.4, prometheus.io/docs/instrumenting/exposition_formats).
 * Counters begin anew each day at 0:00 UTC, which Prometheus takes for a restart: so a scrape reads a day's
 * rows at most, however long the studio has run.
 */
export const prometheus = new Hono<AppEnv>().get('/', async (c) => {
	const db = drizzle(c.env.DB);
	const now = new Date();
	const today = Math.floor(now.getTime() / (24 * HOUR_MS));
	const month = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
	const [measured, [in_flight, spent]] = await Promise.all([
		readMeasurements(db, today * 24),
		db.batch([readTasksInFlight(db), readSpentPerDay(db, month)])
	]);
	const of = (kind: Measurement['kind']) => measured.filter((row) => row.kind === kind);
	const spent_month = spent.reduce((sum, row) => sum + row.micro_usd, 0);
	const spent_today = spent.find((row) => row.day === today)?.micro_usd ?? 0;
	const lines = [
		...counter('vitrine_http_requests_total', 'Requests today (UTC).', 'route', of('route')),
		...histogram('vitrine_http_request_duration_seconds', 'route', of('route')),
		...counter(
			'vitrine_outbound_requests_total',
			'Calls to other services.',
			'call',
			of('outbound')
		),
		...histogram('vitrine_outbound_request_duration_seconds', 'call', of('outbound')),
		...counter('vitrine_tasks_total', 'Tasks that ended today (UTC).', 'type', of('stage')),
		...histogram('vitrine_task_duration_seconds', 'type', of('stage')),
		...header('vitrine_tasks_in_flight', 'gauge', 'Tasks that have not ended, by status.'),
		...in_flight.map((row) => sample('vitrine_tasks_in_flight', { status: row.status }, row.count)),
		...header('vitrine_spend_usd', 'gauge', 'USD spent today and this month (UTC).'),
		sample('vitrine_spend_usd', { period: 'day' }, spent_today / 1e6),
		sample('vitrine_spend_usd', { period: 'month' }, spent_month / 1e6)
	];
	return c.text(`${lines.join('\n')}\n`, 200, {
		'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
		'Cache-Control': 'no-store'
	});
});

function counter(name: string, help: string, label: string, rows: Measurement[]): string[] {
	return [
		...header(name, 'counter', help),
		...rows.map((row) => sample(name, { [label]: row.name, outcome: row.outcome }, row.count))
	];
}

/** One histogram per name over all outcomes; Prometheus wants its buckets cumulative. */
function histogram(name: string, label: string, rows: Measurement[]): string[] {
	const lines = header(name, 'histogram', 'Duration in seconds.');
	for (const [value, of_name] of Map.groupBy(rows, (row) => row.name)) {
		const labels = { [label]: value };
		let below = 0;
		for (const [i, bound] of [...BUCKETS_MS.map((ms) => String(ms / 1000)), '+Inf'].entries()) {
			below += of_name.reduce((sum, row) => sum + (row.buckets[i] ?? 0), 0);
			lines.push(sample(`${name}_bucket`, { ...labels, le: bound }, below));
		}
		const sum_ms = of_name.reduce((sum, row) => sum + row.sum_ms, 0);
		lines.push(
			sample(`${name}_sum`, labels, sum_ms / 1000),
			sample(`${name}_count`, labels, below)
		);
	}
	return lines;
}

const header = (name: string, type: 'counter' | 'gauge' | 'histogram', help: string) => [
	`# HELP ${name} ${help}`,
	`# TYPE ${name} ${type}`
];

function sample(name: string, labels: Record<string, string>, value: number): string {
	const pairs = Object.entries(labels).map(
		([key, text]) =>
			`${key}="${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
	);
	return `${name}{${pairs.join(',')}} ${value}`;
}
