import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { shareEvent, unlockRequest } from '../contract';
import { countShareEvent, rateShare } from '../db/share-stats';
import { findShownShare } from '../db/shown-share';
import { deviceClassOf, isRobot } from '../device-class';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { clientNetwork } from '../gate';
import { publicView } from '../public-view';
import { passwordHolds, signAccess } from '../share-access';
import { validate } from '../validate';
import { admitVisitor, refuseShare } from '../visitor';

/** What a link shows, to anyone who has it (and its password, where there is one). */
export const publicShares = new Hono<AppEnv>()
	.get('/:slug', async (c) => {
		const slug = c.req.param('slug');
		const { shown, refusal } = await admitVisitor(c, slug);
		if (!shown) return refusal;
		return c.json(await publicView(c, slug, shown), 200);
	})
	.post('/:slug/unlock', validate('json', unlockRequest), async (c) => {
		const now = Date.now();
		const shown = await findShownShare(drizzle(c.env.DB), c.req.param('slug'), now);
		if (!shown) return refuseShare(c);
		const { share } = shown;
		// Every try is counted before it is judged: judging costs time too.
		const key = `${share.id} ${clientNetwork(c)}`;
		if (!(await c.env.PASSWORD_TRIES.limit({ key })).success) {
			c.header('Retry-After', '60');
			return refuse(
				c,
				429,
				'too_many_requests',
				'Too many passwords were tried from here. Wait a minute, then try again.'
			);
		}
		const { password } = c.req.valid('json');
		if (share.password_hash && !(await passwordHolds(password, share.password_hash))) {
			return refuse(
				c,
				401,
				'wrong_password',
				'This is not the password of this link. Check it, or ask the person who sent the link.'
			);
		}
		return c.json({ access: await signAccess(share, 'page', now) }, 200);
	})
	.post('/:slug/events', validate('json', shareEvent), async (c) => {
		const db = drizzle(c.env.DB);
		const now = Date.now();
		const shown = await findShownShare(db, c.req.param('slug'), now);
		if (!shown) return refuseShare(c);
		const event = c.req.valid('json');
		if (isRobot(c.req.raw.headers)) return c.json({ counted: false }, 200);
		// A reload loop counts no more than this; the page itself counts one view per tab and half hour.
		const key = `${event.type} ${shown.share.id} ${clientNetwork(c)}`;
		if (!(await c.env.VISITOR_EVENTS.limit({ key })).success) {
			return refuse(c, 429, 'too_many_requests', 'This was counted often enough for this minute.');
		}
		if (event.type === 'rating') {
			return c.json({ counted: await rateShare(db, shown.share, event.rating, now) }, 200);
		}
		await countShareEvent(db, shown.share.id, event, deviceClassOf(c.req.raw.headers), now);
		return c.json({ counted: true }, 200);
	});
