import type { AssetKind } from '../../../worker/contract';
import { api, ApiError, call, upload } from '../api';
import { StageError, type StageContext } from '../artifacts';
import { pause } from '../pause';
import { runTask } from '../threads/run-task';

export interface UploadAssetOptions {
	product_id: string;
	/** What the file is for; `ASSET_KINDS` of the contract says which types and how many bytes it takes. */
	kind: Exclude<AssetKind, 'thumbnail' | 'source_usdz'>;
	/** Pixels, for images. */
	width?: number;
	height?: number;
	/** Who takes the file. Default: our server. */
	server?: AssetServer;
	/** Waits between tries, milliseconds. Default [500, 2000]: two more tries after the first. */
	waits?: readonly number[];
}

export interface StoredAsset {
	asset_id: string;
	/** Our address of the file: /files/:asset_id. */
	url: string;
}

/** The three calls of an upload. */
export interface AssetServer {
	announce(file: AnnouncedFile, signal?: AbortSignal): Promise<Slot>;
	transfer(
		slot: Slot,
		blob: Blob,
		context: { signal?: AbortSignal; onbytes?: (sent: number, total: number) => void }
	): Promise<void>;
	complete(asset_id: string, signal?: AbortSignal): Promise<StoredAsset>;
}

export interface AnnouncedFile {
	product_id: string;
	kind: Exclude<AssetKind, 'thumbnail' | 'source_usdz'>;
	content_type: string;
	bytes: number;
	/** Lower-case hex. */
	sha256: string;
	width?: number;
	height?: number;
}

/** Where the bytes go: the Worker itself or presigned storage. */
export interface Slot {
	asset_id: string;
	url: string;
	headers: Record<string, string>;
}

const WAITS = [500, 2000] as const;

/**
 * Stores a file: announces it with its SHA-256, sends the bytes, and has the server check length, hash and type.
 * A step that met no answer or a server error (5xx) is tried again; refusals are not.
 *
 * @throws StageError `upload_failed` when no try got through; ApiError for a refusal, with its sentence; AbortError
 */
export async function uploadAsset(
	blob: Blob,
	options: UploadAssetOptions,
	{ signal, onprogress }: StageContext = {}
): Promise<StoredAsset> {
	const { product_id, kind, width, height, server = OUR_SERVER, waits = WAITS } = options;
	const again = <T>(step: () => Promise<T>) => withRetries(step, waits, signal);
	onprogress?.({ step: 'uploading', fraction: 0 });
	const sha256 = await runTask('hash_file', { file: blob }, { signal });
	const file = { product_id, kind, content_type: blob.type, bytes: blob.size, sha256 };
	const slot = await again(() => server.announce({ ...file, width, height }, signal));
	const onbytes = (sent: number, total: number) =>
		onprogress?.({ step: 'uploading', fraction: total > 0 ? sent / total : null });
	await again(() => server.transfer(slot, blob, { signal, onbytes }));
	const { asset_id, url } = await again(() => server.complete(slot.asset_id, signal));
	onprogress?.({ step: 'uploading', fraction: 1 });
	return { asset_id, url };
}

const OUR_SERVER: AssetServer = {
	announce: (json, signal) => call(api.uploads.$post({ json }, { init: { signal } })),
	transfer: ({ url, headers }, blob, context) => upload(url, blob, headers, context),
	complete: (asset_id, signal) =>
		call(api.uploads[':asset_id'].complete.$post({ param: { asset_id } }, { init: { signal } }))
};

async function withRetries<T>(
	step: () => Promise<T>,
	waits: readonly number[],
	signal: AbortSignal | undefined
): Promise<T> {
	for (let tries = 0; ; tries++) {
		try {
			return await step();
		} catch (error) {
			signal?.throwIfAborted();
			if (!(error instanceof ApiError) || !isBroken(error)) throw error;
			const wait = waits[tries];
			if (wait === undefined) {
				throw new StageError('upload_failed', { tries: tries + 1 }, { cause: error });
			}
			await pause(wait, signal);
		}
	}
}

/** No answer at all, or the server's own failure: worth another try. */
const isBroken = (error: ApiError) => error.status === 0 || error.status >= 500;
