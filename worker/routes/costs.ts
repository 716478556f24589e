/** What was spent, what is held for running tasks, what the caps leave, and what the provider's account says. Days and months are UTC. */
import { Hono } from 'hono';
import { checkBalance } from '../check-balance';
import { pageQuery } from '../contract';
import { lastBalanceCheck } from '../db/balance-checks';
import { listCostEntries, readSpending, readUserSpending, type Spending } from '../db/costs';
import { readCursor, writeCursor } from '../db/cursor';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { spendCaps } from '../spend-caps';
import { validate } from '../validate';

/** The balance is checked every night; where no clock runs the Worker, when somebody looks after this long. */
const CHECK_AFTER_MS = 25 * 3_600_000;

export const costs = new Hono<AppEnv>().get('/', validate('query', pageQuery), async (c) => {
	const { cursor, limit } = c.req.valid('query');
	const after = cursor === undefined ? undefined : readCursor(cursor);
	if (after === null) {
		const message = 'cursor is not one of ours. Use next_cursor of the page before.';
		return refuse(c, 400, 'invalid_request', message);
	}
	const now = Date.now();
	const configured = Boolean(c.env.MESHY_API_KEY);
	const [spending, mine, rows, check] = await Promise.all([
		readSpending(c.env.DB, now),
		readUserSpending(c.env.DB, c.get('user'), now),
		listCostEntries(c.env.DB, limit + 1, after),
		configured ? lastBalanceCheck(c.env.DB, 'meshy') : undefined
	]);
	if (configured && now - (check?.created_at ?? 0) > CHECK_AFTER_MS) {
		c.executionCtx.waitUntil(checkBalance(c.env, now));
	}
	const caps = spendCaps(c.env);
	const last = rows.length > limit ? rows[limit - 1] : undefined;
	return c.json(
		{
			currency: 'USD' as const,
			day: inUsd(spending.day, caps.day_micro_usd),
			month: inUsd(spending.month, caps.month_micro_usd),
			/** Of whoever asks, this month. */
			user: inUsd(mine, caps.user_micro_usd),
			/** Credits in Meshy's account at the last check; null before the first, or without a key. */
			provider_balance: check?.balance ?? null,
			/** Credits the account fell by that the ledger cannot explain; less than 0 when credits were added. */
			difference: check?.difference ?? null,
			balance_checked_at: check?.created_at ?? null,
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
