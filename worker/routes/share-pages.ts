import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { findShownShare } from '../db/shown-share';
import { describeShare, LOCKED_HEAD, mayIndex, UNAVAILABLE_HEAD } from '../describe-share';
import type { AppEnv } from '../env';
import { firstLookBody, firstLookHead } from '../first-look';
import { publicView } from '../public-view';
import { shellHeaders, siteShell } from '../site-shell';

/** The public pages of a link: the site's shell with what chat programs and search engines read put into its head. */
export const sharePages = new Hono<AppEnv>()
	.get('/s/:slug', async (c) => {
		const { page } = await sharePage(c, c.req.param('slug'), 'share');
		// Added, not set: under `vite dev` the shell brings its own policy as a header instead of a meta tag.
		page.headers.append('Content-Security-Policy', "frame-ancestors 'none'");
		return page;
	})
	.get('/embed/:slug', async (c) => {
		const { page, shown } = await sharePage(c, c.req.param('slug'), 'embed');
		// The page itself is what may be found.
		page.headers.set('X-Robots-Tag', 'noindex');
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

async function sharePage(c: Context<AppEnv>, slug: string, kind: 'share' | 'embed') {
	const shown = await findShownShare(drizzle(c.env.DB), slug, Date.now());
	const shell = await siteShell(c, `${kind}-shell`);
	const locked = shown !== null && shown.share.password_hash !== null;
	const head = locked
		? LOCKED_HEAD
		: shown
			? await describeShare(c, slug, shown)
			: UNAVAILABLE_HEAD;
	const page = new Response(shell.body, {
		status: shown ? 200 : 404,
		headers: shellHeaders(shell)
	});
	if (!shown || !mayIndex(shown)) page.headers.set('X-Robots-Tag', 'noindex');
	// A protected page carries nothing of what it protects.
	const view = shown && !locked ? await publicView(c, slug, shown) : null;
	const load = c.req.query('load') !== 'manual';
	const carried = view ? firstLookHead(view, load) : '';
	// An embed may stand on any ground: only its address says so, and the view reads that.
	const look = view && c.req.query('background') === undefined ? firstLookBody(view, kind) : '';
	const described = new HTMLRewriter()
		.on('head > title, head > meta[name="description"], head > meta[name="robots"]', {
			element: (element) => void element.remove()
		})
		.on('head', {
			element: (element) =>
				void element.prepend(carried, { html: true }).append(head, { html: true })
		})
		.on('body', { element: (element) => void element.prepend(look, { html: true }) })
		.transform(page);
	return { page: described, shown };
}
