/** Compares our ledger with the movement of the provider's balance, so that a difference is seen and not hidden. */
import { lastBalanceCheck, readBooked, recordBalanceCheck } from './db/balance-checks';
import type { Env } from './env';
import { isConfigured, openProvider } from './workflows/open-provider';

/** Tasks that end between our reads would look like a difference; then all is read again, this often. */
const ATTEMPTS = 3;

/**
 * Records one check. What counts is how far the account fell since the check before: by what was settled, and by
 * what it holds for accepted tasks more than it did then (Meshy charges when it accepts).
 * @param now Unix epoch milliseconds
 * @returns the difference in credits; null for the first check, without a key, or when Meshy gives no balance now
 */
export async function checkBalance(env: Env, now: number): Promise<number | null> {
	if (!isConfigured(env, 'meshy')) return null;
	const before = await lastBalanceCheck(env.DB, 'meshy');
	const since = before?.created_at ?? now;
	for (let n = 1; ; n++) {
		const booked = await readBooked(env.DB, 'meshy', since, now);
		const balance = await openProvider(env, 'meshy', null).balance();
		if (balance === null) return null;
		const after = await readBooked(env.DB, 'meshy', since, now);
		const moved = booked.settled !== after.settled || booked.in_flight !== after.in_flight;
		if (moved && n < ATTEMPTS) continue;
		const difference = before
			? before.balance - balance - (after.settled + after.in_flight - before.in_flight)
			: null;
		await recordBalanceCheck(env.DB, { provider: 'meshy', balance, ...after, difference }, now);
		return difference;
	}
}
