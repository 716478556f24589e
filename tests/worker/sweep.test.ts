import {
	createExecutionContext,
	createScheduledController,
	introspectWorkflow,
	waitOnExecutionContext
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { checkBalance } from '../../worker/check-balance';
import worker from '../../worker/index';
import { sweep } from '../../worker/sweep';
import {
	accepted,
	generate,
	KEY,
	playScenario,
	productWithCutouts,
	readAccount,
	readLedger,
	readTask
} from './stand-in';
import { announce, createProduct, ORIGIN, send, sha256Hex, tinyPng } from './studio';

vi.setConfig({ testTimeout: 60_000 });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A paid task as a crash leaves it. */
async function leftTask(status: string, provider_task_id: string | null, started_at = 1) {
	const { product_id, image_urls } = await productWithCutouts(1);
	const task_id = crypto.randomUUID();
	const input = { provider: 'meshy', product_id, image_urls, settings: {} };
	await env.DB.batch([
		env.DB.prepare(
			"insert into processing_tasks (id, product_id, type, provider, status, provider_task_id, input, created_at, started_at, updated_at) values (?, ?, '3d_generation', 'meshy', ?, ?, ?, ?, ?, 1)"
		).bind(
			task_id,
			product_id,
			status,
			provider_task_id,
			JSON.stringify(input),
			Date.now(),
			started_at
		),
		reserve(task_id, product_id)
	]);
	return task_id;
}

const reserve = (task_id: string, product_id: string, created_at = Date.now()) =>
	env.DB.prepare(
		"insert into cost_entries (id, task_id, product_id, provider, kind, credits, micro_usd, created_at) values (?, ?, ?, 'meshy', 'reserve', 30, 600000, ?)"
	).bind(crypto.randomUUID(), task_id, product_id, created_at);

/** Has the stand-in make a task, as another program with the same key would. */
async function postToMeshy(): Promise<string> {
	const response = await fetch(`${env.MESHY_BASE_URL}/openapi/v1/image-to-3d`, {
		method: 'POST',
		headers: { authorization: `Bearer ${KEY}` },
		body: JSON.stringify({ image_url: 'data:image/png;base64,iVBORw0KGgoAAAAN' })
	});
	return z.object({ result: z.string() }).parse(await response.json()).result;
}

async function expectSucceeded(task_id: string) {
	await expect
		.poll(async () => (await readTask(task_id)).status, { timeout: 30_000, interval: 300 })
		.toBe('succeeded');
	expect(await readLedger(task_id)).toMatchObject({ kinds: ['release', 'reserve', 'settle'] });
}

describe('tasks that stand still', () => {
	it.each(['queued', 'running', 'copying', 'unknown'])(
		'%s, with no Workflow: carried on to its stored model, without paying again',
		async (status) => {
			await playScenario('ok');
			const provider_task_id = status === 'queued' ? null : await postToMeshy();
			const path = `${env.MESHY_BASE_URL}/openapi/v1/image-to-3d/${provider_task_id}`;
			for (let n = 0; status === 'unknown' && n < 4; n++) {
				const read = await fetch(path, { headers: { authorization: `Bearer ${KEY}` } });
				await read.body?.cancel();
			}
			await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
			await workflows.modifyAll((m) => m.disableSleeps());
			const task_id = await leftTask(status, provider_task_id);
			await worker.scheduled(createScheduledController({ cron: '*/10 * * * *' }), env);
			await expectSucceeded(task_id);
			expect((await readAccount()).posts).toHaveLength(1);
			await workflows.get();
		}
	);

	it('whose Workflow died is begun again, without paying again', async () => {
		await playScenario('slow');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		const request = await productWithCutouts(1);
		const { task_id } = accepted.parse(await (await generate(request)).json());
		await expect
			.poll(async () => (await readTask(task_id)).status, { timeout: 20_000 })
			.toBe('running');
		await (await env.GENERATE_MODEL.get(task_id)).terminate();
		await workflows.modifyAll((m) => m.disableSleeps());
		await env.DB.prepare('update processing_tasks set updated_at = 1 where id = ?')
			.bind(task_id)
			.run();
		await sweep(env, Date.now());
		const instance = await env.GENERATE_MODEL.get(task_id);
		expect((await instance.status()).status).not.toBe('terminated');
		expect((await readAccount()).posts).toHaveLength(1);
		await instance.terminate();
		await workflows.get();
	});

	it('because their Workflow could not be started are accepted all the same, and carried on', async () => {
		await playScenario('ok');
		const { product_id, image_urls } = await productWithCutouts(1);
		const workflows = {
			create: () => Promise.reject(new Error('Workflows are away')),
			createBatch: () => Promise.reject(new Error('Workflows are away')),
			get: (id: string) => env.GENERATE_MODEL.get(id)
		};
		const ctx = createExecutionContext();
		const ask = () =>
			worker.fetch(
				new Request(`${ORIGIN}/api/generate-3d-model`, {
					method: 'POST',
					headers: { 'content-type': 'application/json', 'idempotency-key': 'away' },
					body: JSON.stringify({ provider: 'meshy', product_id, image_urls })
				}),
				{ ...env, GENERATE_MODEL: workflows },
				ctx
			);
		const first = await ask();
		expect(first.status).toBe(202);
		const { task_id } = accepted.parse(await first.json());
		expect(accepted.parse(await (await ask()).json()).task_id).toBe(task_id);
		await waitOnExecutionContext(ctx);
		expect((await readTask(task_id)).status).toBe('queued');
		await env.DB.prepare('update processing_tasks set updated_at = 1 where id = ?')
			.bind(task_id)
			.run();
		await sweep(env, Date.now());
		await expectSucceeded(task_id);
		expect((await readAccount()).posts).toHaveLength(1);
	});

	it('are counted for the dashboard, with the hours left to save them', async () => {
		const task_id = await leftTask('copying', crypto.randomUUID(), Date.now() - HOUR_MS);
		const response = await send('GET', '/api/metrics/summary?days=1');
		const { paid_not_saved } = z
			.object({ paid_not_saved: z.object({ count: z.number(), hours_left: z.number() }) })
			.parse(await response.json());
		expect(paid_not_saved.count).toBe(1);
		expect(paid_not_saved.hours_left).toBeCloseTo(71, 1);
		await env.DB.prepare('delete from processing_tasks where id = ?').bind(task_id).run();
	});
});

describe('reservations without a task', () => {
	it.each([
		['open', ['release', 'reserve', 'settle'], 30],
		['accepted', ['release', 'reserve', 'settle'], 30],
		['closed', ['release', 'reserve', 'settle'], 0],
		[null, ['release', 'reserve', 'settle'], 0]
	])('submission %s: settled once, at worst at the price', async (state, kinds, credits) => {
		const task_id = crypto.randomUUID();
		await reserve(task_id, 'gone', Date.now() - 2 * HOUR_MS).run();
		if (state !== null) {
			await env.DB.prepare(
				"insert into submissions (task_id, provider, endpoint, submitted_at, state) values (?, 'meshy', 'image-to-3d', 1, ?)"
			)
				.bind(task_id, state)
				.run();
		}
		await sweep(env, Date.now());
		expect(await readLedger(task_id)).toMatchObject({ kinds, credits });
		expect((await sweep(env, Date.now())).settled).toBe(0);
		expect(await readLedger(task_id)).toMatchObject({ kinds, credits });
	});

	it('of a running task, or a young one, are left alone', async () => {
		const young = crypto.randomUUID();
		await reserve(young, 'gone').run();
		await sweep(env, Date.now());
		expect((await readLedger(young)).kinds).toEqual(['reserve']);
	});
});

it('uploads that were never completed go after a day, with their bytes', async () => {
	const product_id = await createProduct();
	const bytes = tinyPng();
	const file = { product_id, kind: 'cutout' as const, content_type: 'image/png' };
	const described = { ...file, bytes: bytes.length, sha256: await sha256Hex(bytes) };
	const [old, young] = [await announce(described), await announce(described)];
	const headers = { ...old.headers, 'content-length': String(bytes.length) };
	expect((await send('PUT', old.url, { body: bytes, headers })).status).toBe(200);
	await env.DB.prepare('update assets set created_at = ? where id = ?')
		.bind(Date.now() - DAY_MS - 1000, old.asset_id)
		.run();
	expect((await env.BUCKET.list({ prefix: `products/${product_id}/` })).objects).toHaveLength(1);
	expect((await sweep(env, Date.now())).uploads).toBe(1);
	const left = await env.DB.prepare('select id from assets where product_id = ?')
		.bind(product_id)
		.all();
	expect(left.results).toEqual([{ id: young.asset_id }]);
	expect((await env.BUCKET.list({ prefix: `products/${product_id}/` })).objects).toEqual([]);
	expect((await sweep(env, Date.now())).uploads).toBe(0);
});

it('idempotency keys go after a week', async () => {
	const insert = (key: string, created_at: number) =>
		env.DB.prepare(
			"insert into idempotency_keys (key, body_hash, created_at) values (?, 'x', ?)"
		).bind(key, created_at);
	const now = Date.now();
	await env.DB.batch([insert('old', now - 8 * DAY_MS), insert('young', now - 6 * DAY_MS)]);
	await sweep(env, now);
	const { results } = await env.DB.prepare(
		"select key from idempotency_keys where key in ('old', 'young')"
	).all();
	expect(results).toEqual([{ key: 'young' }]);
});

describe('the account beside the ledger', () => {
	const shown = z.object({
		provider_balance: z.number().nullable(),
		difference: z.number().nullable()
	});
	const readShown = async () => shown.parse(await (await send('GET', '/api/costs')).json());

	it('agrees after a model of ours, and shows what another program spent', async () => {
		await env.DB.exec('delete from balance_checks');
		await playScenario('ok');
		expect(await checkBalance(env, Date.now())).toBeNull();
		expect(await readShown()).toEqual({ provider_balance: 1000, difference: null });

		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		await workflows.modifyAll((m) => m.disableSleeps());
		const request = await productWithCutouts(1);
		const { task_id } = accepted.parse(await (await generate(request)).json());
		const [instance] = await workflows.get();
		await instance?.waitForStatus('complete');
		expect((await readTask(task_id)).status).toBe('succeeded');
		expect(await checkBalance(env, Date.now())).toBe(0);
		expect(await readShown()).toEqual({ provider_balance: 970, difference: 0 });

		await postToMeshy();
		await worker.scheduled(createScheduledController({ cron: '17 3 * * *' }), env);
		expect(await readShown()).toEqual({ provider_balance: 940, difference: 30 });
	});

	it('counts what an accepted task holds as spent already', async () => {
		await env.DB.exec('delete from balance_checks');
		await playScenario('ok');
		await checkBalance(env, Date.now());
		const task_id = await leftTask('running', await postToMeshy());
		expect(await checkBalance(env, Date.now())).toBe(0);
		await env.DB.prepare('delete from processing_tasks where id = ?').bind(task_id).run();
	});

	it('is not asked without a key', async () => {
		const response = await worker.fetch(
			new Request('http://127.0.0.1:8787/api/costs'),
			{ ...env, MESHY_API_KEY: '' },
			createExecutionContext()
		);
		expect(await response.json()).toMatchObject({ provider_balance: null, difference: null });
		expect(await checkBalance({ ...env, MESHY_API_KEY: '' }, Date.now())).toBeNull();
	});
});

it('a failed model is refunded on both sides', async () => {
	await env.DB.exec('delete from balance_checks');
	await playScenario('failed');
	await checkBalance(env, Date.now());
	await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
	await workflows.modifyAll((m) => m.disableSleeps());
	await generate(await productWithCutouts(1));
	const [instance] = await workflows.get();
	await instance?.waitForStatus('complete');
	expect(await checkBalance(env, Date.now())).toBe(0);
});
