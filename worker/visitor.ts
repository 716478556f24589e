/** Lets visitors of a link in: by its slug, and by a password where the owner set one. */
import { drizzle } from 'drizzle-orm/d1';
import type { Context } from 'hono';
import { findShownShare, type ShownShare } from './db/shown-share';
import type { AppEnv } from './env';
import { refuse } from './errors';
import { accessHolds } from './share-access';

/** Carries what `unlock` gave; the addresses of files carry theirs as `?access=`. */
export const ACCESS_HEADER = 'X-Share-Access';

/**
 * What a slug shows to this visitor, or the refusal to answer with. Unknown, expired and revoked are told apart by
 * nothing; a protected link tells no more than that it is one.
 */
export async function admitVisitor(c: Context<AppEnv>, slug: string) {
	const now = Date.now();
	const shown = await findShownShare(drizzle(c.env.DB), slug, now);
	if (!shown) return { refusal: refuseShare(c) };
	const locked = await isLocked(shown, c.req.header(ACCESS_HEADER), now);
	return locked ? { refusal: refuseLocked(c) } : { shown };
}

async function isLocked({ share }: ShownShare, access: string | undefined, now: number) {
	return share.password_hash !== null && !(await accessHolds(share, 'page', access, now));
}

export const refuseShare = (c: Context) =>
	refuse(
		c,
		404,
		'share_unavailable',
		'This link does not lead to a model (any more). Ask the person who sent it for a new one.'
	);

export const refuseLocked = (c: Context) =>
	refuse(c, 401, 'password_required', 'This link is protected. Enter its password to see it.');
