import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { openStorage } from '../clients/storage';
import { productFields, productPatch, productsQuery } from '../contract';
import { fileUrl, findAssets, storageKeysOf, verifiedAssets, type Asset } from '../db/assets';
import { readCursor, writeCursor } from '../db/cursor';
import { ownerRating } from '../db/feedback';
import {
	hasRunningGeneration,
	latestTask,
	readCutouts,
	readGeneration,
	readOptimization
} from '../db/models';
import {
	deleteProduct,
	findProduct,
	insertProduct,
	listProducts,
	patchProduct,
	type Product
} from '../db/products';
import { countShares } from '../db/shares';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { meteredFetch } from '../meter';
import { validate } from '../validate';
import { keptAtProviders, removeAtProviders } from '../workflows/remove-at-providers';

const param = z.object({ product_id: z.uuid() });

export const products = new Hono<AppEnv>()
	.post('/', validate('json', productFields), async (c) => {
		const now = Date.now();
		const product = await insertProduct(drizzle(c.env.DB), {
			...c.req.valid('json'),
			id: uuidv7(),
			created_at: now,
			updated_at: now
		});
		return c.json(onWire(product), 201);
	})
	.get('/', validate('query', productsQuery), async (c) => {
		const { cursor: text, query, status, limit } = c.req.valid('query');
		const cursor = text ? readCursor(text) : null;
		if (text && !cursor) return refuseCursor(c);
		const page = await listProducts(drizzle(c.env.DB), { cursor, query, status, limit });
		return c.json(
			{
				products: page.items.map(onWire),
				next_cursor: page.next ? writeCursor(page.next) : null
			},
			200
		);
	})
	.get('/:product_id', validate('param', param), async (c) => {
		const db = drizzle(c.env.DB);
		const { product_id } = c.req.valid('param');
		const product = await findProduct(db, product_id);
		if (!product) return refuseProduct(c);
		const [cutouts, masks, removed, generated, optimized, shares, rating] = await db.batch([
			verifiedAssets(db, product_id, 'cutout', 24),
			verifiedAssets(db, product_id, 'mask', 24),
			latestTask(db, product_id, 'background_removal'),
			latestTask(db, product_id, '3d_generation'),
			latestTask(db, product_id, 'model_optimization'),
			countShares(db, product_id),
			ownerRating(db, product_id)
		]);
		const generation = readGeneration(generated[0]);
		const [model] = generation ? await findAssets(db, [generation.asset_id]) : [];
		return c.json(
			{
				...onWire(product),
				cutouts: cutouts.map(assetOnWire),
				masks: masks.map(assetOnWire),
				/** The approved cut-outs with the photos they are of. */
				processed_images: readCutouts(removed[0]),
				source_model:
					generation && model
						? { ...generation, model_url: fileUrl(model.id), bytes: model.bytes }
						: null,
				optimization: readOptimization(optimized[0]),
				shares_count: shares[0]?.count ?? 0,
				rating: rating[0]?.rating ?? null
			},
			200
		);
	})
	.patch('/:product_id', validate('param', param), validate('json', productPatch), async (c) => {
		const product = await patchProduct(
			drizzle(c.env.DB),
			c.req.valid('param').product_id,
			c.req.valid('json')
		);
		return product ? c.json(onWire(product), 200) : refuseProduct(c);
	})
	.delete('/:product_id', validate('param', param), async (c) => {
		const db = drizzle(c.env.DB);
		const { product_id } = c.req.valid('param');
		const product = await findProduct(db, product_id);
		if (!product) return refuseProduct(c);
		if (await hasRunningGeneration(db, product_id)) {
			return refuse(
				c,
				409,
				'invalid_request',
				'A 3D model of this product is being made right now. Cancel it or wait until it is done, then delete the product.'
			);
		}
		const keys = await storageKeysOf(db, product_id);
		const kept = await keptAtProviders(c.env, product_id);
		// Rows first: files without rows only cost space, rows without files would be broken links.
		await deleteProduct(db, product, keys.length, c.get('user'));
		await openStorage(c.env, meteredFetch(c.env.DB, 's3')).delete(keys);
		c.executionCtx.waitUntil(removeAtProviders(c.env, kept));
		return c.json({ id: product_id, deleted: true }, 200);
	});

function onWire({ poster_asset_id, ...product }: Product) {
	return { ...product, poster_url: poster_asset_id ? fileUrl(poster_asset_id) : null };
}

function assetOnWire({ id, content_type, bytes, sha256, width, height, created_at }: Asset) {
	return {
		asset_id: id,
		url: fileUrl(id),
		content_type,
		bytes,
		sha256,
		width,
		height,
		created_at
	};
}

const refuseProduct = (c: Context) =>
	refuse(c, 404, 'not_found', 'This product does not exist; it may have been deleted.');
const refuseCursor = (c: Context) =>
	refuse(
		c,
		400,
		'invalid_request',
		'Query: “cursor” is not one this server gave. Start at the first page.',
		{ field: 'cursor' }
	);
