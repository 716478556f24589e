/** Where files lie: one interface over the R2 binding or an S3-compatible endpoint. */
import { AwsClient } from 'aws4fetch';

export interface ByteRange {
	/** First byte, 0-based. */
	offset: number;
	length: number;
}

export interface Storage {
	/**
	 * An address the browser may PUT exactly these bytes to, with the headers it must send;
	 * null where there is none and the bytes go through the Worker.
	 * @param expires seconds, 1 to 604800
	 */
	presignPut(
		key: string,
		file: { content_type: string; bytes: number },
		expires: number
	): Promise<{ url: string; headers: Record<string, string> } | null>;
	/**
	 * Stores a stream of exactly `bytes` bytes, consuming it. All or nothing: a stream that ends early or
	 * goes on too long leaves nothing behind.
	 * @throws LengthMismatch, StorageError
	 */
	put(
		key: string,
		body: ReadableStream<Uint8Array>,
		file: { content_type: string; bytes: number }
	): Promise<void>;
	/** The stored bytes, or null if there are none. @throws StorageError */
	get(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null>;
	/** The stored length in bytes, or null if there is nothing. @throws StorageError */
	head(key: string): Promise<{ bytes: number } | null>;
	/** Deletes; what is not there is fine. @throws StorageError */
	delete(keys: string[]): Promise<void>;
}

/** The storage answered something it should not have. */
export class StorageError extends Error {
	override name = 'StorageError';
}

/** A body that is not as long as it was said to be. */
export class LengthMismatch extends Error {
	override name = 'LengthMismatch';
}

export interface StorageSettings {
	BUCKET: R2Bucket;
	AWS_ACCESS_KEY_ID?: string;
	AWS_SECRET_ACCESS_KEY?: string;
	AWS_S3_BUCKET?: string;
	AWS_REGION?: string;
	S3_ENDPOINT?: string;
}

/** True when all four S3 settings are there; an empty one counts as missing. */
export function hasS3(settings: StorageSettings): boolean {
	return s3Settings(settings) !== null;
}

/**
 * Opens the storage that is configured: S3 when all its settings are there, else the R2 binding.
 * @param outbound what S3 calls are made with
 */
export function openStorage(settings: StorageSettings, outbound: typeof fetch = fetch): Storage {
	const s3 = s3Settings(settings);
	return s3 ? new S3Storage(s3, outbound) : new BucketStorage(settings.BUCKET);
}

/** The key of an asset's bytes. Only characters that every S3 implementation signs alike. */
export function storageKey(product_id: string, asset_id: string, content_type: string): string {
	return `products/${product_id}/${asset_id}.${EXTENSIONS[content_type] ?? 'bin'}`;
}

const EXTENSIONS: Record<string, string> = {
	'image/png': 'png',
	'image/jpeg': 'jpg',
	'image/webp': 'webp',
	'model/gltf-binary': 'glb',
	'model/vnd.usdz+zip': 'usdz'
};

class BucketStorage implements Storage {
	constructor(private readonly bucket: R2Bucket) {}

	async presignPut(): Promise<null> {
		return null;
	}

	async put(
		key: string,
		body: ReadableStream<Uint8Array>,
		file: { content_type: string; bytes: number }
	): Promise<void> {
		await sendExactly(body, file.bytes, (exact) =>
			this.bucket
				.put(key, exact, { httpMetadata: { contentType: file.content_type } })
				.catch((error: unknown) => {
					// R2's own failures read "put: … (10001)"; anything else came up from the body.
					const own = error instanceof Error && error.message.startsWith('put:');
					throw own ? new StorageError(error.message, { cause: error }) : error;
				})
		);
	}

	async get(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null> {
		const object = await this.bucket.get(key, { range });
		return object?.body ?? null;
	}

	async head(key: string): Promise<{ bytes: number } | null> {
		const object = await this.bucket.head(key);
		return object && { bytes: object.size };
	}

	async delete(keys: string[]): Promise<void> {
		// R2 takes at most 1000 keys at once (developers.cloudflare.com/r2/api/workers/workers-api-reference).
		for (let i = 0; i < keys.length; i += 1000) await this.bucket.delete(keys.slice(i, i + 1000));
	}
}

interface S3Settings {
	access_key_id: string;
	secret_access_key: string;
	bucket: string;
	region: string;
	endpoint: string;
}

class S3Storage implements Storage {
	private readonly client: AwsClient;
	constructor(
		private readonly settings: S3Settings,
		private readonly outbound: typeof fetch
	) {
		this.client = new AwsClient({
			accessKeyId: settings.access_key_id,
			secretAccessKey: settings.secret_access_key,
			service: 's3',
			region: settings.region
		});
	}

	async presignPut(
		key: string,
		file: { content_type: string; bytes: number },
		expires: number
	): Promise<{ url: string; headers: Record<string, string> }> {
		const url = new URL(this.url(key));
		url.searchParams.set('X-Amz-Expires', String(expires));
		// allHeaders: aws4fetch leaves content-type and content-length unsigned otherwise, and then any file would do.
		const signed = await this.client.sign(url.href, {
			method: 'PUT',
			headers: { 'content-type': file.content_type, 'content-length': String(file.bytes) },
			aws: { signQuery: true, allHeaders: true }
		});
		// Content-Length is the browser's own business; it sends the body's true length.
		return { url: signed.url, headers: { 'content-type': file.content_type } };
	}

	async put(
		key: string,
		body: ReadableStream<Uint8Array>,
		file: { content_type: string; bytes: number }
	): Promise<void> {
		const signed = await this.client.sign(this.url(key), {
			method: 'PUT',
			headers: { 'content-type': file.content_type }
		});
		await sendExactly(body, file.bytes, async (exact) => {
			const response = await this.outbound(signed.url, {
				method: 'PUT',
				headers: signed.headers,
				body: exact
			});
			await settle(response, 'PUT', [200]);
		});
	}

	async get(key: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null> {
		const headers: Record<string, string> = range
			? { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
			: {};
		const response = await this.send(key, 'GET', headers);
		if (response.status === (range ? 206 : 200)) return response.body;
		await settle(response, 'GET', [404]);
		return null;
	}

	async head(key: string): Promise<{ bytes: number } | null> {
		const response = await this.send(key, 'HEAD');
		await settle(response, 'HEAD', [200, 404]);
		if (response.status === 404) return null;
		return { bytes: Number(response.headers.get('content-length')) };
	}

	async delete(keys: string[]): Promise<void> {
		// One by one: the bulk call needs an XML body with a checksum, and a product has some ten files.
		for (const key of keys) await settle(await this.send(key, 'DELETE'), 'DELETE', [200, 204, 404]);
	}

	private async send(
		key: string,
		method: string,
		headers: Record<string, string> = {}
	): Promise<Response> {
		return this.outbound(await this.client.sign(this.url(key), { method, headers }));
	}

	private url(key: string): string {
		return `${this.settings.endpoint}/${this.settings.bucket}/${key}`;
	}
}

/** Passes a body on only if it has exactly `bytes` bytes. */
async function sendExactly(
	body: ReadableStream<Uint8Array>,
	bytes: number,
	send: (exact: ReadableStream<Uint8Array>) => Promise<unknown>
): Promise<void> {
	const { readable, writable } = new FixedLengthStream(bytes);
	const refused = new AbortController();
	const sending = send(readable).catch((error: unknown) => {
		// Otherwise the pipe would wait for a reader that has gone.
		refused.abort(error);
		throw error;
	});
	const piping = body.pipeTo(writable, { signal: refused.signal });
	// A pipe whose source has closed does not always notice the abort: a failed send ends the wait for it.
	const [piped, sent] = await Promise.allSettled([
		Promise.race([piping, sending.then(() => piping)]),
		sending
	]);
	if (sent.status === 'rejected' && sent.reason instanceof StorageError) throw sent.reason;
	// A body that is too short shows at either end of the stream, depending on who notices first.
	const fault = [piped, sent].find((end) => end.status === 'rejected');
	if (fault) {
		throw new LengthMismatch(`The body is not ${bytes} bytes long.`, { cause: fault.reason });
	}
}

/** Frees the connection and lets only the expected answers through. The body stays out of the error: it can hold signatures. */
async function settle(response: Response, method: string, expected: number[]): Promise<void> {
	await response.body?.cancel();
	if (!expected.includes(response.status)) {
		throw new StorageError(`S3 answered ${response.status} to ${method}.`);
	}
}

function s3Settings(settings: StorageSettings): S3Settings | null {
	const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET, S3_ENDPOINT } = settings;
	if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !AWS_S3_BUCKET || !S3_ENDPOINT) return null;
	return {
		access_key_id: AWS_ACCESS_KEY_ID,
		secret_access_key: AWS_SECRET_ACCESS_KEY,
		bucket: AWS_S3_BUCKET,
		region: settings.AWS_REGION || 'auto',
		endpoint: S3_ENDPOINT.replace(/\/+$/, '')
	};
}
