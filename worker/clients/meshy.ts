/**
 * The only caller of Meshy's API. It never repeats a request by itself: a second POST is a second charge, so
 * every answer becomes an outcome and the caller decides.
 */
import type { ErrorCode, MeshySettings } from '../contract';
import { endStalled, MeshyAssetError } from './end-stalled';
import { MESHY } from './meshy-catalog';
import {
	endpointFor,
	explainRefusal,
	readBalance,
	readMessage,
	readTask,
	readTaskId,
	readTaskList,
	taskBody,
	type MeshyEndpoint,
	type MeshyImage,
	type MeshyTask
} from './meshy-wire';
import { readBounded } from './read-bounded';
import { redact } from './redact';

export interface MeshyOptions {
	/** Without a trailing slash. */
	base_url: string;
	api_key: string;
	fetch: typeof fetch;
	/** Called after every exchange, also failed ones; awaited. */
	onexchange: (exchange: MeshyExchange) => Promise<void>;
	/** Seconds without a byte after which a download is given up. Default 30. */
	stall_s?: number;
}

/** One request and its answer, fit to be stored: no address, key or image in it. */
export interface MeshyExchange {
	method: 'GET' | 'POST';
	path: string;
	/** Null when no answer came. */
	status_code: number | null;
	duration_ms: number;
	body: string | null;
}

export type SubmitOutcome =
	| { kind: 'accepted'; provider_task_id: string }
	/** Surely not accepted; try again. `slot`: the account's queue is full. `rate`: too many requests per second. */
	| { kind: 'busy'; waiting_for: 'slot' | 'rate'; retry_after_s: number | null }
	/** Surely not accepted; the same request would be refused again. */
	| { kind: 'refused'; code: ErrorCode; message: string }
	/** It may be accepted and paid for. Must not be sent again blindly. */
	| { kind: 'unknown'; reason: string };

export type ReadOutcome =
	| { kind: 'task'; task: MeshyTask; retry_after_s: number | null }
	/** Expired, deleted or never there. */
	| { kind: 'gone' }
	/** No usable answer this time. */
	| { kind: 'later'; reason: string; retry_after_s: number | null };

export type ListOutcome =
	/** One page, newest first. */
	{ kind: 'tasks'; tasks: MeshyTask[] } | { kind: 'later'; reason: string };

/** Meshy downloads and checks images while answering; its own client waits as long, seconds. */
const POST_TIMEOUT_S = 180;
const GET_TIMEOUT_S = 30;
const ASSET_TIMEOUT_S = 600;
const STALL_S = 30;
/** Longest JSON answer read, bytes. */
const MAX_JSON_BYTES = 1024 * 1024;
/** Tasks per page of a list: the most Meshy gives. */
export const LIST_PAGE = 50;

export class MeshyClient {
	constructor(private readonly options: MeshyOptions) {}

	/** Asks for one model, once. @throws never for anything Meshy or the network does */
	async submit(images: MeshyImage[], settings: MeshySettings): Promise<SubmitOutcome> {
		const pieces = taskBody(images, settings);
		const body = new FixedLengthStream(pieces.reduce((sum, piece) => sum + piece.length, 0));
		const writer = body.writable.getWriter();
		// A refused or broken connection shows in the answer; the pipe's own end says nothing more.
		void writeAll(pieces, writer).catch(() => undefined);
		const answer = await this.exchange('POST', `/openapi/v1/${endpointFor(images.length)}`, {
			body: body.readable,
			timeout_s: POST_TIMEOUT_S
		});
		// Whatever was not read by now never will be.
		void writer.abort().catch(() => undefined);
		if (answer.status === null) return { kind: 'unknown', reason: answer.reason };
		const { status, text, retry_after_s } = answer;
		if (status >= 200 && status < 300) {
			const provider_task_id = readTaskId(text);
			if (provider_task_id !== null) return { kind: 'accepted', provider_task_id };
			return { kind: 'unknown', reason: 'its answer could not be read' };
		}
		if (status === 429) {
			const waiting_for = /NoMore|concurrent|pending|queue/i.test(text) ? 'slot' : 'rate';
			return { kind: 'busy', waiting_for, retry_after_s };
		}
		if (status < 400 || status >= 500 || status === 408) {
			return { kind: 'unknown', reason: `it answered ${status}` };
		}
		return { kind: 'refused', ...explainRefusal(status, this.safeMessage(text)) };
	}

	/** Reads a task. @throws never for anything Meshy or the network does */
	async read(endpoint: MeshyEndpoint, provider_task_id: string): Promise<ReadOutcome> {
		const path = `/openapi/v1/${endpoint}/${encodeURIComponent(provider_task_id)}`;
		const answer = await this.exchange('GET', path, { timeout_s: GET_TIMEOUT_S });
		if (answer.status === null)
			return { kind: 'later', reason: answer.reason, retry_after_s: null };
		const { status, text, retry_after_s } = answer;
		if (status === 404) return { kind: 'gone' };
		if (status !== 200) return { kind: 'later', reason: `it answered ${status}`, retry_after_s };
		const task = readTask(text);
		if (!task) return { kind: 'later', reason: 'its answer could not be read', retry_after_s };
		if (task.error) task.error.message = redact(task.error.message, this.options.api_key);
		return { kind: 'task', task, retry_after_s };
	}

	/** A page (from 1) of the account's tasks of one kind, newest first. @throws never for anything Meshy or the network does */
	async list(endpoint: MeshyEndpoint, page: number): Promise<ListOutcome> {
		const query = `page_num=${page}&page_size=${LIST_PAGE}&sort_by=-created_at`;
		const answer = await this.exchange('GET', `/openapi/v1/${endpoint}`, {
			query,
			timeout_s: GET_TIMEOUT_S
		});
		if (answer.status === null) return { kind: 'later', reason: answer.reason };
		if (answer.status !== 200) return { kind: 'later', reason: `it answered ${answer.status}` };
		const tasks = readTaskList(answer.text);
		return tasks ? { kind: 'tasks', tasks } : { kind: 'later', reason: 'its answer is no list' };
	}

	/** The account's credits; null when Meshy does not say now. */
	async balance(): Promise<number | null> {
		const answer = await this.exchange('GET', '/openapi/v1/balance', { timeout_s: GET_TIMEOUT_S });
		return answer.status === 200 ? readBalance(answer.text) : null;
	}

	/** False when Meshy is down: no answer at all, or a server error. Free, and counts in no queue. */
	async reachable(): Promise<boolean> {
		const answer = await this.exchange('GET', '/openapi/v1/balance', { timeout_s: GET_TIMEOUT_S });
		return answer.status !== null && answer.status < 500;
	}

	/**
	 * Opens a result. Only Meshy's own hosts (and the configured one) are asked, redirects are refused, and the
	 * key stays here: signed addresses need none.
	 * @returns the body and its length in bytes, null when the host does not say
	 * @throws MeshyAssetError
	 */
	async openAsset(
		address: string
	): Promise<{ body: ReadableStream<Uint8Array>; bytes: number | null }> {
		const url = this.allowed(address);
		const start = performance.now();
		let response: Response | null = null;
		try {
			response = await this.options.fetch(url.href, {
				redirect: 'manual',
				signal: AbortSignal.timeout(ASSET_TIMEOUT_S * 1000)
			});
		} catch (error) {
			throw new MeshyAssetError('the file’s host cannot be reached', { cause: error });
		} finally {
			await this.record({
				method: 'GET',
				path: url.pathname,
				status_code: response?.status ?? null,
				duration_ms: Math.round(performance.now() - start),
				body: null
			});
		}
		if (response.status !== 200 || !response.body) {
			await response.body?.cancel();
			throw new MeshyAssetError(`the file’s host answered ${response.status}`);
		}
		const length = response.headers.get('content-length');
		const encoded = response.headers.has('content-encoding');
		return {
			body: endStalled(response.body, this.options.stall_s ?? STALL_S),
			bytes: length === null || encoded ? null : Number(length)
		};
	}

	private allowed(address: string): URL {
		const url = URL.parse(address);
		const base = new URL(this.options.base_url);
		if (url && url.origin === base.origin) return url;
		const known = MESHY.asset_hosts.some((suffix) => url?.hostname.endsWith(suffix));
		if (url && known && url.protocol === 'https:' && url.port === '') return url;
		throw new MeshyAssetError('the file lies on a host that is not Meshy’s');
	}

	/** Recording must not change what an answer means: an accepted task stays accepted. */
	private async record(exchange: MeshyExchange): Promise<void> {
		try {
			await this.options.onexchange(exchange);
		} catch (error) {
			console.error(JSON.stringify({ level: 'error', part: 'meshy', message: String(error) }));
		}
	}

	/** Meshy's words, without addresses and keys. */
	private safeMessage(text: string): string {
		return redact(readMessage(text), this.options.api_key);
	}

	private async exchange(
		method: 'GET' | 'POST',
		path: string,
		{
			body,
			query,
			timeout_s
		}: { body?: ReadableStream<Uint8Array>; query?: string; timeout_s: number }
	): Promise<
		| { status: number; text: string; retry_after_s: number | null }
		| { status: null; reason: string }
	> {
		const { base_url, api_key } = this.options;
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
			return { status: response.status, text, retry_after_s };
		} catch (error) {
			const timed_out = error instanceof DOMException && error.name === 'TimeoutError';
			const reason = timed_out ? `it did not answer in ${timeout_s} s` : 'the connection broke';
			await record(null, reason);
			return { status: null, reason };
		}
	}
}

async function writeAll(
	pieces: Uint8Array[],
	writer: WritableStreamDefaultWriter<ArrayBuffer | ArrayBufferView>
): Promise<void> {
	for (const piece of pieces) await writer.write(piece);
	await writer.close();
}

/** Seconds to wait, 0 to 3600, from a Retry-After header (RFC 9110 10.2.3: seconds or a date); null when there is none. */
export function readRetryAfter(header: string | null, now: number): number | null {
	if (header === null) return null;
	const seconds = /^\d{1,9}$/.test(header.trim())
		? Number(header)
		: (Date.parse(header) - now) / 1000;
	return Number.isNaN(seconds) ? null : Math.min(3600, Math.max(0, Math.ceil(seconds)));
}
