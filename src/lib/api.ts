/** The only caller of our server (and of the hosts it names: presigned storage, model weights). */
import { hc } from 'hono/client';
import type { Api } from '../../.worker-types/index';
import type { ErrorCode } from '../../worker/contract';

export const api = hc<Api>(
	typeof location === 'undefined' ? 'http://127.0.0.1' : location.origin,
	// By this Cloudflare Access answers 401 once its session has ended, instead of leading the call to another host
	// (developers.cloudflare.com/cloudflare-one, Session management).
	{ headers: { 'X-Requested-With': 'XMLHttpRequest' } }
).api;

/** A refusal of our server, or no answer at all (`status` 0, code null). The message is a sentence for people. */
export class ApiError extends Error {
	override name = 'ApiError';
	constructor(
		readonly status: number,
		readonly code: ErrorCode | null,
		message: string,
		readonly request_id: string | null = null,
		options?: ErrorOptions
	) {
		super(message, options);
	}

	/** Trying the same again cannot help: the server understood and said no. */
	get final(): boolean {
		return this.status >= 400 && this.status < 500 && ![401, 408, 409, 429].includes(this.status);
	}
}

type Json<R> = R extends { ok: true; json(): Promise<infer T> } ? T : never;

/**
 * Awaits a typed call and gives the body of its success.
 * @throws ApiError for every other answer, an AbortError untouched.
 */
export async function call<R extends Response | { ok: boolean; json(): Promise<unknown> }>(
	pending: Promise<R>
): Promise<Json<R>> {
	let response: R;
	try {
		response = await pending;
	} catch (error) {
		throw asApiError(error);
	}
	if (!response.ok) throw await refusal(response as unknown as Response);
	return (await response.json()) as Json<R>;
}

/** Makes an ApiError of an answer that is not a success. */
export async function refusal(response: Response): Promise<ApiError> {
	const body: unknown = await response.json().catch(() => null);
	// Fetched when first needed: a page that only shows a product carries no schemas.
	const contract = await import('../../worker/contract').catch(() => null);
	const parsed = contract?.errorBody.safeParse(body);
	if (parsed?.success) {
		const { code, message, request_id } = parsed.data.error;
		return new ApiError(response.status, code, message, request_id);
	}
	return new ApiError(response.status, null, `The server answered ${response.status}. Try again.`);
}

/** Tells our server something nobody waits for, also while the page is being left. */
export function tell(url: URL, json: unknown): void {
	navigator.sendBeacon(url, new Blob([JSON.stringify(json)], { type: 'application/json' }));
}

function asApiError(error: unknown): unknown {
	if (error instanceof DOMException && error.name === 'AbortError') return error;
	return new ApiError(
		0,
		null,
		'The server cannot be reached. Check that it runs and that you are online, then try again.',
		null,
		{ cause: error }
	);
}

/**
 * Downloads bytes with progress.
 * @param onbytes called with bytes received so far and the total, if the server says it
 * @throws ApiError, AbortError
 */
export async function download(
	url: string,
	{
		signal,
		onbytes
	}: { signal?: AbortSignal; onbytes?: (loaded: number, total: number | null) => void } = {}
): Promise<Blob> {
	let response: Response;
	try {
		response = await fetch(url, { signal });
	} catch (error) {
		throw asApiError(error);
	}
	if (!response.ok || !response.body) throw await refusal(response);
	const total = Number(response.headers.get('content-length')) || null;
	const type = response.headers.get('content-type') ?? '';
	const chunks: BlobPart[] = [];
	let loaded = 0;
	const reader = response.body.getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			chunks.push(value);
			loaded += value.length;
			onbytes?.(loaded, total);
		}
	} catch (error) {
		throw asApiError(error);
	}
	return new Blob(chunks, { type });
}

/**
 * Downloads a file from byte `from` on, chunk by chunk (RFC 9110 14). A host that does not know ranges sends the whole:
 * then the first thing given is 'restarted', and what was there before is to be dropped.
 * @throws ApiError, also when the body ends early; AbortError
 */
export async function* downloadFrom(
	url: string,
	from: number,
	{ signal }: { signal?: AbortSignal } = {}
): AsyncGenerator<Uint8Array<ArrayBuffer> | 'restarted'> {
	const headers: HeadersInit = from > 0 ? { Range: `bytes=${from}-` } : {};
	try {
		const response = await fetch(url, { signal, headers });
		if (!response.ok || !response.body) throw await refusal(response);
		if (from > 0 && response.status !== 206) yield 'restarted';
		const announced = Number(response.headers.get('content-length')) || 0;
		let received = 0;
		for (const reader = response.body.getReader(); ;) {
			const { done, value } = await reader.read();
			if (done) break;
			received += value.length;
			yield value;
		}
		if (received < announced) throw new TypeError('cut off');
	} catch (error) {
		throw error instanceof ApiError ? error : asApiError(error);
	}
}

/**
 * A short text of at most `limit` bytes; empty where there is none or it is longer.
 * @throws AbortError
 */
export async function readText(
	url: string,
	limit: number,
	{ signal }: { signal?: AbortSignal } = {}
): Promise<string> {
	try {
		const response = await fetch(url, { signal });
		const reader = response.ok ? response.body?.getReader() : undefined;
		const decoder = new TextDecoder();
		let text = '';
		for (let read = 0; reader;) {
			const { done, value } = await reader.read();
			if (done) return text;
			read += value.length;
			text += decoder.decode(value, { stream: true });
			if (read > limit) {
				await reader.cancel();
				return '';
			}
		}
		return '';
	} catch (error) {
		if (signal?.aborted) throw error;
		return '';
	}
}

/**
 * The headers a host gives for a file, without its bytes. Empty where it answers no HEAD request or does not let us read them.
 * @throws AbortError
 */
export async function headersOf(
	url: string,
	{ signal }: { signal?: AbortSignal } = {}
): Promise<Headers> {
	try {
		const response = await fetch(url, { method: 'HEAD', signal });
		return response.ok ? response.headers : new Headers();
	} catch (error) {
		if (signal?.aborted) throw error;
		return new Headers();
	}
}

/**
 * Uploads bytes to an address our server gave, with progress (XMLHttpRequest: fetch has no upload progress).
 * @throws ApiError, AbortError
 */
export function upload(
	url: string,
	body: Blob,
	headers: Record<string, string>,
	{
		signal,
		onbytes
	}: { signal?: AbortSignal; onbytes?: (sent: number, total: number) => void } = {}
): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = new XMLHttpRequest();
		request.open('PUT', url);
		for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
		request.upload.onprogress = (event) => onbytes?.(event.loaded, event.total);
		const onabort = () => request.abort();
		signal?.addEventListener('abort', onabort);
		request.onloadend = () => signal?.removeEventListener('abort', onabort);
		request.onabort = () => reject(signal?.reason ?? new DOMException('Aborted', 'AbortError'));
		request.onerror = () => reject(asApiError(new TypeError('network')));
		request.onload = () => {
			if (request.status >= 200 && request.status < 300) return resolve();
			refusal(new Response(request.responseText, { status: request.status })).then(reject, reject);
		};
		signal?.throwIfAborted();
		request.send(body);
	});
}
