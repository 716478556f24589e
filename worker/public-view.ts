import { drizzle } from 'drizzle-orm/d1';
import type { Context } from 'hono';
import { assetIdOf } from './db/assets';
import { sourceOf, type ShownShare } from './db/shown-share';
import type { AppEnv } from './env';
import { signAccess } from './share-access';

export type PublicView = Awaited<ReturnType<typeof publicView>>;

/** What an admitted visitor's page needs of a link: the product, and the addresses of its files. */
export async function publicView(
	c: Context<AppEnv>,
	slug: string,
	{ share, product, model }: ShownShare
) {
	const source = await sourceOf(drizzle(c.env.DB), product.id, model.model_url);
	const access = `?access=${await signAccess(share, 'files', Date.now())}`;
	// What the page draws has plain addresses that caches know again, unless there is a password.
	const drawn = share.password_hash === null ? '' : access;
	const taken = share.allow_download ? drawn : access;
	const publicUrl = (url: string, query: string) => `/s/${slug}/files/${assetIdOf(url)}${query}`;
	const { name, brand, width_m, height_m, depth_m } = product;
	return {
		product: { name, brand, width_m, height_m, depth_m },
		poster_url: publicUrl(model.poster_url, drawn),
		lods: model.lods.map((lod) => ({ ...lod, url: publicUrl(lod.url, drawn) })),
		plain_url: publicUrl(model.plain_url, taken),
		usdz_url: model.usdz_url && publicUrl(model.usdz_url, taken),
		stills: model.stills.map(({ side, url }) => ({ side, url: publicUrl(url, drawn) })),
		/** Null where the owner does not allow it. */
		download_url: share.allow_download ? `/s/${slug}/download${drawn}` : null,
		allow_comments: share.allow_comments,
		view_descriptions: product.view_descriptions ?? {},
		hotspots: product.hotspots ?? [],
		provider: source?.provider ?? null,
		sides_guessed: source?.sides_guessed ?? false,
		expires_at: share.expires_at
	};
}
