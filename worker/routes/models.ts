/**
 * Weights of cut-out networks from our own bucket, under the paths a hub has them: what the browser asks when MODEL_BASE_URL
 * is "/models". Filled by scripts/pull-models.mjs. A file over 25 MiB cannot be a static asset.
 */
import { Hono } from 'hono';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { sendBytes } from '../send-bytes';

/** Where they lie in the bucket. */
const PREFIX = 'models/';
/** Segments of letters, digits, `_`, `-` and dots, none of them only dots. */
const PATH = /^(?!.*(^|\/)\.+(\/|$))[\w.-]+(\/[\w.-]+)*$/;

export const models = new Hono<AppEnv>().get('/*', async (c) => {
	const path = c.req.path.replace(/^\/models\//, '');
	const found = PATH.test(path) ? await c.env.BUCKET.head(PREFIX + path) : null;
	const read = async (range?: R2Range) =>
		(await c.env.BUCKET.get(PREFIX + path, { range }))?.body ?? null;
	const answer =
		found &&
		(await sendBytes(
			c,
			{ etag: found.httpEtag, bytes: found.size, content_type: 'application/octet-stream', read },
			{
				'Cache-Control': 'private, max-age=31536000, immutable',
				'Cross-Origin-Resource-Policy': 'same-origin'
			}
		));
	const missing =
		'There are no such weights here. Put them here with `npm run models:pull`, or set MODEL_BASE_URL to a hub.';
	return answer ?? refuse(c, 404, 'not_found', missing);
});
