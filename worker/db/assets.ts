import { and, desc, eq, inArray } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { assets } from './schema';

export type Asset = typeof assets.$inferSelect;
export type NewAsset = typeof assets.$inferInsert;

/** Our own address of a stored file. */
export function fileUrl(asset_id: string): string {
	return `/files/${asset_id}`;
}

/** The asset id in one of our own addresses (contract's `fileUrl`), or null. */
export function assetIdOf(url: string): string | null {
	return /^\/files\/([0-9a-f-]{36})$/.exec(url)?.[1] ?? null;
}

export async function insertAsset(db: DrizzleD1Database, asset: NewAsset): Promise<void> {
	await db.insert(assets).values(asset);
}

export async function findAsset(db: DrizzleD1Database, id: string): Promise<Asset | null> {
	return (await db.select().from(assets).where(eq(assets.id, id)).get()) ?? null;
}

/** Those of the ids that are assets, in no particular order. At most 90 ids (D1 binds 100 parameters). */
export async function findAssets(db: DrizzleD1Database, ids: string[]): Promise<Asset[]> {
	if (ids.length === 0) return [];
	return db
		.select()
		.from(assets)
		.where(inArray(assets.id, ids.slice(0, 90)));
}

/** Marks an asset usable: its stored bytes were checked. */
export async function markVerified(db: DrizzleD1Database, id: string, now: number): Promise<void> {
	await db.update(assets).set({ state: 'verified', verified_at: now }).where(eq(assets.id, id));
}

/** A product's newest verified assets of one kind, newest first. */
export function verifiedAssets(
	db: DrizzleD1Database,
	product_id: string,
	kind: Asset['kind'],
	limit: number
) {
	return db
		.select()
		.from(assets)
		.where(
			and(eq(assets.product_id, product_id), eq(assets.kind, kind), eq(assets.state, 'verified'))
		)
		.orderBy(desc(assets.id))
		.limit(limit);
}

/** The keys of everything stored for a product. */
export async function storageKeysOf(db: DrizzleD1Database, product_id: string): Promise<string[]> {
	const rows = await db
		.select({ storage_key: assets.storage_key })
		.from(assets)
		.where(eq(assets.product_id, product_id));
	return rows.map((row) => row.storage_key);
}
