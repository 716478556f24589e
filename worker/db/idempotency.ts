/** Idempotency keys: the same request sent twice is done once and answered the same. */
import { and, eq, isNull, lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { idempotency_keys } from './schema';

/** A claim whose request died is free again after this many milliseconds. */
const STALE_CLAIM_MS = 120_000;

export type KeyClaim =
	/** The request is ours to do. `claimed_at` names this claim in later statements. */
	| { state: 'claimed'; claimed_at: number }
	/** Done before: answer this. */
	| { state: 'done'; status_code: number; response: Record<string, unknown> }
	/** Used before with another body. */
	| { state: 'reused' }
	/** Another request with this key is being done right now. */
	| { state: 'in_flight' };

/** Claims a key for one request, atomically: of parallel calls exactly one gets `claimed`. */
export async function claimKey(
	db: D1Database,
	key: string,
	body_hash: string,
	now: number
): Promise<KeyClaim> {
	const orm = drizzle(db);
	const inserted = await orm
		.insert(idempotency_keys)
		.values({ key, body_hash, created_at: now })
		.onConflictDoNothing()
		.run();
	if (inserted.meta.changes === 1) return { state: 'claimed', claimed_at: now };
	const row = await orm.select().from(idempotency_keys).where(eq(idempotency_keys.key, key)).get();
	if (!row) return { state: 'in_flight' };
	if (row.body_hash !== body_hash) return { state: 'reused' };
	if (row.status_code !== null && row.response) {
		return { state: 'done', status_code: row.status_code, response: row.response };
	}
	const taken = await orm
		.update(idempotency_keys)
		.set({ created_at: now })
		.where(
			and(
				eq(idempotency_keys.key, key),
				isNull(idempotency_keys.status_code),
				lt(idempotency_keys.created_at, now - STALE_CLAIM_MS)
			)
		)
		.run();
	return taken.meta.changes === 1 ? { state: 'claimed', claimed_at: now } : { state: 'in_flight' };
}

/** Gives a claim back after a refusal: nothing was done, so the key may be used again. */
export async function abandonKey(db: D1Database, key: string, claimed_at: number): Promise<void> {
	await drizzle(db)
		.delete(idempotency_keys)
		.where(
			and(
				eq(idempotency_keys.key, key),
				eq(idempotency_keys.created_at, claimed_at),
				isNull(idempotency_keys.status_code)
			)
		)
		.run();
}
