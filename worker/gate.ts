/** Who may come in: the owner on a loopback host, whoever Cloudflare Access knows, or whoever knows STUDIO_TOKEN. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { decodeBase64Url, encodeBase64Url } from 'hono/utils/encode';
import { AccessKeysUnavailable } from './clients/access-keys';
import type { AppEnv, Env } from './env';
import { refuse } from './errors';
import { hasAccess, verifyAccess } from './verify-access';

const COOKIE = 'studio_session';
/** How long a sign-in lasts, seconds: 30 days. */
const SESSION_SECONDS = 30 * 24 * 3600;
/** How long an address that guessed too often waits, milliseconds. */
const BLOCK_MS = 60_000;
/** Answered to anyone: they carry nothing of the owner's, or have their own proof (a slug, a webhook secret). */
const PUBLIC = /^\/api\/(health$|session$|oembed$|public\/|webhooks\/)/;

/** Why a request is not let in. `blocked`: too many wrong tokens from there lately; `keys_unavailable`: those of Cloudflare Access. */
export type Refusal = 'closed' | 'sign_in' | 'wrong_token' | 'blocked' | 'keys_unavailable';
/** Who was let in: whoever has a cap of their own and stands in the audit log. */
export interface Caller {
	user: string;
}
/** Everybody who comes without Cloudflare Access: one machine or one token, one user. */
const STUDIO: Caller = { user: 'studio' };

/** Lets only those with access through to the owner's part. */
export const gate = createMiddleware<AppEnv>(async (c, next) => {
	if (PUBLIC.test(c.req.path)) return next();
	const access = await accessOf(c);
	if (typeof access === 'string') return refuseAccess(c, access);
	c.set('user', access.user);
	return next();
});

/**
 * Refuses requests that change something and were sent by another site's page, so that no page a person
 * happens to visit can drive the studio on their machine. Browsers send Sec-Fetch-Site or Origin with every
 * such request; other programs send neither and pass.
 */
export const sameSite = createMiddleware<AppEnv>(async (c, next) => {
	if (/^(GET|HEAD|OPTIONS)$/.test(c.req.method)) return next();
	const site = c.req.header('sec-fetch-site');
	const origin = c.req.header('origin');
	const foreign =
		(site !== undefined && site !== 'same-origin' && site !== 'none') ||
		(origin !== undefined && origin !== new URL(c.req.url).origin);
	if (!foreign) return next();
	return refuse(
		c,
		403,
		'unauthorized',
		'This request was sent by a page of another site. Open the studio itself and try again.'
	);
});

/** Decides about a request by its assertion of Cloudflare Access, its host, its bearer token or its session cookie. */
export async function accessOf(c: Context<AppEnv>): Promise<Caller | Refusal> {
	try {
		const user = await verifyAccess(c.env, c.req.header('cf-access-jwt-assertion'));
		if (user) return { user };
	} catch (error) {
		if (!(error instanceof AccessKeysUnavailable)) throw error;
		// Whoever has a token can still work.
		if (!c.env.STUDIO_TOKEN) return 'keys_unavailable';
	}
	const token = c.env.STUDIO_TOKEN;
	if (!token) return withoutToken(c);
	const bearer = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
	if (bearer !== undefined) return checkToken(c, bearer);
	const cookie = getCookie(c, COOKIE);
	return cookie !== undefined && (await cookieHolds(token, cookie)) ? STUDIO : 'sign_in';
}

/** Compares a token with STUDIO_TOKEN in constant time; wrong ones are counted and slowed. */
export async function checkToken(c: Context<AppEnv>, given: string): Promise<Caller | Refusal> {
	const token = c.env.STUDIO_TOKEN;
	if (!token) return withoutToken(c);
	const from = clientNetwork(c);
	if ((blocked.get(from) ?? 0) > Date.now()) return 'blocked';
	const [a, b] = await Promise.all([sha256(given), sha256(token)]);
	if (crypto.subtle.timingSafeEqual(a, b)) return STUDIO;
	const { success } = await c.env.WRONG_TOKENS.limit({ key: from });
	if (success) return 'wrong_token';
	if (blocked.size > 10_000) blocked.clear();
	blocked.set(from, Date.now() + BLOCK_MS);
	return 'blocked';
}

/** The answer to a request without access. */
export function refuseAccess(c: Context<AppEnv>, access: Refusal) {
	if (access === 'closed') {
		return refuse(
			c,
			403,
			'studio_closed',
			'This studio is closed: it has no token yet, so it only answers on the machine it runs on. Set one with `npx wrangler secret put STUDIO_TOKEN`, then sign in. Or put Cloudflare Access before it, and set both ACCESS_TEAM_DOMAIN and ACCESS_AUD.'
		);
	}
	if (access === 'keys_unavailable') {
		return refuse(
			c,
			503,
			'access_unavailable',
			'Cloudflare Access cannot be asked who you are just now. Try again in a minute; if it stays, check ACCESS_TEAM_DOMAIN.'
		);
	}
	if (access === 'blocked') {
		c.header('Retry-After', String(BLOCK_MS / 1000));
		return refuse(
			c,
			429,
			'too_many_requests',
			'Too many wrong tokens came from here. Wait a minute, then try again.'
		);
	}
	if (access === 'wrong_token') {
		return refuse(
			c,
			401,
			'wrong_token',
			'This is not the token of this studio. Check it and try again.'
		);
	}
	return refuse(
		c,
		401,
		'unauthorized',
		hasAccess(c.env)
			? 'Sign in with Cloudflare Access first: open the studio again. If that does not help, check ACCESS_TEAM_DOMAIN and ACCESS_AUD.'
			: 'Sign in with the studio’s token first, or send it as “Authorization: Bearer …”.'
	);
}

/** The ways to sign in that this studio has; none: it is one machine's own. */
export function signInWays(env: Env): ('access' | 'token')[] {
	return [
		...(hasAccess(env) ? ['access' as const] : []),
		...(env.STUDIO_TOKEN ? ['token' as const] : [])
	];
}

/** Gives the browser a session: an expiry with an HMAC over it, keyed by the token, so a new token ends all sessions. */
export async function openSession(c: Context<AppEnv>, token: string): Promise<void> {
	const expires = String(Math.floor(Date.now() / 1000) + SESSION_SECONDS);
	const mac = await crypto.subtle.sign('HMAC', await sessionKey(token), encode(expires));
	setCookie(c, COOKIE, `${expires}.${encodeBase64Url(mac)}`, {
		httpOnly: true,
		sameSite: 'Strict',
		secure: isHttps(c),
		path: '/',
		maxAge: SESSION_SECONDS
	});
}

/** Takes the browser's session away. */
export function closeSession(c: Context<AppEnv>): void {
	deleteCookie(c, COOKIE, { path: '/', secure: isHttps(c) });
}

/** Networks that guessed too often, with the instant they may try again. Per isolate: a brake, not a ledger. */
const blocked = new Map<string, number>();

async function cookieHolds(token: string, cookie: string): Promise<boolean> {
	const [, expires, mac] = /^(\d{1,12})\.([\w-]{43}=?)$/.exec(cookie) ?? [];
	if (expires === undefined || mac === undefined || Number(expires) * 1000 < Date.now())
		return false;
	return crypto.subtle.verify(
		'HMAC',
		await sessionKey(token),
		decodeBase64Url(mac),
		encode(expires)
	);
}

function sessionKey(token: string): Promise<CryptoKey> {
	return crypto.subtle.importKey(
		'raw',
		encode(`studio session\n${token}`),
		{ name: 'HMAC', hash: 'SHA-256' },
		false,
		['sign', 'verify']
	);
}

/** The caller's address as Cloudflare saw it; IPv6 counts per /64, of which one person has as many addresses as they like. */
export function clientNetwork(c: Context<AppEnv>): string {
	const ip = c.req.header('cf-connecting-ip') ?? 'local';
	return ip.includes(':') ? ip.split(':').slice(0, 4).join(':') : ip;
}

/** Without a token only this machine is let in, and with Cloudflare Access not even that. */
function withoutToken(c: Context<AppEnv>): Caller | Refusal {
	if (hasAccess(c.env)) return 'sign_in';
	return isLoopback(new URL(c.req.url).hostname) ? STUDIO : 'closed';
}

const isLoopback = (hostname: string) => /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname);
const isHttps = (c: Context<AppEnv>) => new URL(c.req.url).protocol === 'https:';
const encode = (text: string) => new TextEncoder().encode(text);
const sha256 = (text: string) => crypto.subtle.digest('SHA-256', encode(text));
