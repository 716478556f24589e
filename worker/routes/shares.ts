import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { encodeBase64Url } from 'hono/utils/encode';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { pageQuery, sharePatch, shareRequest, shareStatsQuery } from '../contract';
import { reviewsOfShares } from '../db/comments';
import { readCursor, writeCursor } from '../db/cursor';
import { latestTask, readOptimization } from '../db/models';
import { findProduct } from '../db/products';
import {
	DAY_MS,
	dayOf,
	daysOfShare,
	ratingsOfShare,
	summarize,
	totalsOfShares
} from '../db/share-stats';
import {
	findShare,
	insertShare,
	listShares,
	patchShare,
	revokeShare,
	rotateShare,
	type Share
} from '../db/shares';
import { hashSlug } from '../db/shown-share';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { hashPassword, newAccessKey } from '../share-access';
import { validate } from '../validate';

/** Random bytes of a slug: 144 bits, 24 characters. */
const SLUG_BYTES = 18;
/** What a list's numbers cover, days. */
const LIST_DAYS = 30;

const param = z.object({ share_id: z.uuid() });
const listQuery = pageQuery.extend({ product_id: z.uuid().optional() });

/** The owner's links. */
export const shares = new Hono<AppEnv>()
	.post('/', validate('json', shareRequest), async (c) => {
		const db = drizzle(c.env.DB);
		const { product_id, password, ...options } = c.req.valid('json');
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
		if (isPast(options.expires_at)) return refusePast(c);
		const { slug, slug_hash, access_key } = await newSlug();
		const share = await insertShare(db, {
			...options,
			id: uuidv7(),
			product_id,
			slug_hash,
			access_key,
			password_hash: password ? await hashPassword(password) : null,
			created_at: Date.now()
		});
		// The only time the slug is told: from here on there is only its hash.
		return c.json({ ...onWire(share), slug, url: addressOf(c, slug) }, 201);
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
		const db = drizzle(c.env.DB);
		const page = await listShares(db, { product_id, cursor, limit });
		const ids = page.items.map(({ id }) => id);
		const [totals, reviews] = await db.batch([
			totalsOfShares(db, ids, dayOf(Date.now()) - LIST_DAYS + 1),
			reviewsOfShares(db, ids)
		]);
		return c.json(
			{
				shares: page.items.map((share) => ({
					...onWire(share),
					/** Of the last 30 days. */
					numbers: summarize(totals.filter(({ share_id }) => share_id === share.id)),
					/** Comments that wait for the owner, and the newest verdict. */
					open_comments: reviews.find(({ share_id }) => share_id === share.id)?.open ?? 0,
					verdict: reviews.find(({ share_id }) => share_id === share.id)?.verdict ?? null
				})),
				next_cursor: page.next ? writeCursor(page.next) : null
			},
			200
		);
	})
	.get(
		'/:share_id/stats',
		validate('param', param),
		validate('query', shareStatsQuery),
		async (c) => {
			const db = drizzle(c.env.DB);
			const { share_id } = c.req.valid('param');
			if (!(await findShare(db, share_id))) return refuseShare(c);
			const { days } = c.req.valid('query');
			const first_day = dayOf(Date.now()) - days + 1;
			const [rows, [rated]] = await db.batch([
				daysOfShare(db, share_id, first_day),
				ratingsOfShare(db, share_id, first_day * DAY_MS)
			]);
			return c.json(
				{
					days,
					...summarize(rows),
					daily: Array.from({ length: days }, (_, i) => {
						const row = rows.find(({ day }) => day === first_day + i);
						return {
							day: new Date((first_day + i) * DAY_MS).toISOString().slice(0, 10),
							views: row?.views ?? 0,
							ar_starts: row?.ar_starts ?? 0
						};
					}),
					/** Of visitors, 1 to 5; null without any. */
					rating: {
						count: rated?.count ?? 0,
						mean: rated && rated.count > 0 ? rated.sum / rated.count : null
					}
				},
				200
			);
		}
	)
	.post('/:share_id/rotate', validate('param', param), async (c) => {
		const db = drizzle(c.env.DB);
		const { share_id } = c.req.valid('param');
		const { slug, slug_hash, access_key } = await newSlug();
		const share = await rotateShare(db, share_id, { slug_hash, access_key }, c.get('user'));
		if (share) return c.json({ ...onWire(share), slug, url: addressOf(c, slug) }, 200);
		if (!(await findShare(db, share_id))) return refuseShare(c);
		return refuse(
			c,
			409,
			'share_revoked',
			'This link was revoked for good. Create a new link instead.'
		);
	})
	.patch('/:share_id', validate('param', param), validate('json', sharePatch), async (c) => {
		const { password, ...changes } = c.req.valid('json');
		if (isPast(changes.expires_at)) return refusePast(c);
		const protection =
			password === undefined
				? {}
				: {
						password_hash: password === null ? null : await hashPassword(password),
						access_key: newAccessKey()
					};
		const share = await patchShare(
			drizzle(c.env.DB),
			c.req.valid('param').share_id,
			{ ...changes, ...protection },
			c.get('user')
		);
		return share ? c.json(onWire(share), 200) : refuseShare(c);
	})
	.delete('/:share_id', validate('param', param), async (c) => {
		const { share_id } = c.req.valid('param');
		const revoked = await revokeShare(drizzle(c.env.DB), share_id, c.get('user'));
		return revoked ? c.json({ id: share_id, revoked: true }, 200) : refuseShare(c);
	});

async function newSlug() {
	const slug = encodeBase64Url(crypto.getRandomValues(new Uint8Array(SLUG_BYTES)).buffer);
	return { slug, slug_hash: await hashSlug(slug), access_key: newAccessKey() };
}

const addressOf = (c: Context, slug: string) => `${new URL(c.req.url).origin}/s/${slug}`;

function onWire({ slug_hash: _, access_key: __, password_hash, ...share }: Share) {
	return { ...share, has_password: password_hash !== null };
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
