import { and, count, desc, eq, isNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { auditEntry } from './audit';
import { isAfter, type Cursor } from './cursor';
import { products, shares } from './schema';

export type Share = typeof shares.$inferSelect;

/** How many links a product has that were not revoked, for use in a batch. */
export function countShares(db: DrizzleD1Database, product_id: string) {
	return db
		.select({ count: count() })
		.from(shares)
		.where(and(eq(shares.product_id, product_id), isNull(shares.revoked_at)));
}

/** Stores a share and marks its product as shared. */
export async function insertShare(
	db: DrizzleD1Database,
	share: typeof shares.$inferInsert
): Promise<Share> {
	const [[row]] = await db.batch([
		db.insert(shares).values(share).returning(),
		db
			.update(products)
			.set({ status: 'shared', updated_at: share.created_at })
			.where(eq(products.id, share.product_id))
	]);
	if (!row) throw new Error('The share was not stored');
	return row;
}

/** A page of shares, newest first, of one product or of all, the revoked ones too. */
export async function listShares(
	db: DrizzleD1Database,
	{ product_id, cursor, limit }: { product_id?: string; cursor: Cursor | null; limit: number }
): Promise<{ items: Share[]; next: Cursor | null }> {
	const rows = await db
		.select()
		.from(shares)
		.where(
			and(
				cursor ? isAfter(shares, cursor) : undefined,
				product_id ? eq(shares.product_id, product_id) : undefined
			)
		)
		.orderBy(desc(shares.created_at), desc(shares.id))
		.limit(limit + 1);
	const items = rows.slice(0, limit);
	return { items, next: rows.length > limit ? (items.at(-1) ?? null) : null };
}

export async function findShare(db: DrizzleD1Database, id: string): Promise<Share | null> {
	return (await db.select().from(shares).where(eq(shares.id, id)).get()) ?? null;
}

/** Changes what a link allows. @returns null if there is none */
export async function patchShare(
	db: DrizzleD1Database,
	id: string,
	changes: Partial<Omit<Share, 'id' | 'product_id' | 'slug_hash' | 'revoked_at' | 'created_at'>>,
	actor: string
): Promise<Share | null> {
	if (Object.keys(changes).length === 0) return findShare(db, id);
	const row = await db.update(shares).set(changes).where(eq(shares.id, id)).returning().get();
	if (row && changes.password_hash !== undefined) {
		await auditEntry(db, actor, 'share.password', id, {
			protected: changes.password_hash !== null
		});
	}
	return row ?? null;
}

/** Gives a link that was not revoked another slug; the old one leads nowhere from then on. @returns null otherwise */
export async function rotateShare(
	db: DrizzleD1Database,
	id: string,
	next: Pick<Share, 'slug_hash' | 'access_key'>,
	actor: string
): Promise<Share | null> {
	const row = await db
		.update(shares)
		.set(next)
		.where(and(eq(shares.id, id), isNull(shares.revoked_at)))
		.returning()
		.get();
	if (row) await auditEntry(db, actor, 'share.rotate', id);
	return row ?? null;
}

/** Revokes a share for good. @returns false if there is none */
export async function revokeShare(
	db: DrizzleD1Database,
	id: string,
	actor: string
): Promise<boolean> {
	const rows = await db
		.update(shares)
		.set({ revoked_at: sql`coalesce(${shares.revoked_at}, ${Date.now()})` })
		.where(eq(shares.id, id))
		.returning({ id: shares.id });
	if (rows.length > 0) await auditEntry(db, actor, 'share.revoke', id);
	return rows.length > 0;
}

/** The share of a slug if it can be seen now. Unknown, expired and revoked are one and the same: null. */
export async function findLiveShare(
	db: DrizzleD1Database,
	slug_hash: string,
	now: number
): Promise<Share | null> {
	const share = await db.select().from(shares).where(eq(shares.slug_hash, slug_hash)).get();
	if (!share || share.revoked_at !== null) return null;
	if (share.expires_at !== null && share.expires_at <= now) return null;
	return share;
}
