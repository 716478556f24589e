import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { assetIdOf, findAsset } from '../db/assets';
import { findShownShare, type ShownShare } from '../db/shown-share';
import type { AppEnv } from '../env';
import { shellHeaders, siteShell } from '../site-shell';

/** The public pages of a link: the site's shell with what chat programs and search engines read put into its head. */
export const sharePages = new Hono<AppEnv>()
	.get('/s/:slug', async (c) => {
		const { page } = await sharePage(c, c.req.param('slug'));
		// Added, not set: under `vite dev` the shell brings its own policy as a header instead of a meta tag.
		page.headers.append('Content-Security-Policy', "frame-ancestors 'none'");
		return page;
	})
	.get('/embed/:slug', async (c) => {
		const { page, shown } = await sharePage(c, c.req.param('slug'));
		const origins = shown?.share.embed_origins ?? ['*'];
		// Without any site nobody may frame it.
		page.headers.append(
			'Content-Security-Policy',
			`frame-ancestors ${origins.join(' ') || "'none'"}`
		);
		// Together these let cross-origin isolated pages frame it too.
		page.headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
		page.headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
		return page;
	});

async function sharePage(
	c: Context<AppEnv>,
	slug: string
): Promise<{ page: Response; shown: ShownShare | null }> {
	const shown = await findShownShare(drizzle(c.env.DB), slug, Date.now());
	const shell = await siteShell(c);
	const head = shown ? await describeShare(c, slug, shown) : UNAVAILABLE;
	const page = new Response(shell.body, {
		status: shown ? 200 : 404,
		headers: shellHeaders(shell)
	});
	page.headers.set('X-Robots-Tag', 'noindex');
	const rewritten = new HTMLRewriter()
		.on('head > title, head > meta[name="description"], head > meta[name="robots"]', {
			element: (element) => void element.remove()
		})
		.on('head', { element: (element) => void element.append(head, { html: true }) })
		.transform(page);
	return { page: rewritten, shown };
}

const ROBOTS = '<meta name="robots" content="noindex">';
/** Says the same of an unknown, an expired and a revoked link. */
const UNAVAILABLE = `<title>Link unavailable</title>${ROBOTS}`;

async function describeShare(
	c: Context<AppEnv>,
	slug: string,
	{ product, model }: ShownShare
): Promise<string> {
	const { origin } = new URL(c.req.url);
	const poster_id = assetIdOf(model.poster_url) ?? '';
	const poster = await findAsset(drizzle(c.env.DB), poster_id);
	const title = product.brand ? `${product.name} by ${product.brand}` : product.name;
	const description = `See ${product.name} in 3D: turn it around and look at it from every side.`;
	const image = `${origin}/s/${slug}/files/${poster_id}`;
	const meta = (attribute: 'name' | 'property', key: string, content: string | number | null) =>
		content === null ? '' : `<meta ${attribute}="${key}" content="${escapeHtml(String(content))}">`;
	return [
		`<title>${escapeHtml(title)}</title>`,
		ROBOTS,
		meta('name', 'description', description),
		meta('property', 'og:type', 'website'),
		meta('property', 'og:site_name', 'Vitrine'),
		meta('property', 'og:title', title),
		meta('property', 'og:description', description),
		meta('property', 'og:url', `${origin}/s/${slug}`),
		meta('property', 'og:image', image),
		meta('property', 'og:image:type', poster?.content_type ?? null),
		meta('property', 'og:image:width', poster?.width ?? null),
		meta('property', 'og:image:height', poster?.height ?? null),
		meta('property', 'og:image:alt', title),
		meta('name', 'twitter:card', 'summary_large_image'),
		meta('name', 'twitter:title', title),
		meta('name', 'twitter:description', description),
		meta('name', 'twitter:image', image)
	].join('');
}

const escapeHtml = (text: string) =>
	text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
