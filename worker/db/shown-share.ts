/** What a public link shows: the newest optimized model of its product. */
import { and, desc, eq } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { sha256 } from 'hono/utils/crypto';
import { assetIdOf } from './assets';
import { latestTask, readGeneration, readOptimization, type OptimizedModelRecord } from './models';
import { findProduct, type Product } from './products';
import { processing_tasks } from './schema';
import { findLiveShare, type Share } from './shares';

export interface ShownShare {
	share: Share;
	product: Product;
	model: OptimizedModelRecord;
}

/** SHA-256 of a slug, hex: all that is stored of it. */
export async function hashSlug(slug: string): Promise<string> {
	return (await sha256(slug)) ?? '';
}

/** What a slug shows now, or null: unknown, expired and revoked are one and the same. */
export async function findShownShare(
	db: DrizzleD1Database,
	slug: string,
	now: number
): Promise<ShownShare | null> {
	if (!/^[\w-]{22,64}$/.test(slug)) return null;
	const share = await findLiveShare(db, await hashSlug(slug), now);
	if (!share) return null;
	const product = await findProduct(db, share.product_id);
	const [task] = await latestTask(db, share.product_id, 'model_optimization');
	const model = readOptimization(task);
	return product && model ? { share, product, model } : null;
}

/** The ids of what the page itself shows: levels of detail, poster and stills. */
export function pageAssets({ lods, stills, poster_url }: OptimizedModelRecord): Set<string> {
	const urls = [...[...lods, ...stills].map(({ url }) => url), poster_url];
	return new Set(urls.map(assetIdOf).filter((id) => id !== null));
}

/** The ids of the files a shown model consists of. Nothing else of the product is public. */
export function shownAssets(model: OptimizedModelRecord): Set<string> {
	const { lods, plain_url, poster_url, usdz_url, stills } = model;
	const urls = [...[...lods, ...stills].map(({ url }) => url), plain_url, poster_url];
	if (usdz_url) urls.push(usdz_url);
	return new Set(urls.map(assetIdOf).filter((id) => id !== null));
}

/** Where the source of a shown model came from. */
export async function sourceOf(db: DrizzleD1Database, product_id: string, model_url: string) {
	const [task] = await db
		.select()
		.from(processing_tasks)
		.where(
			and(
				eq(processing_tasks.product_id, product_id),
				eq(processing_tasks.type, '3d_generation'),
				eq(processing_tasks.model_asset_id, assetIdOf(model_url) ?? '')
			)
		)
		.orderBy(desc(processing_tasks.created_at))
		.limit(1);
	return readGeneration(task);
}
