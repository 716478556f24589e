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
	accepted,
	everythingStored,
	generate,
	KEY,
	playScenario,
	productWithCutouts,
	readAccount,
	readLedger,
	readTask,
	runPaidTask
} from './stand-in';
import { createProduct, ORIGIN, refusalOf, send, store, tinyPng } from './studio';

// A task is some ten Workflow steps, and one of these waits 40 times.
vi.setConfig({ testTimeout: 60_000 });

/** Asks for a paid model from a Worker with other settings. */
async function generateWith(overrides: Partial<Env>, request: object, key = crypto.randomUUID()) {
	const ctx = createExecutionContext();
	const response = await worker.fetch(
		new Request(`${ORIGIN}/api/generate-3d-model`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'idempotency-key': key },
			body: JSON.stringify({ provider: 'meshy', ...request })
		}),
		{ ...env, ...overrides },
		ctx
	);
	await waitOnExecutionContext(ctx);
	return response;
}

const money = z.object({
	spent: z.number(),
	held: z.number(),
	cap: z.number(),
	remaining: z.number()
});
async function readCosts() {
	const response = await send('GET', '/api/costs');
	return z.object({ day: money, month: money }).parse(await response.json());
}

describe('a paid model that works', () => {
	it('one cut-out becomes a stored, checked model, and the ledger books what Meshy charged', async () => {
		const { task, product_id, task_id, account } = await runPaidTask('ok');
		expect(task).toMatchObject({
			status: 'succeeded',
			progress: 100,
			cost: 0.6,
			error: null,
			provider: 'meshy'
		});
		expect(account.posts).toHaveLength(1);
		expect(account.tasks).toMatchObject([{ endpoint: 'image-to-3d', downloads: 1 }]);
		expect(account.tasks[0]?.parameters).toMatchObject({
			ai_model: 'meshy-7.1',
			should_remesh: true,
			image_enhancement: false,
			auto_size: true,
			origin_at: 'bottom',
			target_formats: ['glb']
		});
		expect(account.tasks[0]?.images).toEqual([{ content_type: 'image/png', bytes: 16 }]);

		const file = await send('GET', task.model_url ?? '');
		const glb = new Uint8Array(await file.arrayBuffer());
		expect(new TextDecoder().decode(glb.subarray(0, 4))).toBe('glTF');
		expect(new DataView(glb.buffer).getUint32(8, true)).toBe(glb.length);
		const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', glb));
		expect(task.output).toMatchObject({
			bytes: glb.length,
			sha256: [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
			triangles: 4128,
			consumed_credits: 30
		});
		const thumbnail = await send('GET', String(task.output?.thumbnail_url));
		expect(thumbnail.headers.get('content-type')).toBe('image/png');
		await thumbnail.body?.cancel();

		expect(await readLedger(task_id)).toEqual({
			kinds: ['release', 'reserve', 'settle'],
			credits: account.spent,
			micro_usd: account.spent * 20_000
		});
		const product = await send('GET', `/api/products/${product_id}`);
		expect(await product.json()).toMatchObject({ status: 'modeled' });
	});

	it('three cut-outs go together, in their order, to the endpoint for several', async () => {
		const { task, account } = await runPaidTask('ok', 3);
		expect(task.status).toBe('succeeded');
		expect(account.tasks).toMatchObject([{ endpoint: 'multi-image-to-3d' }]);
		expect(account.tasks[0]?.images).toHaveLength(3);
	});

	it.each(['rate_limited_then_ok', 'rate_limited_without_retry_after', 'queue_full_then_ok'])(
		'%s: refused twice, asked again, made and paid once',
		async (scenario) => {
			const { task, task_id, account } = await runPaidTask(scenario);
			expect(task.status).toBe('succeeded');
			expect(account.posts.map(({ status }) => status)).toEqual([429, 429, 202]);
			expect((await readLedger(task_id)).credits).toBe(account.spent);
		}
	);

	it.each(['flaky_polls', 'malformed_json', 'unknown_fields', 'stuck_at_99', 'long_queue'])(
		'%s: waited out, made and paid once',
		async (scenario) => {
			const { task, account } = await runPaidTask(scenario);
			expect(task).toMatchObject({ status: 'succeeded', error: null });
			expect(account.posts).toHaveLength(1);
			expect(account.book).toHaveLength(1);
		}
	);

	it.each([
		['asset_truncated', 3],
		['asset_address_expired', 2],
		['asset_host_unavailable', 3]
	])('%s: fetched again from a fresh address until it is whole', async (scenario, downloads) => {
		const { task, account } = await runPaidTask(scenario);
		expect(task.status).toBe('succeeded');
		expect(account.tasks).toMatchObject([{ downloads }]);
		const file = await send('GET', task.model_url ?? '');
		expect((await file.arrayBuffer()).byteLength).toBe(task.output?.bytes);
	});
});

describe('a paid model that fails', () => {
	it.each([
		['failed', 'generation_failed', 'Failed to generate preview images'],
		['too_complex', 'generation_failed', 'show the product alone'],
		['failed_timeout', 'generation_failed', 'it took too long'],
		['failed_unavailable', 'generation_failed', 'in a few minutes'],
		['failed_input', 'generation_failed', 'Use other cut-outs'],
		['failed_moderation', 'generation_failed', 'blocked by its moderation'],
		['failed_uv', 'generation_failed', 'unwrap it anew'],
		['failed_format', 'generation_failed', 'Leave USDZ out'],
		['failed_unheard_of', 'generation_failed', 'A kind nobody knows yet.'],
		['out_of_credits', 'meshy_out_of_credits', 'Buy credits'],
		['bad_key', 'meshy_unauthorized', 'MESHY_API_KEY'],
		['queue_always_full', 'meshy_busy', 'no room'],
		['down', 'meshy_unavailable', 'Nothing was sent or charged']
	])('%s: ends with a sentence, costs nothing, holds nothing', async (scenario, code, words) => {
		const { task, task_id, account } = await runPaidTask(scenario);
		expect(task).toMatchObject({ status: 'failed', cost: 0, model_url: null, error: { code } });
		expect(task.error?.message).toContain(words);
		expect(account.spent).toBe(0);
		expect(await readLedger(task_id)).toMatchObject({ credits: 0, micro_usd: 0 });
	});

	it('a Meshy that is down is never sent anything; one that comes back is', async () => {
		const down = await runPaidTask('down');
		expect(down.account.posts).toHaveLength(0);
		expect((await readLedger(down.task_id)).kinds).toEqual(['release', 'reserve', 'settle']);
		const back = await runPaidTask('down_at_first');
		expect(back.task.status).toBe('succeeded');
		expect(back.account.posts).toHaveLength(1);
	});

	it.each([
		'asset_always_truncated',
		'asset_not_glb',
		'missing_glb_url',
		'asset_redirects',
		'asset_on_foreign_host'
	])('%s: never becomes a file, and what Meshy charged is booked', async (scenario) => {
		const { task, product_id, task_id, account } = await runPaidTask(scenario);
		expect(task).toMatchObject({
			status: 'failed',
			model_url: null,
			error: { code: 'result_unusable' }
		});
		const models = await env.DB.prepare(
			"select count(*) as n from assets where product_id = ? and kind = 'source_model'"
		)
			.bind(product_id)
			.first('n');
		expect(models).toBe(0);
		const listed = await env.BUCKET.list({ prefix: `products/${product_id}/` });
		expect(listed.objects.filter(({ key }) => key.endsWith('.glb'))).toEqual([]);
		expect(account.posts).toHaveLength(1);
		expect((await readLedger(task_id)).credits).toBe(account.spent);
	});

	it('a task Meshy has forgotten ends, booked as last seen', async () => {
		const { task, task_id } = await runPaidTask('expired');
		expect(task).toMatchObject({ status: 'failed', error: { code: 'result_unusable' } });
		expect((await readLedger(task_id)).credits).toBe(30);
	});
});

describe('asking for a paid model', () => {
	it('without a key header is refused', async () => {
		const request = await productWithCutouts(1);
		const response = await send('POST', '/api/generate-3d-model', {
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ provider: 'meshy', ...request })
		});
		expect(await refusalOf(response)).toMatchObject({
			status: 400,
			code: 'idempotency_key_missing'
		});
	});

	it('without a Meshy key is refused with the remedy, and nothing is held', async () => {
		const before = await readCosts();
		const response = await generateWith({ MESHY_API_KEY: '' }, await productWithCutouts(1));
		expect(response.status).toBe(409);
		expect(await response.text()).toContain('meshy_not_configured');
		expect(await readCosts()).toEqual(before);
	});

	it('twice with one key and one body is one task with one answer', async () => {
		await playScenario('ok');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		await workflows.modifyAll((m) => m.disableSleeps());
		const request = await productWithCutouts(1);
		const key = crypto.randomUUID();
		const answers = await Promise.all([1, 2, 3, 4].map(() => generate(request, key)));
		expect(answers.map(({ status }) => status).filter((status) => status === 202)).not.toEqual([]);
		for (const answer of answers) {
			if (answer.status !== 202) {
				expect(await refusalOf(answer)).toMatchObject({ code: 'idempotency_in_flight' });
			}
		}
		const again = accepted.parse(await (await generate(request, key)).json());
		const other = await generate({ ...request, settings: { target_polycount: 1000 } }, key);
		expect(await refusalOf(other)).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
		const [instance, ...more] = await workflows.get();
		expect(more).toEqual([]);
		await instance?.waitForStatus('complete');
		expect(accepted.parse(await (await generate(request, key)).json())).toEqual(again);
		expect((await readAccount()).posts).toHaveLength(1);
		expect((await readTask(again.task_id)).status).toBe('succeeded');
	});

	it('ten at once never pass the cap', async () => {
		await playScenario('ok');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		await workflows.modifyAll((m) => m.disableSleeps());
		const { day } = await readCosts();
		// Room for two models of $0.60, and a bit.
		const cap = (day.spent + day.held + 1.5).toFixed(2);
		const request = await productWithCutouts(1);
		const answers = await Promise.all(
			Array.from({ length: 10 }, () => generateWith({ SPEND_CAP_DAY_USD: cap }, request))
		);
		expect(answers.filter(({ status }) => status === 202)).toHaveLength(2);
		const refused = answers.filter(({ status }) => status === 402);
		expect(refused).toHaveLength(8);
		const text = (await refused[0]?.text()) ?? '';
		expect(text).toContain('spend_cap_reached');
		expect(text).toContain('$0.60');
		expect(text).toContain('SPEND_CAP_DAY_USD');
		for (const instance of await workflows.get()) await instance.waitForStatus('complete');
		const after = await readCosts();
		expect(after.day.spent + after.day.held).toBeLessThanOrEqual(Number(cap));
	});

	it('a refused request leaves its key free for another try', async () => {
		const request = await productWithCutouts(1);
		const key = crypto.randomUUID();
		const refused = await generateWith({ SPEND_CAP_MONTH_USD: '0' }, request, key);
		expect(refused.status).toBe(402);
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		await workflows.modifyAll((m) => m.disableSleeps());
		expect((await generateWith({}, request, key)).status).toBe(202);
		for (const instance of await workflows.get()) await instance.waitForStatus('complete');
	});

	it('a cap that is not a number falls back to the default, never to none', async () => {
		const response = await worker.fetch(
			new Request(`${ORIGIN}/api/costs`),
			{ ...env, SPEND_CAP_DAY_USD: 'unlimited', SPEND_CAP_MONTH_USD: '1e99' },
			createExecutionContext()
		);
		expect(await response.json()).toMatchObject({ day: { cap: 20 }, month: { cap: 200 } });
	});

	it('with another product’s cut-out, a mask or a WebP is refused', async () => {
		const mine = await productWithCutouts(1);
		const other = await productWithCutouts(1);
		const foreign = await generate({ ...mine, image_urls: other.image_urls });
		expect(await refusalOf(foreign)).toMatchObject({ status: 404, code: 'not_found' });
		const mask = await store(mine.product_id, 'mask', 'image/png', tinyPng(7));
		const wrong = await refusalOf(await generate({ ...mine, image_urls: [mask] }));
		expect(wrong).toMatchObject({ status: 409, code: 'asset_not_ready' });
		expect(wrong.message).toContain('a mask');
		const bytes = new TextEncoder().encode('RIFF\x04\0\0\0WEBPVP8L');
		const webp = await store(mine.product_id, 'cutout', 'image/webp', new Uint8Array(bytes));
		const unread = await refusalOf(await generate({ ...mine, image_urls: [webp] }));
		expect(unread).toMatchObject({ status: 409, code: 'unsupported_type' });
	});
});

it('a task whose Workflow was never started is started when somebody looks at it', async () => {
	await playScenario('ok');
	await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
	await workflows.modifyAll((m) => m.disableSleeps());
	const { product_id, image_urls } = await productWithCutouts(1);
	const task_id = crypto.randomUUID();
	await env.DB.prepare(
		"insert into processing_tasks (id, product_id, type, provider, status, input, created_at, updated_at) values (?, ?, '3d_generation', 'meshy', 'queued', ?, 1, 1)"
	)
		.bind(
			task_id,
			product_id,
			JSON.stringify({ provider: 'meshy', product_id, image_urls, settings: {} })
		)
		.run();
	await readTask(task_id);
	await expect
		.poll(async () => (await readTask(task_id)).status, { timeout: 20_000 })
		.toBe('succeeded');
	expect((await readAccount()).posts).toHaveLength(1);
	await workflows.get();
});

describe('canceling', () => {
	it('works while nothing was asked of Meshy and gives the reservation back', async () => {
		const product_id = await createProduct();
		const task_id = crypto.randomUUID();
		await env.DB.batch([
			env.DB.prepare(
				"insert into processing_tasks (id, product_id, type, provider, status, input, created_at, updated_at) values (?, ?, '3d_generation', 'meshy', 'queued', '{}', 1, 1)"
			).bind(task_id, product_id),
			env.DB.prepare(
				"insert into cost_entries (id, task_id, product_id, provider, kind, credits, micro_usd, created_at) values (?, ?, ?, 'meshy', 'reserve', 30, 600000, 1)"
			).bind(crypto.randomUUID(), task_id, product_id)
		]);
		const response = await send('POST', `/api/tasks/${task_id}/cancel`);
		expect(response.status).toBe(200);
		expect(await response.json()).toMatchObject({ status: 'canceled', cost: 0 });
		expect(await readLedger(task_id)).toMatchObject({ credits: 0, micro_usd: 0 });
		expect((await send('POST', `/api/tasks/${task_id}/cancel`)).status).toBe(200);
		expect(await readLedger(task_id)).toMatchObject({ kinds: ['release', 'reserve'] });
	});

	it('works while Meshy is busy: the Workflow then never asks again', async () => {
		await playScenario('queue_always_full');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		const request = await productWithCutouts(1);
		const { task_id } = accepted.parse(await (await generate(request)).json());
		await expect
			.poll(async () => (await readTask(task_id)).output, { timeout: 5000 })
			.toMatchObject({ waiting_for: 'slot' });
		const response = await send('POST', `/api/tasks/${task_id}/cancel`);
		expect(response.status).toBe(200);
		expect(await readTask(task_id)).toMatchObject({ status: 'canceled' });
		expect(await readLedger(task_id)).toMatchObject({ credits: 0 });
		expect((await readAccount()).posts).toHaveLength(1);
		await (await env.GENERATE_MODEL.get(task_id)).terminate();
		await workflows.get();
	});

	it('is honestly refused once Meshy was asked or the task has ended', async () => {
		const { task_id } = await runPaidTask('ok');
		const refusal = await refusalOf(await send('POST', `/api/tasks/${task_id}/cancel`));
		expect(refusal).toMatchObject({ status: 409, code: 'not_cancelable' });
		await env.DB.prepare("update processing_tasks set status = 'running' where id = ?")
			.bind(task_id)
			.run();
		const running = await refusalOf(await send('POST', `/api/tasks/${task_id}/cancel`));
		expect(running.message).toContain('offers no way to cancel');
	});
});

it('no address or key of Meshy’s, and no image, is in anything stored or answered', async () => {
	const said = (['error', 'warn', 'log'] as const).map((level) => vi.spyOn(console, level));
	await runPaidTask('asset_on_foreign_host');
	const { task_id, product_id } = await runPaidTask('ok', 2);
	const logged = said.flatMap((spy) => spy.mock.calls.flat().map(String));
	for (const spy of said) spy.mockRestore();
	const answers = await Promise.all(
		[
			`/api/tasks/${task_id}`,
			`/api/tasks?product_id=${product_id}`,
			'/api/tasks/attention',
			'/api/costs'
		].map(async (path) => (await send('GET', path)).text())
	);
	const text = [await everythingStored(), ...answers, ...logged].join('\n');
	expect(text).toContain(task_id);
	expect(text).toContain('/openapi/v1/multi-image-to-3d');
	for (const secret of [
		env.MESHY_BASE_URL,
		'models.example.com',
		KEY,
		'Signature=',
		'Expires=',
		'base64,'
	]) {
		expect(text).not.toContain(secret);
	}
});

it('every exchange with Meshy is recorded and measured', async () => {
	const { task_id, account } = await runPaidTask('ok');
	const rows = await env.DB.prepare(
		'select method, path, status_code from external_api_responses where task_id = ? order by id'
	)
		.bind(task_id)
		.all();
	const api = rows.results.filter(({ path }) => String(path).startsWith('/openapi/'));
	expect(api).toEqual(
		account.requests.map(({ method, path, status }) => ({ method, path, status_code: status }))
	);
	const measured = await env.DB.prepare(
		"select name from performance_metrics where kind = 'outbound' order by name"
	).all();
	expect(measured.results.map(({ name }) => name)).toEqual(
		expect.arrayContaining(['meshy GET file', 'meshy GET image-to-3d', 'meshy POST image-to-3d'])
	);
});
