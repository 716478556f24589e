import type { Context } from 'hono';
import type { ByteRange } from './clients/storage';
import type { AppEnv } from './env';

/** Stored bytes that never change. */
export interface StoredBytes {
	/** Quoted, as the header wants it. */
	etag: string;
	bytes: number;
	content_type: string;
	/** The bytes, whole or a part; null when they are gone. */
	read: (range?: ByteRange) => Promise<ReadableStream<Uint8Array> | null>;
}

/**
 * Answers GET and HEAD with stored bytes: whole, one range (RFC 9110 14), or 304.
 * @returns null when the bytes are gone
 */
export async function sendBytes(
	c: Context<AppEnv>,
	{ etag, bytes, content_type, read }: StoredBytes,
	headers: Record<string, string>
): Promise<Response | null> {
	const common = {
		...headers,
		ETag: etag,
		'Accept-Ranges': 'bytes',
		'X-Content-Type-Options': 'nosniff'
	};
	if (matches(c.req.header('if-none-match'), etag)) {
		return new Response(null, { status: 304, headers: common });
	}

	const range = readRange(c.req.header('range'), bytes);
	const stale = c.req.header('if-range') !== undefined && c.req.header('if-range') !== etag;
	if (range === 'unsatisfiable' && !stale) {
		return new Response(null, {
			status: 416,
			headers: { ...common, 'Content-Range': `bytes */${bytes}` }
		});
	}
	const part = range === 'unsatisfiable' || stale ? null : range;
	const length = part ? part.length : bytes;
	const all = {
		...common,
		'Content-Type': content_type,
		'Content-Length': String(length),
		...(part && {
			'Content-Range': `bytes ${part.offset}-${part.offset + length - 1}/${bytes}`
		})
	};
	const status = part ? 206 : 200;
	if (c.req.method === 'HEAD') return new Response(null, { status, headers: all });
	const body = await read(part ?? undefined);
	return body && new Response(body, { status, headers: all });
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
