import { ApiError, downloadFrom, headersOf, readText } from '../api';
import { StageError, type StageContext } from '../artifacts';
import { hashBytes } from '../hash-file';
import type { WeightsFile } from './network';
import { dropParts, findParts, keepPart } from './weights-store';

/** The network as this room uses it, replaced in tests. */
export interface Hub {
	downloadFrom: typeof downloadFrom;
	headersOf: typeof headersOf;
	readText: typeof readText;
}
export const HUB: Hub = { downloadFrom, headersOf, readText };

/** A file whose size is not pinned may differ from the table by this share. */
const SIZE_TOLERANCE = 0.1;
/** An ONNX file starts with the tag of its first field (ir_version): field 1, varint. */
const ONNX_FIRST_BYTE = 0x08;
/** Bytes after which a part is kept, so that a cut download goes on from there. */
const PART = 8_000_000;
/** A pointer of Git LFS is about 130 bytes. */
const POINTER_BYTES = 1000;

/**
 * Downloads one file of weights, going on where it was cut off. Parts are kept as they come; the whole is checked for
 * length and SHA-256 before it is given out, and thrown away when either is wrong.
 *
 * @throws StageError `weights_unreachable` (host down, refused, offline), `weights_wrong`; AbortError (parts are kept)
 */
export async function fetchFile(
	url: string,
	file: WeightsFile,
	hub: Hub,
	{ signal, onprogress }: StageContext
): Promise<{ blob: Blob; sha256: string }> {
	const told = await hubSays(url, file, hub, signal);
	const version = told.sha256 ?? String(told.bytes ?? file.bytes);
	const limit = told.bytes ?? Math.round(file.bytes * (1 + SIZE_TOLERANCE));
	let parts = await findParts(file.path, version);
	let loaded = sizeOf(parts);
	const onbytes = () =>
		onprogress?.({
			step: 'downloading',
			fraction: Math.min(1, loaded / (told.bytes ?? file.bytes))
		});
	onbytes();
	let pending: Uint8Array<ArrayBuffer>[] = [];
	const flush = async () => {
		if (pending.length === 0) return;
		const part = new Blob(pending);
		pending = [];
		await keepPart(file.path, version, sizeOf(parts), part);
		parts.push(part);
	};
	const fail = async (reason: string) => {
		pending = [];
		await dropParts(file.path);
		return new StageError('weights_wrong', { host: hostOf(url), reason });
	};
	if (told.bytes === null || loaded < told.bytes) {
		try {
			for await (const chunk of hub.downloadFrom(url, loaded, { signal })) {
				if (chunk === 'restarted') {
					await dropParts(file.path);
					parts = [];
					pending = [];
					loaded = 0;
					continue;
				}
				pending.push(chunk);
				loaded += chunk.length;
				if (loaded > limit) throw await fail('length');
				onbytes();
				if (loaded - sizeOf(parts) >= PART) await flush();
			}
		} catch (error) {
			await flush();
			if (signal?.aborted) throw signal.reason;
			if (!(error instanceof ApiError)) throw error;
			// What is here does not fit what the host has.
			if (error.status === 416) await dropParts(file.path);
			const detail = { host: hostOf(url), status: error.status };
			throw new StageError('weights_unreachable', detail, { cause: error });
		}
		await flush();
	}
	onprogress?.({ step: 'checking', fraction: null });
	const least = told.bytes ?? file.bytes * (1 - SIZE_TOLERANCE);
	if (loaded < least) throw await fail('length');
	const blob = new Blob(parts);
	const bytes = await blob.arrayBuffer();
	if (new Uint8Array(bytes, 0, 1)[0] !== ONNX_FIRST_BYTE) throw await fail('not an ONNX file');
	const sha256 = await hashBytes(bytes);
	if (told.sha256 && sha256 !== told.sha256) throw await fail('checksum');
	signal?.throwIfAborted();
	return { blob, sha256 };
}

/**
 * Length and SHA-256 of a file: pinned in the table; else from the host's headers, where ours sends the hash as ETag and a
 * hub for large files as X-Linked-ETag; else from the pointer Git LFS keeps in the file's place, which hubs show under
 * `/raw/` (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md). A redirect hides a hub's headers from a page.
 */
async function hubSays(
	url: string,
	file: WeightsFile,
	hub: Hub,
	signal: AbortSignal | undefined
): Promise<{ bytes: number | null; sha256: string | null }> {
	if (file.sha256) return { bytes: file.bytes, sha256: file.sha256 };
	const headers = await hub.headersOf(url, { signal });
	const tag = headers.get('x-linked-etag') ?? headers.get('etag') ?? '';
	const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(tag)?.[1] ?? null;
	const length = Number(headers.get('x-linked-size') ?? headers.get('content-length')) || null;
	if (sha256) return { bytes: length, sha256 };
	if (!/\/resolve\//.test(url)) return { bytes: length, sha256: null };
	const pointer = await hub.readText(url.replace('/resolve/', '/raw/'), POINTER_BYTES, { signal });
	const oid = /^oid sha256:([0-9a-f]{64})$/m.exec(pointer)?.[1] ?? null;
	return oid
		? { bytes: Number(/^size (\d+)$/m.exec(pointer)?.[1]) || null, sha256: oid }
		: { bytes: length, sha256: null };
}

const sizeOf = (parts: Blob[]) => parts.reduce((sum, part) => sum + part.size, 0);

function hostOf(url: string): string {
	return new URL(url, location.origin).host;
}
