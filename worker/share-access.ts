/** What opens a link besides its slug: a password, and signed addresses that hold for a while. */
import { decodeBase64Url, encodeBase64Url } from 'hono/utils/encode';
import type { Share } from './db/shares';

/**
 * PBKDF2-HMAC-SHA-512 with as many iterations as Workers allow (developers.cloudflare.com/workers/runtime-apis/web-crypto);
 * the parameters stand in the stored text, so that they can be raised.
 */
const ITERATIONS = 100_000;
const SALT_BYTES = 16;
const HASH_BITS = 256;
/** How long what was signed holds, milliseconds: 4 hours. */
const ACCESS_MS = 4 * 3600 * 1000;

/** What a signature opens: the link's page and data, or its files. An address of a file never opens the page. */
export type AccessTo = 'page' | 'files';
type Keyed = Pick<Share, 'id' | 'access_key'>;

/** @returns what is stored of a password: "pbkdf2-sha512$iterations$salt$hash" */
export async function hashPassword(password: string): Promise<string> {
	const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
	const hash = await slowHash(password, salt, ITERATIONS);
	return ['pbkdf2-sha512', ITERATIONS, encodeBase64Url(salt.buffer), encodeBase64Url(hash)].join(
		'$'
	);
}

/** Compares a password with a stored hash in constant time. */
export async function passwordHolds(password: string, stored: string): Promise<boolean> {
	const [, iterations, salt = '', hash = ''] = stored.split('$');
	const given = await slowHash(password, decodeBase64Url(salt), Number(iterations));
	const kept = decodeBase64Url(hash);
	return given.byteLength === kept.byteLength && crypto.subtle.timingSafeEqual(given, kept);
}

/** A fresh key for `access_key`. */
export function newAccessKey(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(32));
	return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Signs that its holder may open a link's page or files for 4 hours: an expiry with an HMAC over it. */
export async function signAccess(share: Keyed, to: AccessTo, now: number): Promise<string> {
	const expires = (now + ACCESS_MS).toString(36);
	const mac = await crypto.subtle.sign('HMAC', await keyOf(share), message(share, to, expires));
	return `${expires}.${encodeBase64Url(mac)}`;
}

/** True for what `signAccess` gave for this link and use, as long as it holds. */
export async function accessHolds(
	share: Keyed,
	to: AccessTo,
	access: string | undefined,
	now: number
): Promise<boolean> {
	const [, expires, mac] = /^([0-9a-z]{1,11})\.([\w-]{43}=?)$/.exec(access ?? '') ?? [];
	if (expires === undefined || mac === undefined || parseInt(expires, 36) <= now) return false;
	const key = await keyOf(share);
	return crypto.subtle.verify('HMAC', key, decodeBase64Url(mac), message(share, to, expires));
}

async function slowHash(
	password: string,
	salt: Uint8Array<ArrayBuffer>,
	iterations: number
): Promise<ArrayBuffer> {
	const key = await crypto.subtle.importKey(
		'raw',
		encode(password.normalize('NFC')),
		'PBKDF2',
		false,
		['deriveBits']
	);
	return crypto.subtle.deriveBits(
		{ name: 'PBKDF2', hash: 'SHA-512', salt, iterations },
		key,
		HASH_BITS
	);
}

const keyOf = ({ access_key }: Keyed) =>
	crypto.subtle.importKey('raw', encode(access_key), { name: 'HMAC', hash: 'SHA-256' }, false, [
		'sign',
		'verify'
	]);
const message = ({ id }: Keyed, to: AccessTo, expires: string) => encode(`${to} ${id} ${expires}`);
const encode = (text: string) => new TextEncoder().encode(text);
