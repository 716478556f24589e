/** Who Cloudflare Access says the caller is. Nothing else of the request is believed: an address behind Access can be reached past it. */
import { decode, verifyWithJwks } from 'hono/jwt';
import { z } from 'zod';
import { readAccessKeys } from './clients/access-keys';
import type { Env } from './env';

/** Longer ones are nobody's, characters: Access keeps its own below 4 KB. */
const MAX_ASSERTION = 8192;
/** Times are checked by Hono, which lets a missing one pass. */
const claims = z.object({
	exp: z.number(),
	/** A person's address. */
	email: z.string().max(320).optional(),
	/** A service token's client id. */
	common_name: z.string().max(320).optional(),
	sub: z.string().max(320).optional()
});

type AccessEnv = Pick<Env, 'ACCESS_TEAM_DOMAIN' | 'ACCESS_AUD'>;

/** Whether this studio lets people in by Cloudflare Access: both variables are set. */
export function hasAccess(env: AccessEnv): boolean {
	return Boolean(env.ACCESS_TEAM_DOMAIN && env.ACCESS_AUD);
}

/**
 * Verifies an assertion (RS256 only, by the team's keys, for this studio, within its times).
 * @param assertion the header Cf-Access-Jwt-Assertion
 * @returns the person's address in lower case, a service token's name, or null: not an assertion for this studio
 * @throws AccessKeysUnavailable
 */
export async function verifyAccess(
	env: AccessEnv,
	assertion: string | undefined
): Promise<string | null> {
	const { ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: aud } = env;
	if (!team || !aud || !assertion || assertion.length > MAX_ASSERTION) return null;
	const team_url = teamUrl(team);
	const kid = keyIdOf(assertion);
	if (!team_url || !kid) return null;
	const keys = await readAccessKeys(team_url, kid);
	try {
		const payload = await verifyWithJwks(assertion, {
			keys,
			allowedAlgorithms: ['RS256'],
			verification: { iss: team_url, aud }
		});
		const { email, common_name, sub } = claims.parse(payload);
		return email?.toLowerCase() || common_name || sub || null;
	} catch {
		// Forged, too old, or for another studio: all the same to the caller.
		return null;
	}
}

/** The team's origin, which is also the issuer; given with or without a scheme. */
function teamUrl(domain: string): string | null {
	const address = domain.includes('://') ? domain : `https://${domain}`;
	return URL.canParse(address) ? new URL(address).origin : null;
}

function keyIdOf(assertion: string): string | null {
	try {
		return decode(assertion).header.kid ?? null;
	} catch {
		return null;
	}
}
