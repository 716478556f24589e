import { Hono } from 'hono';
import { sessionRequest } from '../contract';
import type { AppEnv } from '../env';
import { accessOf, checkToken, closeSession, openSession, refuseAccess } from '../gate';
import { validate } from '../validate';

/** Signing in and out. Public, as one cannot be signed in before. */
export const session = new Hono<AppEnv>()
	.get('/', async (c) =>
		c.json(
			{
				/** Whether this studio has a token at all. */
				required: Boolean(c.env.STUDIO_TOKEN),
				/** Whether this browser may use the studio as it is. */
				signed_in: (await accessOf(c)) === 'granted'
			},
			200
		)
	)
	.post('/', validate('json', sessionRequest), async (c) => {
		const { token } = c.req.valid('json');
		const access = await checkToken(c, token);
		if (access !== 'granted') return refuseAccess(c, access);
		if (c.env.STUDIO_TOKEN) await openSession(c, c.env.STUDIO_TOKEN);
		return c.json({ required: Boolean(c.env.STUDIO_TOKEN), signed_in: true }, 200);
	})
	.delete('/', (c) => {
		closeSession(c);
		return c.json({ required: Boolean(c.env.STUDIO_TOKEN), signed_in: !c.env.STUDIO_TOKEN }, 200);
	});
