/** Meshy tells that something moved. It signs nothing, so this is a hint only: the Workflow reads the task itself. */
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { readBounded } from '../clients/read-bounded';
import { FINAL_TASK_STATUSES } from '../contract';
import { findByProviderTask } from '../db/tasks';
import type { AppEnv, Env } from '../env';
import { answerNotFound } from '../errors';
import { hintWorkflow, wakeTask } from '../workflows/wake-task';

/** Longest body looked at, bytes. A task object has a few kilobytes. */
const MAX_BODY_BYTES = 64 * 1024;

const hint = z.looseObject({ id: z.string().min(1).max(200) });

/**
 * The address is the secret: with a wrong one (or without MESHY_WEBHOOK_SECRET) there is nothing here. Every hint is
 * answered 204, whatever it names, for Meshy stops calling after failures.
 */
export const webhooks = new Hono<AppEnv>().post('/meshy/:secret', async (c) => {
	if (!(await isSecret(c, c.req.param('secret')))) return answerNotFound(c);
	const text = await readBounded(c.req.raw.body, MAX_BODY_BYTES).catch(() => '');
	const id = hint.safeParse(parseJson(text)).data?.id;
	if (id !== undefined) c.executionCtx.waitUntil(passOn(c.env, id));
	return c.body(null, 204);
});

/** In constant time: what is compared are hashes. */
async function isSecret(c: Context<AppEnv>, given: string): Promise<boolean> {
	const secret = c.env.MESHY_WEBHOOK_SECRET ?? '';
	const [a, b] = await Promise.all([sha256(given), sha256(secret)]);
	return crypto.subtle.timingSafeEqual(a, b) && secret !== '';
}

/** Nothing of the hint is believed but that the task is worth a look. */
async function passOn(env: Env, provider_task_id: string): Promise<void> {
	try {
		const task = await findByProviderTask(env.DB, 'meshy', provider_task_id);
		if (!task || FINAL_TASK_STATUSES.includes(task.status)) return;
		if (task.status === 'running') await hintWorkflow(env, task.id);
		await wakeTask(env, task, Date.now());
	} catch (error) {
		// Without the path: it holds the secret.
		console.error(JSON.stringify({ level: 'error', part: 'webhook', message: String(error) }));
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

const sha256 = (text: string) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
