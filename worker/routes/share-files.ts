import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { assetIdOf, findAsset } from '../db/assets';
import { findShownShare, pageAssets, shownAssets, type ShownShare } from '../db/shown-share';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { sendAsset } from '../send-asset';
import { accessHolds } from '../share-access';
import { refuseLocked, refuseShare } from '../visitor';

/** The files of a shown model, below /s/:slug. Any site may read them: a link is there to be embedded. */
export const shareFiles = new Hono<AppEnv>()
	.use('*', async (c, next) => {
		c.header('Access-Control-Allow-Origin', '*');
		c.header('Cross-Origin-Resource-Policy', 'cross-origin');
		c.header('Cache-Control', 'no-store');
		await next();
	})
	.get('/:slug/files/:asset_id', async (c) => {
		const shown = await findShown(c);
		const asset_id = c.req.param('asset_id');
		if (!shown || !shownAssets(shown.model).has(asset_id)) return refuseShare(c);
		const drawn = pageAssets(shown.model).has(asset_id);
		const open = shown.share.password_hash === null && (drawn || shown.share.allow_download);
		if (!open && !(await mayRead(c, shown))) {
			return shown.share.password_hash === null ? refuseDownload(c) : refuseLocked(c);
		}
		// Kept by the viewer's own browser only, so that a revoked link is dead for everybody else at once.
		return sendFile(c, shown, asset_id, { 'Cache-Control': 'private, max-age=86400, immutable' });
	})
	.get('/:slug/poster', async (c) => {
		const shown = await findShown(c);
		if (!shown) return refuseShare(c);
		if (shown.share.password_hash !== null && !(await mayRead(c, shown))) return refuseLocked(c);
		const poster_id = assetIdOf(shown.model.poster_url) ?? '';
		return sendFile(c, shown, poster_id, { 'Cache-Control': 'private, no-cache' });
	})
	.get('/:slug/download', async (c) => {
		const shown = await findShown(c);
		if (!shown) return refuseShare(c);
		if (shown.share.password_hash !== null && !(await mayRead(c, shown))) return refuseLocked(c);
		if (!shown.share.allow_download) return refuseDownload(c);
		return sendFile(c, shown, assetIdOf(shown.model.plain_url) ?? '', {
			'Cache-Control': 'private, no-cache',
			'Content-Disposition': `attachment; filename="model.glb"; filename*=UTF-8''${fileName(shown.product.name)}.glb`
		});
	});

const findShown = (c: Context<AppEnv>) =>
	findShownShare(drizzle(c.env.DB), c.req.param('slug') ?? '', Date.now());

/** Images and AR apps can't send headers: their addresses are signed instead. */
const mayRead = (c: Context<AppEnv>, { share }: ShownShare) =>
	accessHolds(share, 'files', c.req.query('access'), Date.now());

async function sendFile(
	c: Context<AppEnv>,
	{ product }: ShownShare,
	asset_id: string,
	headers: Record<string, string>
) {
	const asset = await findAsset(drizzle(c.env.DB), asset_id);
	if (!asset || asset.state !== 'verified' || asset.product_id !== product.id) {
		return refuseShare(c);
	}
	return sendAsset(c, asset, {
		...headers,
		'Cross-Origin-Resource-Policy': 'cross-origin',
		'Access-Control-Allow-Origin': '*'
	});
}

/** A product's name as RFC 8187 wants it in a header. */
const fileName = (name: string) =>
	encodeURIComponent(
		name
			.replace(/[\\/:*?"<>|\s\p{Cc}]+/gu, ' ')
			.trim()
			.slice(0, 80)
	).replace(/['()]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);

const refuseDownload = (c: Context) =>
	refuse(
		c,
		403,
		'download_not_allowed',
		'The owner of this link does not offer the file for download. Ask them for it.'
	);
