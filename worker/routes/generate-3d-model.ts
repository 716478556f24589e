/** Starts a paid 3D model at Meshy, or records a draft that was made in the browser. */
import { Hono, type Context } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { creditsToMicroUsd, MESHY, priceInCredits } from '../clients/meshy-catalog';
import { generateRequest } from '../contract';
import { readBatchSpending, readSpending } from '../db/costs';
import { recordDraft, startPaidTask } from '../db/generation';
import { abandonKey, claimKey } from '../db/idempotency';
import { findStageAssets, type WantedAsset } from '../db/stage-assets';
import { finishedTask } from '../db/tasks';
import type { AppEnv, Env } from '../env';
import { refuse } from '../errors';
import { recordMetric } from '../meter';
import { spendCaps } from '../spend-caps';
import { validate } from '../validate';
import { ensureWorkflow, startWorkflow } from '../workflows/wake-task';

type GenerateRequest = z.infer<typeof generateRequest>;
type Draft = Extract<GenerateRequest, { provider: 'draft' }>;
type Paid = Extract<GenerateRequest, { provider: 'meshy' }>;
type Claim = { key: string; claimed_at: number };

/** The answer, also when the same request comes again. */
const accepted = z.object({
	product_id: z.string(),
	task_id: z.string(),
	status: z.enum(['queued', 'succeeded']),
	/** Unix epoch milliseconds. */
	estimated_completion: z.number(),
	/** USD: the price if it succeeds. */
	cost: z.number()
});
type Accepted = z.infer<typeof accepted>;

export const generate3DModel = new Hono<AppEnv>().post(
	'/',
	validate('json', generateRequest),
	async (c) => {
		const request = c.req.valid('json');
		const key = c.req.header('idempotency-key')?.trim() ?? '';
		if (key === '' && request.provider === 'draft') return recordDraftModel(c, request, null);
		if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
			const message =
				'A paid model needs the header Idempotency-Key (1 to 200 characters, a new UUID per model), so that a repeated request is not paid twice.';
			return refuse(c, 400, 'idempotency_key_missing', message);
		}
		const now = Date.now();
		const claim = await claimKey(c.env.DB, key, await sha256Hex(JSON.stringify(request)), now);
		if (claim.state === 'reused') {
			const message =
				'This Idempotency-Key was used for another request. Use a new key for a new model.';
			return refuse(c, 422, 'idempotency_key_reused', message);
		}
		if (claim.state === 'in_flight') {
			const message =
				'The same request is being worked on right now. Wait a moment, then send it again with the same key.';
			return refuse(c, 409, 'idempotency_in_flight', message);
		}
		if (claim.state === 'done') {
			const answer = accepted.parse(claim.response);
			// The first request may have died between writing the task and starting its Workflow.
			if (answer.status === 'queued') await ensureWorkflow(c.env, answer.task_id);
			return c.json(answer, 202);
		}
		const owned = { key, claimed_at: claim.claimed_at };
		try {
			const answer =
				request.provider === 'meshy'
					? await startPaidModel(c, request, owned)
					: await recordDraftModel(c, request, owned);
			// Nothing was done, so the key stays free for another try.
			if (answer.status !== 202) await abandonKey(c.env.DB, owned.key, owned.claimed_at);
			return answer;
		} catch (error) {
			await abandonKey(c.env.DB, owned.key, owned.claimed_at);
			throw error;
		}
	}
);

async function startPaidModel(c: Context<AppEnv>, request: Paid, claim: Claim) {
	const { product_id, image_urls, settings, batch_id = null } = request;
	if (!c.env.MESHY_API_KEY) {
		const message =
			'Meshy is not set up here: there is no MESHY_API_KEY. Add it on the server (`npx wrangler secret put MESHY_API_KEY`, or .dev.vars for local work), or choose the draft provider.';
		return refuse(c, 409, 'meshy_not_configured', message);
	}
	if (new Set(image_urls).size !== image_urls.length) {
		const message = 'image_urls names an image twice. Name each cut-out once, the front first.';
		return refuse(c, 400, 'invalid_request', message);
	}
	const found = await findStageAssets(c.env.DB, product_id, cutouts(image_urls));
	if (!found.ok) return refuse(c, found.status, found.code, found.message);
	let total_bytes = 0;
	for (const [i, url] of image_urls.entries()) {
		const { bytes, content_type } = found.asset(url);
		total_bytes += bytes;
		if (!MESHY.content_types.includes(content_type)) {
			const message = `image_urls[${i}] is ${content_type}, but Meshy reads PNG and JPEG only. Upload the cut-out as PNG.`;
			return refuse(c, 409, 'unsupported_type', message);
		}
		if (bytes > MESHY.max_image_bytes || total_bytes > MESHY.max_images_bytes) {
			const message = `The cut-outs are too large for one task: at most ${mb(MESHY.max_image_bytes)} MB each and ${mb(MESHY.max_images_bytes)} MB together. Upload smaller ones or choose fewer.`;
			return refuse(c, 413, 'payload_too_large', message);
		}
	}

	const now = Date.now();
	const task_id = uuidv7();
	const credits = priceInCredits(settings);
	const micro_usd = creditsToMicroUsd(credits);
	const answer: Accepted = {
		product_id,
		task_id,
		status: 'queued',
		estimated_completion: now + MESHY.typical_seconds * 1000,
		cost: micro_usd / 1_000_000
	};
	const outcome = await startPaidTask(
		c.env.DB,
		{
			task: {
				id: task_id,
				product_id,
				type: '3d_generation',
				provider: 'meshy',
				input: request,
				estimated_completion: answer.estimated_completion,
				created_at: now,
				updated_at: now
			},
			reservation: { task_id, product_id, batch_id, provider: 'meshy', credits, micro_usd },
			caps: spendCaps(c.env),
			claim,
			answer: { status_code: 202, response: answer }
		},
		now
	);
	if (!outcome)
		return refuse(c, 402, 'spend_cap_reached', await capSentence(c.env, micro_usd, batch_id, now));
	await startWorkflow(c.env, task_id);
	return c.json(answer, 202);
}

async function recordDraftModel(c: Context<AppEnv>, request: Draft, claim: Claim | null) {
	const { product_id, image_urls, model_url, triangles, size, processing_time } = request;
	const wanted: WantedAsset[] = [
		...cutouts(image_urls),
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
			provider: 'draft',
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
	await recordDraft(c.env.DB, task, claim, { status_code: 202, response: answer }, now);
	await recordMetric(c.env.DB, {
		kind: 'stage',
		name: '3d_generation',
		outcome: 'ok',
		ms: processing_time * 1000
	});
	return c.json(answer, 202);
}

/** Names the first cap that is full. */
async function capSentence(env: Env, micro_usd: number, batch_id: string | null, now: number) {
	const caps = spendCaps(env);
	const { day, month } = await readSpending(env.DB, now);
	const batch = batch_id ? await readBatchSpending(env.DB, batch_id) : { spent: 0, held: 0 };
	const full = [
		{
			cap: caps.day_micro_usd,
			...day,
			what: 'for today',
			remedy: 'Wait until tomorrow (UTC), or raise SPEND_CAP_DAY_USD.'
		},
		{
			cap: caps.month_micro_usd,
			...month,
			what: 'for this month',
			remedy: 'Wait until next month (UTC), or raise SPEND_CAP_MONTH_USD.'
		},
		{
			cap: caps.batch_micro_usd,
			...batch,
			what: 'for a batch',
			remedy: 'Start another batch, or raise SPEND_CAP_BATCH_USD.'
		}
	].find(({ cap, spent, held }) => spent + held + micro_usd > cap);
	// Something was given back meanwhile.
	if (!full) return `There was no room for this model under the caps just now. Try again.`;
	const { cap, spent, held, what, remedy } = full;
	return `This model can cost ${usd(micro_usd)}, but of the cap of ${usd(cap)} ${what} only ${usd(Math.max(0, cap - spent - held))} is left (${usd(spent)} spent, ${usd(held)} held for running tasks). ${remedy}`;
}

const cutouts = (image_urls: string[]) =>
	image_urls.map((url, i): WantedAsset => ({ field: `image_urls[${i}]`, url, kind: 'cutout' }));
const usd = (micro_usd: number) => `$${(micro_usd / 1_000_000).toFixed(2)}`;
const mb = (bytes: number) => bytes / 1024 / 1024;

async function sha256Hex(text: string): Promise<string> {
	const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
	return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
