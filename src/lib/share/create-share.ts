import { api, call } from '../api';
import type { Share, StageContext } from '../artifacts';
import { rememberLink } from './known-links';

export interface CreateShareOptions {
	/** What the owner's list calls the link; visitors never see it. At most 200 characters. */
	label?: string;
	/** Instant after which the link shows nothing, epoch milliseconds. Default: never. */
	expires_at?: number | null;
	/** 6 to 200 characters that visitors are asked for. Default: none. */
	password?: string | null;
	/** Whether visitors may save the model. Default false. */
	allow_download?: boolean;
	/** Whether visitors may comment, approve and ask for changes. Default false. */
	allow_comments?: boolean;
	/** Whether search engines may list the page. Default false. */
	allow_indexing?: boolean;
	/** Sites that may embed the link, at most 20 origins; null = any, empty = none. Default any. */
	embed_origins?: string[] | null;
}

/**
 * Makes a public link to a product's optimized model. The address is told only this once; the server keeps its hash,
 * this device the address.
 *
 * @throws ApiError when there is no optimized model yet, the product is gone or the server cannot be reached; AbortError
 */
export async function createShare(
	product_id: string,
	options: CreateShareOptions = {},
	{ signal, onprogress }: StageContext = {}
): Promise<Share> {
	onprogress?.({ step: 'linking', fraction: null });
	signal?.throwIfAborted();
	const made = await call(
		api.shares.$post({ json: { product_id, ...options } }, { init: { signal } })
	);
	rememberLink(made.id, made.url);
	return { id: made.id, product_id, url: made.url, expires_at: made.expires_at };
}
