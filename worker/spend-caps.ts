/** How much may be spent, from configuration. */
import type { Env } from './env';

export interface SpendCaps {
	/** Micro-USD per UTC day. */
	day_micro_usd: number;
	/** Micro-USD per UTC month. */
	month_micro_usd: number;
	/** Micro-USD per batch. */
	batch_micro_usd: number;
	/** Micro-USD per user and UTC month. */
	user_micro_usd: number;
}

/** USD, the same as in wrangler.toml. They hold whenever a variable is missing or not a number. */
export const DEFAULT_CAPS_USD = { day: 20, month: 200, batch: 50, user: 200 } as const;

/** Above this a cap is taken for a typing error, USD. */
const LARGEST_CAP_USD = 1_000_000;

/** The caps in force. A variable that is not a number from 0 to 1,000,000 falls back to its default: never unlimited. */
export function spendCaps(
	env: Pick<
		Env,
		'SPEND_CAP_DAY_USD' | 'SPEND_CAP_MONTH_USD' | 'SPEND_CAP_BATCH_USD' | 'SPEND_CAP_USER_USD'
	>
): SpendCaps {
	return {
		day_micro_usd: parseCap(env.SPEND_CAP_DAY_USD, DEFAULT_CAPS_USD.day),
		month_micro_usd: parseCap(env.SPEND_CAP_MONTH_USD, DEFAULT_CAPS_USD.month),
		batch_micro_usd: parseCap(env.SPEND_CAP_BATCH_USD, DEFAULT_CAPS_USD.batch),
		user_micro_usd: parseCap(env.SPEND_CAP_USER_USD, DEFAULT_CAPS_USD.user)
	};
}

function parseCap(value: string | undefined, fallback_usd: number): number {
	const text = value?.trim() ?? '';
	const usd = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
	return Math.round((usd <= LARGEST_CAP_USD ? usd : fallback_usd) * 1_000_000);
}
