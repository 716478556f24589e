/** The sign-in page's address, with the way back. */
export function signInAddress({ pathname, search }: Pick<URL, 'pathname' | 'search'>): string {
	return `/sign-in?${new URLSearchParams({ next: pathname + search })}`;
}

/**
 * Where to go after signing in: a path of this site, "/" for anything else.
 * @param next as it stands in the address, which anyone may have written
 * @param origin of this site
 */
export function safeNext(next: string | null, origin: string): string {
	if (!next?.startsWith('/') || !URL.canParse(next, origin)) return '/';
	const target = new URL(next, origin);
	if (target.origin !== origin || target.pathname === '/sign-in') return '/';
	// Two slashes at the start would be read as another host.
	return target.pathname.replace(/^\/+/, '/') + target.search + target.hash;
}
