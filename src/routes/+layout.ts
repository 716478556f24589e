import type { LayoutLoad } from './$types';

// A static single-page app: the Worker serves the shells, the browser draws them.
export const ssr = false;
export const prerender = false;

/** Share and embed pages are for visitors: they carry, and download, nothing of the studio around them. */
export const load: LayoutLoad = async ({ url }) => {
	if (/^\/(s|embed)\//.test(url.pathname)) return { Shell: null };
	return { Shell: (await import('$lib/ui/Shell.svelte')).default };
};
