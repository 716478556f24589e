import { api, call } from '../api';
import type { Share, StageContext } from '../artifacts';

export interface CreateShareOptions {
	/** What the owner's list calls the link; visitors do not see it in the address. At most 200 characters. */
	label?: string;
	/** Instant after which the link shows nothing, epoch milliseconds. Default: never. */
	expires_at?: number | null;
	/** Whether visitors may save the model. Default false. */
	allow_download?: boolean;
}

/**
 * Makes a public link to a product's optimized model. The address is told only this once; the server keeps its hash.
 *
 * @throws ApiError when there is no optimized model yet, the product is gone or the server cannot be reached; AbortError
 */
export async function createShare(
	product_id: string,
	{ label, expires_at = null, allow_download = false }: CreateShareOptions = {},
	{ signal, onprogress }: StageContext = {}
): Promise<Share> {
	onprogress?.({ step: 'linking', fraction: null });
	signal?.throwIfAborted();
	const made = await call(
		api.shares.$post(
			{ json: { product_id, label, expires_at, allow_download } },
			{ init: { signal } }
		)
	);
	return { id: made.id, product_id, url: made.url, expires_at: made.expires_at };
}
