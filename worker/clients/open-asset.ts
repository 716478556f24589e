/** Opens a result at a provider's host: only there, without the key, without following redirects, and not for ever. */
import type { Exchange } from './provider';

/** A result that cannot be fetched. Its address is not part of the message. */
export class AssetError extends Error {
	override name = 'AssetError';
}

export interface OpenAssetOptions {
	fetch: typeof fetch;
	/** Host suffixes that may serve results, by https on the usual port. */
	hosts: readonly string[];
	/** One more origin that may: the configured API itself. */
	origin: string;
	record: (exchange: Exchange) => Promise<void>;
	/** Seconds without a byte after which a download is given up. Default 30. */
	stall_s?: number;
}

/** The whole download may take this long, seconds. */
const ASSET_TIMEOUT_S = 600;
const STALL_S = 30;

/**
 * @returns the body and its length in bytes, null when the host does not say
 * @throws AssetError
 */
export async function openAsset(
	address: string,
	{ fetch, hosts, origin, record, stall_s = STALL_S }: OpenAssetOptions
): Promise<{ body: ReadableStream<Uint8Array>; bytes: number | null }> {
	const url = allowed(address, hosts, origin);
	const start = performance.now();
	let response: Response | null = null;
	try {
		response = await fetch(url.href, {
			redirect: 'manual',
			signal: AbortSignal.timeout(ASSET_TIMEOUT_S * 1000)
		});
	} catch (error) {
		throw new AssetError('the file’s host cannot be reached', { cause: error });
	} finally {
		await record({
			method: 'GET',
			path: url.pathname,
			status_code: response?.status ?? null,
			duration_ms: Math.round(performance.now() - start),
			body: null
		});
	}
	if (response.status !== 200 || !response.body) {
		await response.body?.cancel();
		throw new AssetError(`the file’s host answered ${response.status}`);
	}
	const length = response.headers.get('content-length');
	const encoded = response.headers.has('content-encoding');
	return {
		body: endStalled(response.body, stall_s),
		bytes: length === null || encoded ? null : Number(length)
	};
}

function allowed(address: string, hosts: readonly string[], origin: string): URL {
	const url = URL.parse(address);
	if (url && url.origin === origin) return url;
	const known = hosts.some((suffix) => url?.hostname.endsWith(suffix));
	if (url && known && url.protocol === 'https:' && url.port === '') return url;
	throw new AssetError('the file lies on a host that is not the provider’s');
}

/** The same stream, which errors when it breaks or when no byte comes for some seconds. */
function endStalled(body: ReadableStream<Uint8Array>, stall_s: number): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	return new ReadableStream<Uint8Array>({
		async pull(controller) {
			const { promise: stalled, reject } = Promise.withResolvers<never>();
			const reason = `the file’s host sent nothing for ${stall_s} s`;
			const timer = setTimeout(() => reject(new AssetError(reason)), stall_s * 1000);
			try {
				const { done, value } = await Promise.race([reader.read(), stalled]);
				if (done) controller.close();
				else controller.enqueue(value);
			} catch (error) {
				const broken = new AssetError('the connection to the file’s host broke', { cause: error });
				controller.error(error instanceof AssetError ? error : broken);
				void reader.cancel(error).catch(() => undefined);
			} finally {
				clearTimeout(timer);
			}
		},
		cancel: (reason) => reader.cancel(reason)
	});
}
