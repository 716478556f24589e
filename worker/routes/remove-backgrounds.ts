/** Records the cut-outs a person approved; they were made in the browser and uploaded before. */
import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { removeBackgroundsRequest } from '../contract';
import { findStageAssets, type WantedAsset } from '../db/stage-assets';
import { advanceProductStatement, finishedTask, insertTaskStatement } from '../db/tasks';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { recordMetric } from '../meter';
import { validate } from '../validate';

export const removeBackgrounds = new Hono<AppEnv>().post(
	'/',
	validate('json', removeBackgroundsRequest),
	async (c) => {
		const request = c.req.valid('json');
		const { product_id, processed_images, attempted } = request;
		if (attempted < processed_images.length) {
			const message = `attempted is ${attempted}, but ${processed_images.length} images were processed. Count every photo that was tried.`;
			return refuse(c, 400, 'invalid_request', message);
		}
		const wanted = processed_images.flatMap(({ processed_url, mask_url }, i): WantedAsset[] => [
			{ field: `processed_images[${i}].processed_url`, url: processed_url, kind: 'cutout' },
			{ field: `processed_images[${i}].mask_url`, url: mask_url, kind: 'mask' }
		]);
		const found = await findStageAssets(c.env.DB, product_id, wanted);
		if (!found.ok) return refuse(c, found.status, found.code, found.message);

		const now = Date.now();
		const processing_time = processed_images.reduce((sum, image) => sum + image.processing_time, 0);
		const output = {
			processed_images,
			total_processing_time: processing_time,
			total_cost: 0,
			success_rate: processed_images.length / attempted
		};
		const task = finishedTask(
			{ product_id, type: 'background_removal', input: request, output, processing_time },
			now
		);
		await drizzle(c.env.DB).batch([
			insertTaskStatement(c.env.DB, task),
			advanceProductStatement(c.env.DB, product_id, 'cut_out', now)
		]);
		await recordMetric(c.env.DB, {
			kind: 'stage',
			name: 'background_removal',
			outcome: 'ok',
			ms: processing_time * 1000
		});
		return c.json({ product_id, task_id: task.id, ...output }, 200);
	}
);
