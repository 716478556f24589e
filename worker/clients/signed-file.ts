/**
 * Addresses under which a provider can fetch one of our files by itself: unguessable, for that file only, and only
 * for a while.
 */

/** A provider fetches while it answers the request; its queue is not waited for. Seconds. */
const VALID_S = 3600;

/**
 * @param secret known to the Worker alone
 * @param extension the path ends in it, for a provider may judge a file by its name
 * @returns a path of ours
 */
export async function signFilePath(
	secret: string,
	asset_id: string,
	extension: string,
	now: number
): Promise<string> {
	const expires = Math.floor(now / 1000) + VALID_S;
	const mac = await crypto.subtle.sign('HMAC', await keyOf(secret), said(asset_id, expires));
	return `/api/public/inputs/${asset_id}/${expires}/${toHex(mac)}/file.${extension}`;
}

/** Whether an address was made by us and is still good. In constant time. */
export async function isFilePathValid(
	secret: string,
	{ asset_id, expires, mac }: { asset_id: string; expires: string; mac: string },
	now: number
): Promise<boolean> {
	const until = /^\d{1,12}$/.test(expires) ? Number(expires) : 0;
	if (secret === '' || until * 1000 < now || !/^[0-9a-f]{64}$/.test(mac)) return false;
	return crypto.subtle.verify('HMAC', await keyOf(secret), fromHex(mac), said(asset_id, until));
}

const said = (asset_id: string, expires: number) =>
	new TextEncoder().encode(`${asset_id} ${expires}`);

const toHex = (bytes: ArrayBuffer) =>
	[...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (hex: string) =>
	Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** A key of its own, so that a signature here proves nothing elsewhere. */
function keyOf(secret: string): Promise<CryptoKey> {
	return crypto.subtle.importKey(
		'raw',
		new TextEncoder().encode(`signed file\n${secret}`),
		{ name: 'HMAC', hash: 'SHA-256' },
		false,
		['sign', 'verify']
	);
}
