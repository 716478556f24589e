/** Starts a paid 3D model at a provider, or records one that was made in the browser or brought there. */
import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import { MESHY } from '../clients/meshy-catalog';
import { generateRequest, imageFault } from '../contract';
import { recordMadeHere } from '../db/generation';
import { findStageAssets, type WantedAsset } from '../db/stage-assets';
import { finishedTask } from '../db/tasks';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { recordMetric } from '../meter';
import { validate } from '../validate';
import { filesOf, planInputs } from '../workflows/gather-inputs';
import { once, refuseUnconfigured, startPaid, type Accepted, type Claim } from './pay-once';

type GenerateRequest = z.infer<typeof generateRequest>;
type MadeHere = Exclude<GenerateRequest, { provider: 'meshy' }>;
type Paid = Extract<GenerateRequest, { provider: 'meshy' }>;

export const generate3DModel = new Hono<AppEnv>().post(
	'/',
	validate('json', generateRequest),
	async (c) => {
		const request = c.req.valid('json');
		if (request.provider === 'meshy') {
			return once(c, request, (claim) => startPaidModel(c, request, claim));
		}
		const keyed = (c.req.header('idempotency-key')?.trim() ?? '') !== '';
		if (!keyed) return recordModel(c, request, null);
		return once(c, request, (claim) => recordModel(c, request, claim));
	}
);

async function startPaidModel(c: Context<AppEnv>, request: Paid, claim: Claim) {
	const { product_id, image_urls, settings } = request;
	const unconfigured = refuseUnconfigured(c, 'meshy');
	if (unconfigured) return unconfigured;
	if (new Set(image_urls).size !== image_urls.length) {
		const message = 'image_urls names an image twice. Name each cut-out once, the front first.';
		return refuse(c, 400, 'invalid_request', message);
	}
	const fault = imageFault(settings, image_urls.length);
	if (fault) return refuse(c, 400, 'invalid_request', fault);
	const files = filesOf(request);
	const found = await findStageAssets(
		c.env.DB,
		product_id,
		files.map(({ field, url }) => ({ field, url, kind: 'cutout' }))
	);
	if (!found.ok) return refuse(c, found.status, found.code, found.message);
	for (const { field, url } of files) {
		const { bytes, content_type } = found.asset(url);
		if (!MESHY.content_types.includes(content_type)) {
			const message = `${field} is ${content_type}, but Meshy reads PNG and JPEG only. Upload the cut-out as PNG.`;
			return refuse(c, 409, 'unsupported_type', message);
		}
		if (bytes > MESHY.max_image_bytes) {
			const message = `${field} is too large: at most ${MESHY.max_image_bytes / 1024 / 1024} MB. Upload a smaller one.`;
			return refuse(c, 413, 'payload_too_large', message);
		}
	}
	const assets = files.map(({ url }) => found.asset(url));
	const plan = await planInputs(c.env, request, assets, Date.now());
	if (!plan.ok) return refuse(c, 413, 'payload_too_large', plan.message);
	return startPaid(c, 'meshy', request, claim);
}

async function recordModel(c: Context<AppEnv>, request: MadeHere, claim: Claim | null) {
	const { provider, product_id, model_url, triangles, size, processing_time } = request;
	const image_urls = provider === 'draft' ? request.image_urls : [];
	const wanted: WantedAsset[] = [
		...image_urls.map((url, i) => ({ field: `image_urls[${i}]`, url, kind: 'cutout' as const })),
		{ field: 'model_url', url: model_url, kind: 'source_model' }
	];
	const found = await findStageAssets(c.env.DB, product_id, wanted);
	if (!found.ok) return refuse(c, found.status, found.code, found.message);
	const now = Date.now();
	const { id: model_asset_id, bytes } = found.asset(model_url);
	const task = finishedTask(
		{
			product_id,
			type: '3d_generation',
			provider,
			input: request,
			output: { model_url, triangles, size, bytes },
			model_asset_id,
			processing_time
		},
		now
	);
	const answer: Accepted = {
		product_id,
		task_id: task.id,
		status: 'succeeded',
		estimated_completion: now,
		cost: 0
	};
	await recordMadeHere(c.env.DB, task, claim, { status_code: 202, response: answer }, now);
	await recordMetric(c.env.DB, {
		kind: 'stage',
		name: '3d_generation',
		outcome: 'ok',
		ms: processing_time * 1000
	});
	return c.json(answer, 202);
}
