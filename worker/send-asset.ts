import type { Context } from 'hono';
import { openStorage } from './clients/storage';
import type { Asset } from './db/assets';
import type { AppEnv } from './env';
import { refuse } from './errors';
import { meteredFetch } from './meter';
import { sendBytes } from './send-bytes';

/**
 * Answers GET and HEAD with an asset's bytes.
 * An asset never changes once it is verified, so its hash is the ETag.
 * @param headers what differs between the owner's and the public address
 */
export async function sendAsset(
	c: Context<AppEnv>,
	asset: Asset,
	headers: Record<string, string>
): Promise<Response> {
	const storage = openStorage(c.env, meteredFetch(c.env.DB, 's3'));
	const { sha256, bytes, content_type, storage_key } = asset;
	const answer = await sendBytes(
		c,
		{
			etag: `"${sha256}"`,
			bytes,
			content_type,
			read: (range) => storage.get(storage_key, range)
		},
		headers
	);
	if (answer) return answer;
	console.error(JSON.stringify({ level: 'error', part: 'storage', lost: asset.id }));
	return refuse(c, 404, 'not_found', 'This file is no longer in the storage.');
}
