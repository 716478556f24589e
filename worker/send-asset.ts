import type { Context } from 'hono';
import { openStorage, type ByteRange } from './clients/storage';
import type { Asset } from './db/assets';
import type { AppEnv } from './env';
import { refuse } from './errors';
import { meteredFetch } from './meter';

/**
 * Answers GET and HEAD with an asset's bytes: whole, one range (RFC 9110 14), or 304.
 * An asset never changes once it is verified, so its hash is the ETag.
 * @param headers what differs between the owner's and the public address
 */
export async function sendAsset(
	c: Context<AppEnv>,
	asset: Asset,
	headers: Record<string, string>
): Promise<Response> {
	const etag = `"${asset.sha256}"`;
	const common = {
		...headers,
		ETag: etag,
		'Accept-Ranges': 'bytes',
		'X-Content-Type-Options': 'nosniff'
	};
	if (matches(c.req.header('if-none-match'), etag)) {
		return new Response(null, { status: 304, headers: common });
	}

	const range = readRange(c.req.header('range'), asset.bytes);
	const stale = c.req.header('if-range') !== undefined && c.req.header('if-range') !== etag;
	if (range === 'unsatisfiable' && !stale) {
		return new Response(null, {
			status: 416,
			headers: { ...common, 'Content-Range': `bytes */${asset.bytes}` }
		});
	}
	const part = range === 'unsatisfiable' || stale ? null : range;
	const length = part ? part.length : asset.bytes;
	const all = {
		...common,
		'Content-Type': asset.content_type,
		'Content-Length': String(length),
		...(part && {
			'Content-Range': `bytes ${part.offset}-${part.offset + length - 1}/${asset.bytes}`
		})
	};
	const status = part ? 206 : 200;
	if (c.req.method === 'HEAD') return new Response(null, { status, headers: all });

	const storage = openStorage(c.env, meteredFetch(c.env.DB, 's3'));
	const body = await storage.get(asset.storage_key, part ?? undefined);
	if (!body) {
		console.error(JSON.stringify({ level: 'error', part: 'storage', lost: asset.id }));
		return refuse(c, 404, 'not_found', 'This file is no longer in the storage.');
	}
	return new Response(body, { status, headers: all });
}

/** One byte range of a Range header; null for none, for several, and for anything malformed (RFC 9110 14.2: ignore). */
function readRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | null {
	const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
	if (first === undefined || last === undefined || (first === '' && last === '')) return null;
	if (first === '') {
		const length = Math.min(Number(last), bytes);
		return length === 0 ? 'unsatisfiable' : { offset: bytes - length, length };
	}
	const offset = Number(first);
	const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
	if (last !== '' && Number(last) < offset) return null;
	if (offset >= bytes) return 'unsatisfiable';
	return { offset, length: end - offset + 1 };
}

const matches = (header: string | undefined, etag: string) =>
	header !== undefined &&
	(header.trim() === '*' ||
		header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag));
