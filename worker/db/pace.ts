/** How fast a provider's account is asked. One row per provider, moved by one statement, so all of the Worker shares it. */
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { provider_pace } from './schema';

/** A quarter of a second's requests may go at once, the others follow evenly: no second holds more than its limit. */
const BURST_SHARE = 0.25;

/**
 * Takes the next turn to ask a provider. Atomic: parallel callers get different turns.
 * @param per_second most requests in any second
 * @returns milliseconds to wait before asking
 */
export async function takeTurn(
	db: D1Database,
	provider: string,
	per_second: number,
	now: number
): Promise<number> {
	const burst = Math.max(1, Math.floor(per_second * BURST_SHARE));
	const interval = 1000 / (per_second - burst);
	const earliest = Math.floor(now - burst * interval);
	const next = sql`max(${provider_pace.turn_at}, ${earliest}) + ${Math.ceil(interval)}`;
	const row = await drizzle(db)
		.insert(provider_pace)
		.values({ provider, turn_at: now })
		.onConflictDoUpdate({ target: provider_pace.provider, set: { turn_at: next } })
		.returning({ turn_at: provider_pace.turn_at })
		.get();
	return Math.max(0, row.turn_at - now);
}

/** The provider said that it was asked too often: nobody's turn comes before `until`. */
export async function holdTurns(db: D1Database, provider: string, until: number): Promise<void> {
	await drizzle(db)
		.insert(provider_pace)
		.values({ provider, turn_at: until })
		.onConflictDoUpdate({
			target: provider_pace.provider,
			set: { turn_at: sql`max(${provider_pace.turn_at}, ${until})` }
		});
}
