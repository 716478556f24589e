import {
	createExecutionContext,
	introspectWorkflow,
	waitOnExecutionContext
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Env } from '../../worker/env';
import worker from '../../worker/index';
import {
	everythingStored,
	playScenario,
	productWithCutouts,
	readAccount,
	readTask,
	runPaidTask
} from './stand-in';
import { ORIGIN, send } from './studio';

vi.setConfig({ testTimeout: 60_000 });

const SECRET = 'a-long-webhook-secret-for-tests';

async function hook(body: string, secret = SECRET, overrides: Partial<Env> = {}, method = 'POST') {
	const ctx = createExecutionContext();
	const response = await worker.fetch(
		new Request(`${ORIGIN}/api/webhooks/meshy/${secret}`, {
			method,
			headers: { 'content-type': 'application/json' },
			body: method === 'GET' ? undefined : body
		}),
		{ ...env, MESHY_WEBHOOK_SECRET: SECRET, ...overrides },
		ctx
	);
	await waitOnExecutionContext(ctx);
	return response;
}
const rowOf = (task_id: string) =>
	env.DB.prepare('select * from processing_tasks where id = ?').bind(task_id).first();

describe('an address that is not the secret one', () => {
	it.each([
		['a wrong secret', () => hook('{}', 'wrong')],
		['a longer one', () => hook('{}', `${SECRET}x`)],
		['an empty configuration', () => hook('{}', 'undefined', { MESHY_WEBHOOK_SECRET: '' })],
		['another method', () => hook('', SECRET, {}, 'GET')]
	])('%s: answers like an unknown one', async (_, ask) => {
		const [response, unknown] = [await ask(), await send('POST', '/api/nothing/here')];
		expect(response.status).toBe(404);
		const shape = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
		expect(shape.parse(await response.json())).toEqual(shape.parse(await unknown.json()));
	});
});

describe('a hint', () => {
	it.each([
		'',
		'not json',
		'[]',
		'{}',
		'{"id":7}',
		'{"id":"unknown"}',
		`{"id":"${'x'.repeat(90_000)}"}`
	])('that names no task of ours is taken and does nothing (%#)', async (body) => {
		await playScenario('ok');
		expect((await hook(body)).status).toBe(204);
		expect((await readAccount()).requests).toEqual([]);
	});

	it('makes the Workflow look at once, and only Meshy’s own answer counts', async () => {
		await playScenario('ok');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		const { product_id, image_urls } = await productWithCutouts(1);
		const task_id = crypto.randomUUID();
		const input = { provider: 'meshy', product_id, image_urls, settings: {} };
		await env.DB.prepare(
			"insert into processing_tasks (id, product_id, type, provider, status, input, created_at, updated_at) values (?, ?, '3d_generation', 'meshy', 'queued', ?, ?, ?)"
		)
			.bind(task_id, product_id, JSON.stringify(input), Date.now(), Date.now())
			.run();
		await env.GENERATE_MODEL.create({ id: task_id, params: { task_id, listens: true } });
		await expect
			.poll(async () => (await readTask(task_id)).status, { timeout: 10_000 })
			.toBe('running');
		const id = String((await rowOf(task_id))?.provider_task_id);
		// Four polls end it; without hints they come after 5, 11, 19 and 29 seconds. What the hint says is not true.
		const lie = JSON.stringify({
			id,
			status: 'FAILED',
			progress: 0,
			task_error: { message: 'no' }
		});
		const began = Date.now();
		await expect
			.poll(
				async () => {
					await hook(lie);
					return (await readTask(task_id)).status;
				},
				{ timeout: 20_000, interval: 400 }
			)
			.toBe('succeeded');
		expect(Date.now() - began).toBeLessThan(19_000);
		expect((await readAccount()).posts).toHaveLength(1);
		await workflows.get();
	});

	it('about a task that has ended changes nothing, however often it comes', async () => {
		const { task_id } = await runPaidTask('ok');
		const before = await rowOf(task_id);
		const requests = (await readAccount()).requests.length;
		const id = String(before?.provider_task_id);
		for (const status of ['PENDING', 'FAILED', 'SUCCEEDED', 'FAILED', 'NEW_ONE']) {
			expect((await hook(JSON.stringify({ id, status }))).status).toBe(204);
		}
		expect(await rowOf(task_id)).toEqual(before);
		expect((await readAccount()).requests).toHaveLength(requests);
	});

	it('leaves its secret nowhere', async () => {
		await hook('{"id":"x"}');
		expect(await everythingStored()).not.toContain(SECRET);
	});
});
