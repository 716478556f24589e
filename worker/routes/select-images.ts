/** Records which photos a person kept. The photos themselves stay on the device. */
import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { selectImagesRequest } from '../contract';
import { productExists } from '../db/stage-assets';
import { advanceProductStatement, finishedTask, insertTaskStatement } from '../db/tasks';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { recordMetric } from '../meter';
import { validate } from '../validate';

export const selectImages = new Hono<AppEnv>().post(
	'/',
	validate('json', selectImagesRequest),
	async (c) => {
		const request = c.req.valid('json');
		const { product_id, image_urls, scores, selected_images, processing_time } = request;
		if (scores.length !== image_urls.length) {
			const message = `scores has ${scores.length} entries for ${image_urls.length} images. Send one score per image, in the same order.`;
			return refuse(c, 400, 'invalid_request', message);
		}
		const stranger = selected_images.find((url) => !image_urls.includes(url));
		if (stranger !== undefined || new Set(selected_images).size !== selected_images.length) {
			const message = 'selected_images must name images of image_urls, each once.';
			return refuse(c, 400, 'invalid_request', message);
		}
		if (!(await productExists(c.env.DB, product_id))) {
			const message = `There is no product ${product_id}. Create it first, or check that it was not deleted.`;
			return refuse(c, 404, 'not_found', message);
		}
		const now = Date.now();
		const output = { selected_images, selected_count: selected_images.length };
		const task = finishedTask(
			{ product_id, type: 'image_selection', input: request, output, processing_time },
			now
		);
		await drizzle(c.env.DB).batch([
			insertTaskStatement(c.env.DB, task),
			advanceProductStatement(c.env.DB, product_id, 'selected', now)
		]);
		await recordMetric(c.env.DB, {
			kind: 'stage',
			name: 'image_selection',
			outcome: 'ok',
			ms: processing_time * 1000
		});
		return c.json({ product_id, ...output, task_id: task.id }, 200);
	}
);
