import { ApiError, download, headersOf } from '../api';
import { StageError, type StageContext } from '../artifacts';
import { gpuAbilities } from './gpu-device';
import {
	precisionsFor,
	type Device,
	type Network,
	type Precision,
	type WeightsFile
} from './network';

export interface WeightsOptions {
	/** Origin, or path on our own origin ('/models'), under which the files lie. */
	base_url: string;
	/** Decides the precision, see `precisionsFor`. Default 'auto'. */
	device?: Device;
	/** Replaces the network, for tests. */
	network?: { download: typeof download; headersOf: typeof headersOf };
}

export interface WeightsStatus {
	cached: boolean;
	/** Bytes on this device, or bytes to download (rounded where the exact size is not known beforehand). */
	bytes: number;
}

const CACHE = 'vitrine-weights';
const HASH_HEADER = 'x-sha256';
/** A file whose size is not pinned may differ from the table by this share. */
const SIZE_TOLERANCE = 0.1;
/** An ONNX file starts with the tag of its first field (ir_version): field 1, varint. */
const ONNX_FIRST_BYTE = 0x08;

/** Names of networks. */
const unreachable = new Set<string>();

/** Says whether a network's weights are on this device, and how large they are. */
export async function weightsStatus(
	network: Network,
	{ device = 'auto' }: Pick<WeightsOptions, 'device'> = {}
): Promise<WeightsStatus> {
	const offers = await filesFor(network, device);
	const found = await findStored(offers);
	if (found) return { cached: true, bytes: Number(found.response.headers.get('content-length')) };
	return { cached: false, bytes: offers[0]?.file.bytes ?? 0 };
}

/** True when the last download failed because the weights' host could not be reached. */
export function wereUnreachable(network: Network): boolean {
	return unreachable.has(network.name);
}

/**
 * Downloads a network's weights once, for use offline too. Nothing is kept unless length and SHA-256 are right.
 *
 * @throws StageError `weights_unreachable` (host down, refused, offline), `weights_wrong` (another file than it should be);
 * AbortError
 */
export async function downloadWeights(
	network: Network,
	options: WeightsOptions,
	{ signal, onprogress }: StageContext = {}
): Promise<void> {
	signal?.throwIfAborted();
	const offers = await filesFor(network, options.device);
	const file = offers[0]?.file;
	if (!file || (await findStored(offers))) return;
	const url = `${options.base_url.replace(/\/+$/, '')}/${file.path}`;
	onprogress?.({ step: 'downloading', fraction: 0 });
	const { blob, sha256 } = await fetchBounded(network.name, url, file, options, {
		signal,
		onprogress
	});
	signal?.throwIfAborted();
	onprogress?.({ step: 'checking', fraction: null });
	const actual = await hash(await blob.arrayBuffer());
	if (sha256 && actual !== sha256) throw wrong(url, 'checksum');
	signal?.throwIfAborted();
	const headers = { 'content-length': String(blob.size), [HASH_HEADER]: actual };
	const cache = await caches.open(CACHE);
	await cache.put(cacheKey(file.path), new Response(blob, { headers }));
	onprogress?.({ step: 'checking', fraction: 1 });
}

/** Removes a network's weights from this device. */
export async function deleteWeights(network: Network): Promise<void> {
	const cache = await caches.open(CACHE);
	for (const file of Object.values(network.weights)) {
		await cache.delete(cacheKey(file.path));
	}
}

/**
 * Reads a network's weights from this device, and checks them against the hash remembered when they were stored.
 *
 * @throws StageError `weights_missing`; `weights_wrong` if the stored file is damaged (it is removed)
 */
export async function readWeights(
	network: Network,
	device: Device = 'auto'
): Promise<{ bytes: ArrayBuffer; precision: Precision }> {
	const found = await findStored(await filesFor(network, device));
	if (!found) throw new StageError('weights_missing', { engine: network.name });
	const bytes = await found.response.arrayBuffer();
	if ((await hash(bytes)) !== found.response.headers.get(HASH_HEADER)) {
		await deleteWeights(network);
		throw new StageError('weights_wrong', {
			engine: network.name,
			reason: 'stored file damaged'
		});
	}
	return { bytes, precision: found.precision };
}

interface Offer {
	precision: Precision;
	file: WeightsFile;
}

/** The files of a network that run well on a device, best first. */
async function filesFor(network: Network, device: Device = 'auto'): Promise<Offer[]> {
	return precisionsFor(device, await gpuAbilities()).flatMap((precision) => {
		const file = network.weights[precision];
		return file ? [{ precision, file }] : [];
	});
}

async function findStored(
	offers: Offer[]
): Promise<{ response: Response; precision: Precision } | null> {
	const cache = await caches.open(CACHE);
	for (const { precision, file } of offers) {
		const response = await cache.match(cacheKey(file.path));
		if (response) return { response, precision };
	}
	return null;
}

async function fetchBounded(
	name: string,
	url: string,
	file: WeightsFile,
	{ network = { download, headersOf } }: WeightsOptions,
	{ signal, onprogress }: StageContext
): Promise<{ blob: Blob; sha256: string | null }> {
	const limit = Math.round(file.sha256 ? file.bytes : file.bytes * (1 + SIZE_TOLERANCE));
	let announced = 0;
	const tooLong = new AbortController();
	const stop = AbortSignal.any(signal ? [signal, tooLong.signal] : [tooLong.signal]);
	try {
		const told = await hubSays(url, file, network.headersOf, stop);
		const blob = await network.download(url, {
			signal: stop,
			onbytes(loaded, total) {
				announced = total ?? 0;
				if (loaded > limit) tooLong.abort();
				onprogress?.({
					step: 'downloading',
					fraction: Math.min(1, loaded / (told.bytes ?? file.bytes))
				});
			}
		});
		unreachable.delete(name);
		const size = told.bytes ?? (file.sha256 ? file.bytes : null);
		const least = file.bytes * (1 - SIZE_TOLERANCE);
		const cut = blob.size < announced;
		if (cut || blob.size > limit || (size === null ? blob.size < least : blob.size !== size)) {
			throw wrong(url, 'length');
		}
		const first = new Uint8Array(await blob.slice(0, 1).arrayBuffer())[0];
		if (first !== ONNX_FIRST_BYTE) throw wrong(url, 'not an ONNX file');
		return { blob, sha256: told.sha256 };
	} catch (error) {
		if (signal?.aborted) throw signal.reason;
		if (tooLong.signal.aborted) throw wrong(url, 'length');
		if (!(error instanceof ApiError)) throw error;
		unreachable.add(name);
		const detail = { host: hostOf(url), status: error.status };
		throw new StageError('weights_unreachable', detail, { cause: error });
	}
}

/** Length and SHA-256: pinned in the table, or from the hub's headers for large files, where they can be read. */
async function hubSays(
	url: string,
	file: WeightsFile,
	headers: typeof headersOf,
	signal: AbortSignal
): Promise<{ bytes: number | null; sha256: string | null }> {
	if (file.sha256) return { bytes: file.bytes, sha256: file.sha256 };
	const told = await headers(url, { signal });
	const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(told.get('x-linked-etag') ?? '')?.[1] ?? null;
	return { bytes: Number(told.get('x-linked-size')) || null, sha256 };
}

async function hash(bytes: ArrayBuffer): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keyed by path alone: weights stay usable when the base URL changes. */
function cacheKey(path: string): string {
	return new URL(`/weights-on-this-device/${path}`, location.origin).href;
}

function wrong(url: string, reason: string): StageError {
	return new StageError('weights_wrong', { host: hostOf(url), reason });
}

function hostOf(url: string): string {
	return new URL(url, location.origin).host;
}
