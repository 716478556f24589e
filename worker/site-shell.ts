import type { Context } from 'hono';
import type { AppEnv } from './env';

declare global {
	interface ImportMeta {
		/** Set by Vite, missing in wrangler's bundle. */
		readonly env?: { readonly MODE?: string };
	}
}

/**
 * The page every client-side route starts from: build/200.html (asked for without its extension, which would
 * redirect). Under `vite dev` there is no such file, and SvelteKit renders the path itself.
 * Share and embed pages have shells that name their own scripts too (scripts/write-shells.mjs).
 * Without a built site the answer is a page that says so.
 */
export async function siteShell(
	c: Context<AppEnv>,
	name: '200' | 'share-shell' | 'embed-shell' = '200'
): Promise<Response> {
	const path = import.meta.env?.MODE === 'development' ? c.req.path : `/${name}`;
	const shell = await c.env.ASSETS.fetch(new URL(path, c.req.url));
	if (shell.headers.get('content-type')?.startsWith('text/html')) return shell;
	await shell.body?.cancel();
	return new Response(NOT_BUILT, { headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

/** The shell's headers without those that would not hold for a changed body. */
export function shellHeaders(shell: Response): Headers {
	const headers = new Headers(shell.headers);
	for (const name of [
		'etag',
		'content-length',
		'last-modified',
		'x-frame-options',
		'cf-cache-status'
	]) {
		headers.delete(name);
	}
	headers.set('Cache-Control', 'no-cache');
	headers.set('X-Content-Type-Options', 'nosniff');
	headers.set('Referrer-Policy', 'strict-origin-when-cross-origin');
	return headers;
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
	<head><meta charset="utf-8"><title>Vitrine</title></head>
	<body><p>The site is not built yet. Run <code>npm run build</code>, then reload.</p></body>
</html>
`;
