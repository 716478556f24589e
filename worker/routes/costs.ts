/** What was spent, what is held for running tasks, and what the caps leave. Days and months are UTC. */
import { Hono } from 'hono';
import { pageQuery } from '../contract';
import { listCostEntries, readSpending, type Spending } from '../db/costs';
import { readCursor, writeCursor } from '../db/cursor';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { spendCaps } from '../spend-caps';
import { validate } from '../validate';

export const costs = new Hono<AppEnv>().get('/', validate('query', pageQuery), async (c) => {
	const { cursor, limit } = c.req.valid('query');
	const after = cursor === undefined ? undefined : readCursor(cursor);
	if (after === null) {
		const message = 'cursor is not one of ours. Use next_cursor of the page before.';
		return refuse(c, 400, 'invalid_request', message);
	}
	const [spending, rows] = await Promise.all([
		readSpending(c.env.DB, Date.now()),
		listCostEntries(c.env.DB, limit + 1, after)
	]);
	const caps = spendCaps(c.env);
	const last = rows.length > limit ? rows[limit - 1] : undefined;
	return c.json(
		{
			currency: 'USD' as const,
			day: inUsd(spending.day, caps.day_micro_usd),
			month: inUsd(spending.month, caps.month_micro_usd),
			entries: rows.slice(0, limit).map((row) => ({
				id: row.id,
				task_id: row.task_id,
				product_id: row.product_id,
				provider: row.provider,
				kind: row.kind,
				credits: row.credits,
				usd: row.micro_usd / 1_000_000,
				created_at: row.created_at
			})),
			next_cursor: last ? writeCursor(last) : null
		},
		200
	);
});

function inUsd({ spent, held }: Spending, cap: number) {
	return {
		spent: spent / 1_000_000,
		held: held / 1_000_000,
		cap: cap / 1_000_000,
		remaining: Math.max(0, cap - spent - held) / 1_000_000
	};
}
