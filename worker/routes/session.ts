import { Hono } from 'hono';
import { sessionRequest } from '../contract';
import type { AppEnv } from '../env';
import { accessOf, checkToken, closeSession, openSession, refuseAccess, signInWays } from '../gate';
import { validate } from '../validate';

/** Signing in and out with the token; Cloudflare Access has its own pages. Public, as one cannot be signed in before. */
export const session = new Hono<AppEnv>()
	.get('/', async (c) => {
		const access = await accessOf(c);
		return c.json(
			{
				/** How one signs in here; empty: this machine only, without a sign-in. */
				ways: signInWays(c.env),
				/** Who this browser is to the studio; null: not signed in. */
				user: typeof access === 'string' ? null : access.user
			},
			200
		);
	})
	.post('/', validate('json', sessionRequest), async (c) => {
		const { token } = c.req.valid('json');
		const access = await checkToken(c, token);
		if (typeof access === 'string') return refuseAccess(c, access);
		if (c.env.STUDIO_TOKEN) await openSession(c, c.env.STUDIO_TOKEN);
		return c.json({ ways: signInWays(c.env), user: access.user }, 200);
	})
	.delete('/', (c) => {
		closeSession(c);
		return c.json({ ways: signInWays(c.env), user: null }, 200);
	});
