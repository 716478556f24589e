import { Hono } from 'hono';
import { hasS3 } from '../clients/storage';
import type { AppEnv } from '../env';

/** What the browser must know of the configuration. Never a secret. */
export const config = new Hono<AppEnv>().get('/', (c) =>
	c.json(
		{
			meshy_configured: Boolean(c.env.MESHY_API_KEY),
			model_base_url: c.env.MODEL_BASE_URL,
			uploads: hasS3(c.env) ? ('presigned' as const) : ('worker' as const)
		},
		200
	)
);
