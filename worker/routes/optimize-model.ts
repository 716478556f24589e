/** Records an optimized model: its levels of detail, its plain twin and its poster, uploaded before. */
import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { optimizeRequest } from '../contract';
import { findStageAssets, type WantedAsset } from '../db/stage-assets';
import { advanceProductStatement, finishedTask, insertTaskStatement } from '../db/tasks';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { recordMetric } from '../meter';
import { validate } from '../validate';

export const optimizeModel = new Hono<AppEnv>().post(
	'/',
	validate('json', optimizeRequest),
	async (c) => {
		const request = c.req.valid('json');
		const { product_id, model_url, plain_url, poster_url, usdz_url, stills, processing_time } =
			request;
		const levels = [...request.lods].sort((a, b) => a.level - b.level);
		const [finest] = levels;
		if (!finest || levels.some(({ level }, i) => level !== i)) {
			const message = 'lods must have the levels 0, 1, 2 … each once; level 0 is the finest.';
			return refuse(c, 400, 'invalid_request', message);
		}
		const wanted: WantedAsset[] = [
			{ field: 'model_url', url: model_url, kind: 'source_model' },
			...levels.map(({ url, level }): WantedAsset => ({
				field: `lods level ${level}`,
				url,
				kind: 'lod'
			})),
			{ field: 'plain_url', url: plain_url, kind: 'plain_model' },
			{ field: 'poster_url', url: poster_url, kind: 'poster' },
			...stills.map(({ url, side }): WantedAsset => ({
				field: `stills ${side}`,
				url,
				kind: 'still'
			}))
		];
		if (usdz_url) wanted.push({ field: 'usdz_url', url: usdz_url, kind: 'usdz' });
		const found = await findStageAssets(c.env.DB, product_id, wanted);
		if (!found.ok) return refuse(c, found.status, found.code, found.message);

		const now = Date.now();
		// The stored length is the true one.
		const lods = levels.map((lod) => ({ ...lod, bytes: found.asset(lod.url).bytes }));
		const optimized_model_url = finest.url;
		const output = {
			optimized_model_url,
			lods,
			plain_url,
			plain_bytes: found.asset(plain_url).bytes,
			poster_url,
			size: request.size
		};
		const task = finishedTask(
			{
				product_id,
				type: 'model_optimization',
				input: { ...request, lods },
				output,
				processing_time,
				model_asset_id: found.asset(finest.url).id
			},
			now
		);
		await drizzle(c.env.DB).batch([
			insertTaskStatement(c.env.DB, task),
			advanceProductStatement(c.env.DB, product_id, 'optimized', now, {
				poster_asset_id: found.asset(poster_url).id
			})
		]);
		await recordMetric(c.env.DB, {
			kind: 'stage',
			name: 'model_optimization',
			outcome: 'ok',
			ms: processing_time * 1000
		});
		return c.json({ product_id, task_id: task.id, optimized_model_url, lods, cost: 0 }, 200);
	}
);
