/** One file for a provider that fetches it itself: by an address we signed, for that file only, for an hour. */
import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { z } from 'zod';
import { isFilePathValid } from '../clients/signed-file';
import { findAsset } from '../db/assets';
import type { AppEnv } from '../env';
import { answerNotFound } from '../errors';
import { sendAsset } from '../send-asset';
import { validate } from '../validate';

const param = z.object({
	asset_id: z.uuid(),
	expires: z.string().max(12),
	mac: z.string().max(64),
	name: z.string()
});

/** What a provider may be given. */
const KINDS: readonly string[] = ['cutout', 'source_model'];

export const publicInputs = new Hono<AppEnv>().get(
	'/:asset_id/:expires/:mac/:name',
	validate('param', param),
	async (c) => {
		const address = c.req.valid('param');
		// One answer for all that is wrong: nothing is told to who guesses.
		if (!(await isFilePathValid(c.env.MESHY_API_KEY ?? '', address, Date.now()))) {
			return answerNotFound(c);
		}
		const asset = await findAsset(drizzle(c.env.DB), address.asset_id);
		if (!asset || asset.state !== 'verified' || !KINDS.includes(asset.kind))
			return answerNotFound(c);
		return sendAsset(c, asset, { 'Cache-Control': 'private, no-store' });
	}
);
