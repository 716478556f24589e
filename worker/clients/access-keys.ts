import { z } from 'zod';
import { readBounded } from './read-bounded';

/** How long keys count as current, milliseconds. Access changes its own every six weeks and honors the old ones for a week more. */
const CURRENT_MS = 3_600_000;
/** How long no keys are asked for again, milliseconds: a stranger's token with a made-up key id costs no request. */
const REST_MS = 60_000;
/** How long the keys may take, milliseconds, and how large they may be, bytes. */
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024;

const publicKey = z.looseObject({
	kid: z.string().min(1),
	kty: z.literal('RSA'),
	n: z.string().max(2048),
	e: z.string().max(16)
});
/** A public key of a Cloudflare Access team, as a JSON Web Key (RFC 7517). */
export type AccessKey = z.infer<typeof publicKey>;
const keySet = z.object({ keys: z.array(publicKey).max(50) });

/** The keys cannot be had, so nobody can be recognized. */
export class AccessKeysUnavailable extends Error {
	override name = 'AccessKeysUnavailable';
}

/** By team, per isolate. Values and no promises: what one request waits for cannot be awaited by another in workerd. */
const kept = new Map<string, { keys: AccessKey[]; read_at: number; asked_at: number }>();

/**
 * The keys a team signs its assertions with. Asked for anew after an hour, or when the wanted key is not among them.
 * @param team_url origin of the team's domain, for example https://acme.cloudflareaccess.com
 * @param kid id of the wanted key, from the assertion's header
 * @throws AccessKeysUnavailable if there were never any
 */
export async function readAccessKeys(team_url: string, kid: string): Promise<AccessKey[]> {
	const now = Date.now();
	const known = kept.get(team_url);
	if (known) {
		const current = now - known.read_at < CURRENT_MS && known.keys.some((key) => key.kid === kid);
		if (current || now - known.asked_at < REST_MS) return known.keys;
		known.asked_at = now;
	}
	try {
		const keys = await fetchKeys(`${team_url}/cdn-cgi/access/certs`);
		kept.set(team_url, { keys, read_at: now, asked_at: now });
		return keys;
	} catch (cause) {
		if (known) return known.keys;
		throw new AccessKeysUnavailable('The keys of Cloudflare Access cannot be read.', { cause });
	}
}

async function fetchKeys(url: string): Promise<AccessKey[]> {
	const response = await fetch(url, {
		redirect: 'manual',
		signal: AbortSignal.timeout(TIMEOUT_MS)
	});
	if (!response.ok) {
		await response.body?.cancel();
		throw new Error(`${url} answered ${response.status}.`);
	}
	return keySet.parse(JSON.parse(await readBounded(response.body, MAX_BYTES))).keys;
}
