import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { z } from 'zod';
import { findAsset } from '../db/assets';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { sendAsset } from '../send-asset';
import { validate } from '../validate';

/** The owner's files. */
export const files = new Hono<AppEnv>().get(
	'/:asset_id',
	validate('param', z.object({ asset_id: z.uuid() })),
	async (c) => {
		const asset = await findAsset(drizzle(c.env.DB), c.req.valid('param').asset_id);
		if (!asset || asset.state !== 'verified') {
			return refuse(c, 404, 'not_found', 'There is no such file.');
		}
		return sendAsset(c, asset, {
			'Cache-Control': 'private, max-age=31536000, immutable',
			'Cross-Origin-Resource-Policy': 'same-origin'
		});
	}
);
