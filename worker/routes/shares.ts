import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { encodeBase64Url } from 'hono/utils/encode';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { pageQuery, sharePatch, shareRequest } from '../contract';
import { readCursor, writeCursor } from '../db/cursor';
import { latestTask, readOptimization } from '../db/models';
import { findProduct } from '../db/products';
import { insertShare, listShares, patchShare, revokeShare, type Share } from '../db/shares';
import { hashSlug } from '../db/shown-share';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { validate } from '../validate';

/** Random bytes of a slug: 144 bits, 24 characters. */
const SLUG_BYTES = 18;

const param = z.object({ share_id: z.uuid() });
const listQuery = pageQuery.extend({ product_id: z.uuid().optional() });

/** The owner's links. */
export const shares = new Hono<AppEnv>()
	.post('/', validate('json', shareRequest), async (c) => {
		const db = drizzle(c.env.DB);
		const { product_id, label, expires_at, allow_download, embed_origins } = c.req.valid('json');
		if (!(await findProduct(db, product_id))) {
			return refuse(
				c,
				404,
				'not_found',
				'The product of this link does not exist; it may have been deleted.'
			);
		}
		const [task] = await latestTask(db, product_id, 'model_optimization');
		if (!readOptimization(task)) {
			return refuse(
				c,
				409,
				'asset_not_ready',
				'This product has no optimized model yet. Optimize its model first, then create the link.'
			);
		}
		if (isPast(expires_at)) return refusePast(c);
		const slug = encodeBase64Url(crypto.getRandomValues(new Uint8Array(SLUG_BYTES)).buffer);
		const share: Share = {
			id: uuidv7(),
			product_id,
			slug_hash: await hashSlug(slug),
			label: label ?? null,
			allow_download,
			embed_origins: embed_origins ?? null,
			expires_at: expires_at ?? null,
			revoked_at: null,
			created_at: Date.now()
		};
		await insertShare(db, share);
		const url = `${new URL(c.req.url).origin}/s/${slug}`;
		// The only time the slug is told: from here on there is only its hash.
		return c.json({ ...onWire(share), slug, url }, 201);
	})
	.get('/', validate('query', listQuery), async (c) => {
		const { cursor: text, limit, product_id } = c.req.valid('query');
		const cursor = text ? readCursor(text) : null;
		if (text && !cursor) {
			return refuse(
				c,
				400,
				'invalid_request',
				'Query: “cursor” is not one this server gave. Start at the first page.',
				{ field: 'cursor' }
			);
		}
		const page = await listShares(drizzle(c.env.DB), { product_id, cursor, limit });
		return c.json(
			{ shares: page.items.map(onWire), next_cursor: page.next ? writeCursor(page.next) : null },
			200
		);
	})
	.patch('/:share_id', validate('param', param), validate('json', sharePatch), async (c) => {
		const changes = c.req.valid('json');
		if (isPast(changes.expires_at)) return refusePast(c);
		const share = await patchShare(drizzle(c.env.DB), c.req.valid('param').share_id, changes);
		return share ? c.json(onWire(share), 200) : refuseShare(c);
	})
	.delete('/:share_id', validate('param', param), async (c) => {
		const { share_id } = c.req.valid('param');
		const revoked = await revokeShare(drizzle(c.env.DB), share_id);
		return revoked ? c.json({ id: share_id, revoked: true }, 200) : refuseShare(c);
	});

function onWire({
	id,
	product_id,
	label,
	allow_download,
	embed_origins,
	expires_at,
	revoked_at,
	created_at
}: Share) {
	return {
		id,
		product_id,
		label,
		allow_download,
		embed_origins,
		expires_at,
		revoked_at,
		created_at
	};
}

const isPast = (instant: number | null | undefined) =>
	typeof instant === 'number' && instant <= Date.now();

const refusePast = (c: Context) =>
	refuse(
		c,
		400,
		'invalid_request',
		'Request body: “expires_at” lies in the past. Choose a later time, or none for a link that does not expire.',
		{ field: 'expires_at' }
	);
const refuseShare = (c: Context) => refuse(c, 404, 'not_found', 'There is no such link.');
