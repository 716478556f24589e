import { api, call } from '../api';
import { rememberLink } from './known-links';

/**
 * Gives a link a new address; the old one leads nowhere from then on. Options and numbers stay.
 * @throws ApiError `share_revoked`, and when the server cannot be reached
 */
export async function rotateShare(share_id: string): Promise<{ url: string }> {
	const { url } = await call(api.shares[':share_id'].rotate.$post({ param: { share_id } }));
	rememberLink(share_id, url);
	return { url };
}
