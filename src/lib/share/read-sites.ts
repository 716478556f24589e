import { LIMITS, SITE_ORIGIN } from '../../../worker/contract';

/** What was read: the sites, or the first thing that is not one. */
export type SitesRead =
	| { ok: true; sites: string[] }
	| { ok: false; problem: 'not_a_site'; line: string }
	| { ok: false; problem: 'too_many' };

/**
 * Reads the sites that may embed a link, one a line, as people type them: without https, with a path from the address
 * bar, in capitals. Each once, in order; empty lines are passed over.
 *
 * @returns at most 20 origins as browsers name them, or what is wrong
 */
export function readSites(text: string): SitesRead {
	const sites = new Set<string>();
	for (const line of text.split('\n').map((one) => one.trim())) {
		if (line === '') continue;
		const site = originOf(line);
		if (!site) return { ok: false, problem: 'not_a_site', line };
		sites.add(site);
	}
	if (sites.size > LIMITS.embed_origins) return { ok: false, problem: 'too_many' };
	return { ok: true, sites: [...sites] };
}

function originOf(line: string): string | null {
	const address = withScheme(line);
	if (!URL.canParse(address)) return null;
	const { origin, username, password } = new URL(address);
	return !username && !password && SITE_ORIGIN.test(origin) ? origin : null;
}

/** A bare word is no site; this machine has no certificate. */
function withScheme(line: string): string {
	if (line.includes('://')) return line;
	if (/^(localhost|127\.0\.0\.1)\b/i.test(line)) return `http://${line}`;
	return line.includes('.') ? `https://${line}` : '';
}
