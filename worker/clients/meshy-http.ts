/** One exchange with Meshy's API: paced, timed, bounded, recorded. */
import { readBounded } from './read-bounded';
import type { Exchange } from './provider';
import { redact } from './redact';

export interface MeshyHttpOptions {
	/** Without a trailing slash. */
	base_url: string;
	api_key: string;
	fetch: typeof fetch;
	/** Waits until the account may be asked again. When it rejects, nothing is sent. */
	turn: () => Promise<void>;
	/** Meshy said 429 for its rate: nobody asks for so many seconds. */
	onrate: (seconds: number) => Promise<void>;
	/** Called after every exchange, also failed ones; awaited. */
	onexchange: (exchange: Exchange) => Promise<void>;
}

export type MeshyAnswer =
	| { status: number; text: string; retry_after_s: number | null }
	/** `sent` is false when the request surely never left. */
	| { status: null; sent: boolean; reason: string };

/** Longest JSON answer read, bytes. */
const MAX_JSON_BYTES = 1024 * 1024;
/** How long the account is left alone after a 429 that does not say, seconds. */
const RATE_PAUSE_S = 1;

export class MeshyHttp {
	constructor(private readonly options: MeshyHttpOptions) {}

	/** @throws never */
	async exchange(
		method: Exchange['method'],
		path: string,
		{
			body,
			query,
			timeout_s
		}: { body?: ReadableStream<Uint8Array>; query?: string; timeout_s: number }
	): Promise<MeshyAnswer> {
		const { base_url, api_key } = this.options;
		try {
			await this.options.turn();
		} catch {
			return { status: null, sent: false, reason: 'it was not its turn' };
		}
		const start = performance.now();
		const record = (status_code: number | null, text: string | null) =>
			this.record({
				method,
				path,
				status_code,
				duration_ms: Math.round(performance.now() - start),
				body: text === null ? null : redact(text, api_key)
			});
		try {
			const response = await this.options.fetch(`${base_url}${path}${query ? `?${query}` : ''}`, {
				method,
				headers: {
					authorization: `Bearer ${api_key}`,
					accept: 'application/json',
					...(body ? { 'content-type': 'application/json' } : {})
				},
				body,
				redirect: 'manual',
				signal: AbortSignal.timeout(timeout_s * 1000)
			});
			const text = await readBounded(response.body, MAX_JSON_BYTES);
			const retry_after_s = readRetryAfter(response.headers.get('retry-after'), Date.now());
			await record(response.status, text);
			if (isRateLimit(response.status, text)) {
				await this.options.onrate(retry_after_s ?? RATE_PAUSE_S).catch(() => undefined);
			}
			return { status: response.status, text, retry_after_s };
		} catch (error) {
			const timed_out = error instanceof DOMException && error.name === 'TimeoutError';
			const reason = timed_out ? `it did not answer in ${timeout_s} s` : 'the connection broke';
			await record(null, reason);
			return { status: null, sent: true, reason };
		}
	}

	/** Recording must not change what an answer means: an accepted task stays accepted. */
	async record(exchange: Exchange): Promise<void> {
		try {
			await this.options.onexchange(exchange);
		} catch (error) {
			console.error(JSON.stringify({ level: 'error', part: 'meshy', message: String(error) }));
		}
	}
}

/** The two kinds of 429: the account's queue is full (and says so), or there were too many requests in a second. */
export function isQueueFull(status: number, text: string): boolean {
	return status === 429 && /NoMore|concurrent|pending|queue/i.test(text);
}
const isRateLimit = (status: number, text: string) => status === 429 && !isQueueFull(status, text);

/** Seconds to wait, 0 to 3600, from a Retry-After header (RFC 9110 10.2.3: seconds or a date); null when there is none. */
export function readRetryAfter(header: string | null, now: number): number | null {
	if (header === null) return null;
	const seconds = /^\d{1,9}$/.test(header.trim())
		? Number(header)
		: (Date.parse(header) - now) / 1000;
	return Number.isNaN(seconds) ? null : Math.min(3600, Math.max(0, Math.ceil(seconds)));
}
