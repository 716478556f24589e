import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { assetIdOf, findAsset } from '../db/assets';
import { countShareEvent } from '../db/shares';
import { findShownShare, shownAssets, sourceOf } from '../db/shown-share';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { sendAsset } from '../send-asset';
import { validate } from '../validate';

const shareEvent = z.discriminatedUnion('type', [
	z.object({ type: z.literal('view') }),
	z.object({
		type: z.literal('loaded'),
		/** From opening the page until the model stood, milliseconds. */
		load_ms: z.number().min(0).max(600_000).default(0)
	})
]);

/** What a link shows, to anyone who has it. */
export const publicShares = new Hono<AppEnv>()
	.get('/:slug', async (c) => {
		const db = drizzle(c.env.DB);
		const slug = c.req.param('slug');
		const shown = await findShownShare(db, slug, Date.now());
		if (!shown) return refuseShare(c);
		const { share, product, model } = shown;
		const source = await sourceOf(db, product.id, model.model_url);
		const publicUrl = (url: string) => `/s/${slug}/files/${assetIdOf(url)}`;
		const { name, brand, width_m, height_m, depth_m } = product;
		return c.json(
			{
				product: { name, brand, width_m, height_m, depth_m },
				label: share.label,
				poster_url: publicUrl(model.poster_url),
				lods: model.lods.map((lod) => ({ ...lod, url: publicUrl(lod.url) })),
				plain_url: publicUrl(model.plain_url),
				provider: source?.provider ?? null,
				sides_guessed: source?.sides_guessed ?? false,
				allow_download: share.allow_download,
				expires_at: share.expires_at
			},
			200
		);
	})
	.post('/:slug/events', validate('json', shareEvent), async (c) => {
		const db = drizzle(c.env.DB);
		const now = Date.now();
		const shown = await findShownShare(db, c.req.param('slug'), now);
		if (!shown) return refuseShare(c);
		await countShareEvent(db, shown.share.id, c.req.valid('json'), now);
		return c.json({ counted: true }, 200);
	});

/** The files of a shown model, at /s/:slug/files. Any site may read them: a link is there to be embedded. */
export const shareFiles = new Hono<AppEnv>().get('/:slug/files/:asset_id', async (c) => {
	c.header('Access-Control-Allow-Origin', '*');
	c.header('Cross-Origin-Resource-Policy', 'cross-origin');
	c.header('Cache-Control', 'no-store');
	const db = drizzle(c.env.DB);
	const shown = await findShownShare(db, c.req.param('slug'), Date.now());
	const asset_id = c.req.param('asset_id');
	if (!shown || !shownAssets(shown.model).has(asset_id)) return refuseShare(c);
	const asset = await findAsset(db, asset_id);
	if (!asset || asset.state !== 'verified' || asset.product_id !== shown.product.id) {
		return refuseShare(c);
	}
	return sendAsset(c, asset, {
		// Kept by the viewer's own browser only, so that a revoked link is dead for everybody else at once.
		'Cache-Control': 'private, max-age=86400, immutable',
		'Cross-Origin-Resource-Policy': 'cross-origin',
		'Access-Control-Allow-Origin': '*'
	});
});

const refuseShare = (c: Context) =>
	refuse(
		c,
		404,
		'share_unavailable',
		'This link does not lead to a model (any more). Ask the person who sent it for a new one.'
	);
