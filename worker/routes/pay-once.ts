/**
 * What every paying call has in common: its Idempotency-Key, the caps, and the start of its Workflow. The same key
 * with the same body is one task with one answer; with another body 422; while the first is under way 409.
 */
import type { Context } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import type { PaidRequest } from '../contract';
import { readBatchSpending, readSpending, readUserSpending } from '../db/costs';
import { startPaidTask } from '../db/generation';
import { abandonKey, claimKey } from '../db/idempotency';
import { getTask } from '../db/tasks';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { spendCaps } from '../spend-caps';
import { isConfigured, openProvider, type PaidProvider } from '../workflows/open-provider';
import { startWorkflow, wakeTask } from '../workflows/wake-task';

export type Claim = { key: string; claimed_at: number };

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
export type Accepted = z.infer<typeof accepted>;

type Refusal = ReturnType<typeof refuse>;

/**
 * Does `work` once per Idempotency-Key.
 * @param request as validated: what the key stands for from now on
 * @param work answers 202 when it was done; after anything else the key is free again
 */
export async function once<Answer extends Response>(
	c: Context<AppEnv>,
	request: unknown,
	work: (claim: Claim) => Promise<Answer>
) {
	const key = c.req.header('idempotency-key')?.trim() ?? '';
	if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
		const message =
			'A paid model needs the header Idempotency-Key (1 to 200 characters, a new UUID per model), so that a repeated request is not paid twice.';
		return refuse(c, 400, 'idempotency_key_missing', message);
	}
	const body_hash = await sha256Hex(JSON.stringify(request));
	const claim = await claimKey(c.env.DB, key, body_hash, Date.now());
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
		// The first request may have died between writing the task and starting its Workflow; or is just about to start it.
		const task = await getTask(c.env.DB, answer.task_id);
		if (task) c.executionCtx.waitUntil(wakeTask(c.env, task, Date.now()));
		return c.json(answer, 202);
	}
	const owned = { key, claimed_at: claim.claimed_at };
	try {
		const answer = await work(owned);
		// Nothing was done, so the key stays free for another try.
		if (answer.status !== 202) await abandonKey(c.env.DB, owned.key, owned.claimed_at);
		return answer;
	} catch (error) {
		await abandonKey(c.env.DB, owned.key, owned.claimed_at);
		throw error;
	}
}

/** Refuses where a provider is not set up; null where it is. */
export function refuseUnconfigured(c: Context<AppEnv>, name: PaidProvider): Refusal | null {
	if (isConfigured(c.env, name)) return null;
	const message =
		'Meshy is not set up here: there is no MESHY_API_KEY. Add it on the server (`npx wrangler secret put MESHY_API_KEY`, or .dev.vars for local work), or choose the draft provider.';
	return refuse(c, 409, 'meshy_not_configured', message);
}

/** Reserves the most the request can cost and starts its task; refuses where a cap does not allow it. */
export async function startPaid(
	c: Context<AppEnv>,
	name: PaidProvider,
	request: PaidRequest,
	claim: Claim
) {
	const now = Date.now();
	const task_id = uuidv7();
	const { product_id, batch_id = null } = request;
	const provider = openProvider(c.env, name, task_id);
	const price = provider.estimate(request);
	const user = c.get('user');
	const answer: Accepted = {
		product_id,
		task_id,
		status: 'queued',
		estimated_completion: now + provider.capabilities.typical_seconds.to * 1000,
		cost: price.micro_usd / 1_000_000
	};
	const started = await startPaidTask(
		c.env.DB,
		{
			task: {
				id: task_id,
				product_id,
				type: '3d_generation',
				provider: name,
				input: request,
				estimated_completion: answer.estimated_completion,
				created_at: now,
				updated_at: now
			},
			endpoint: provider.endpointFor(request),
			reservation: { task_id, product_id, batch_id, provider: name, user, ...price },
			caps: spendCaps(c.env),
			claim,
			answer: { status_code: 202, response: answer }
		},
		now
	);
	if (!started) {
		const message = await capSentence(c, price.micro_usd, batch_id, now);
		return refuse(c, 402, 'spend_cap_reached', message);
	}
	// The task is written: where its Workflow cannot be started now, it is woken later (see wake-task.ts).
	await startWorkflow(c.env, task_id).catch((error: unknown) => {
		console.error(JSON.stringify({ level: 'error', task_id, message: String(error) }));
	});
	return c.json(answer, 202);
}

/** Names the first cap that is full. */
async function capSentence(
	c: Context<AppEnv>,
	micro_usd: number,
	batch_id: string | null,
	now: number
): Promise<string> {
	const caps = spendCaps(c.env);
	const { day, month } = await readSpending(c.env.DB, now);
	const mine = await readUserSpending(c.env.DB, c.get('user'), now);
	const batch = batch_id ? await readBatchSpending(c.env.DB, batch_id) : { spent: 0, held: 0 };
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
			cap: caps.user_micro_usd,
			...mine,
			what: 'for you this month',
			remedy: 'Wait until next month (UTC), or raise SPEND_CAP_USER_USD.'
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

const usd = (micro_usd: number) => `$${(micro_usd / 1_000_000).toFixed(2)}`;

async function sha256Hex(text: string): Promise<string> {
	const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
	return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
