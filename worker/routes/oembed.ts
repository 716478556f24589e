import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { oembedQuery } from '../contract';
import { assetIdOf, findAsset } from '../db/assets';
import { findShownShare } from '../db/shown-share';
import { escapeHtml, titleOf } from '../describe-share';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { validate } from '../validate';
import { refuseLocked, refuseShare } from '../visitor';

/** CSS pixels, where the reader names no limit. */
const WIDTH = 800;
const ASPECT = 4 / 3;

/** oEmbed (oembed.com) for share and embed addresses of this server. */
export const oembed = new Hono<AppEnv>().get('/', validate('query', oembedQuery), async (c) => {
	const { url, maxwidth, maxheight, format = 'json' } = c.req.valid('query');
	c.header('Access-Control-Allow-Origin', '*');
	if (format !== 'json') {
		return refuse(
			c,
			501,
			'invalid_request',
			'Only format=json is answered. Leave it out or set it.'
		);
	}
	const { origin } = new URL(c.req.url);
	const address = URL.canParse(url) ? new URL(url) : null;
	const slug = /^\/(?:s|embed)\/([\w-]+)\/?$/.exec(address?.pathname ?? '')?.[1];
	if (address?.origin !== origin || slug === undefined) return refuseShare(c);
	const db = drizzle(c.env.DB);
	const shown = await findShownShare(db, slug, Date.now());
	if (!shown) return refuseShare(c);
	if (shown.share.password_hash !== null) return refuseLocked(c);

	const width = Math.min(WIDTH, maxwidth ?? WIDTH, Math.round((maxheight ?? WIDTH) * ASPECT));
	const height = Math.max(1, Math.round(width / ASPECT));
	const poster = await findAsset(db, assetIdOf(shown.model.poster_url) ?? '');
	const fits =
		poster?.width != null &&
		poster.height != null &&
		poster.width <= (maxwidth ?? Infinity) &&
		poster.height <= (maxheight ?? Infinity);
	const title = titleOf(shown);
	return c.json(
		{
			version: '1.0',
			type: 'rich',
			provider_name: 'Vitrine',
			provider_url: origin,
			title,
			author_name: shown.product.brand ?? undefined,
			html: `<iframe src="${origin}/embed/${slug}" width="${width}" height="${height}" title="${escapeHtml(title)} in 3D" style="border:0" loading="lazy" allow="fullscreen; xr-spatial-tracking"></iframe>`,
			width,
			height,
			thumbnail_url: fits ? `${origin}/s/${slug}/poster` : undefined,
			thumbnail_width: fits ? poster.width : undefined,
			thumbnail_height: fits ? poster.height : undefined,
			// A revoked link has to go from other sites soon.
			cache_age: 3600
		},
		200
	);
});
