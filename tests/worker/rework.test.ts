import { introspectWorkflow } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signFilePath } from '../../worker/clients/signed-file';
import { reworkRequest } from '../../worker/contract';
import { claimKey } from '../../worker/db/idempotency';
import {
	accepted,
	generate,
	playScenario,
	productWithCutouts,
	readAccount,
	readLedger,
	readTask,
	runPaidTask
} from './stand-in';
import { refusalOf, send, sha256Hex, store, tinyGlb } from './studio';

function rework(request: object, key: string = crypto.randomUUID()) {
	return send('POST', '/api/rework-model', {
		headers: { 'content-type': 'application/json', 'idempotency-key': key },
		body: JSON.stringify(request)
	});
}

/** What a key stands for. */
const hashOf = (request: object) =>
	sha256Hex(new Uint8Array(new TextEncoder().encode(JSON.stringify(request))));

/** Runs a paid request to its end, with all pauses taken out. */
async function finish(request: () => Promise<Response>) {
	await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
	await workflows.modifyAll((m) => m.disableSleeps());
	const response = await request();
	expect(response.status).toBe(202);
	const { task_id } = accepted.parse(await response.json());
	const [instance] = await workflows.get();
	await instance?.waitForStatus('complete');
	return readTask(task_id);
}

describe('changing a model', () => {
	it.each([
		['remesh', { target_polycount: 8000, topology: 'quad' }, 5],
		['remesh', { decimation_mode: 2, target_formats: ['glb', 'usdz'] }, 5],
		['retexture', { text_style_prompt: 'walnut' }, 10],
		['retexture', { text_style_prompt: 'walnut', texture_resolution: '8k' }, 15]
	])(
		'%s with %j makes a new stored model of Meshy’s own task, at its own price',
		async (operation, settings, credits) => {
			const { task, product_id } = await runPaidTask('ok');
			const { model_url } = task;
			const changed = await finish(() => rework({ operation, product_id, model_url, settings }));
			expect(changed).toMatchObject({ status: 'succeeded', cost: credits * 0.02 });
			expect(changed.model_url).not.toBe(model_url);
			const { tasks } = await readAccount();
			expect(tasks[1]).toMatchObject({
				endpoint: operation,
				parameters: { input_task_id: tasks[0]?.id, ...settings }
			});
			expect(await readLedger(changed.task_id)).toMatchObject({ credits });
		}
	);

	it('paints from the product’s own cut-outs, the front first, without words', async () => {
		const { task, product_id, image_urls } = await runPaidTask('ok', 2);
		const settings = {
			ai_model: 'meshy-n1',
			multiview_image_urls: image_urls,
			enable_pbr: false,
			target_formats: ['glb', 'usdz']
		};
		const request = { operation: 'retexture', product_id, model_url: task.model_url, settings };
		const changed = await finish(() => rework(request));
		expect(changed).toMatchObject({ status: 'succeeded', cost: 0.2 });
		expect(changed.output?.usdz_url).toMatch(/^\/files\//);
		const painted = (await readAccount()).tasks[1];
		expect(painted?.parameters).toMatchObject({
			ai_model: 'meshy-n1',
			multiview_image_urls: ['[file]', '[file]']
		});
		expect(painted?.parameters).not.toHaveProperty('text_style_prompt');
	});

	it.each(['remesh', 'retexture'])(
		'%s: eight parallel requests with one key are one task, paid once; with another body 422, under way 409',
		async (operation) => {
			const { task, product_id } = await runPaidTask('ok');
			const settings = operation === 'remesh' ? {} : { text_style_prompt: 'walnut' };
			const request = { operation, product_id, model_url: task.model_url, settings };
			const key = crypto.randomUUID();
			const answers: Response[] = [];
			const first = await finish(async () => {
				answers.push(...(await Promise.all(Array.from({ length: 8 }, () => rework(request, key)))));
				const taken = answers.find(({ status }) => status === 202);
				if (!taken) throw new Error('none was accepted');
				return taken.clone();
			});
			for (const answer of answers) {
				if (answer.status === 202) {
					expect(accepted.parse(await answer.json()).task_id).toBe(first.task_id);
				} else {
					const refusal = await refusalOf(answer);
					expect(refusal).toMatchObject({ status: 409, code: 'idempotency_in_flight' });
				}
			}
			const again = accepted.parse(await (await rework(request, key)).json());
			expect(again.task_id).toBe(first.task_id);
			const other = { ...request, settings: { ...settings, target_formats: ['glb', 'usdz'] } };
			expect(await refusalOf(await rework(other, key))).toMatchObject({
				status: 422,
				code: 'idempotency_key_reused'
			});
			// A key belongs to one request, whichever of the paying calls it came with.
			const { image_urls } = await productWithCutouts(1);
			const model = await generate({ product_id, image_urls }, key);
			expect((await refusalOf(model)).status).toBe(422);
			const { posts } = await readAccount();
			expect(posts.filter(({ path }) => path.endsWith(operation))).toHaveLength(1);
			expect((await readLedger(first.task_id)).kinds).toEqual(['release', 'reserve', 'settle']);
			expect((await rework(request, '')).status).toBe(400);
		}
	);

	it('whose key is claimed and not answered yet is in flight: 409, and nothing is held', async () => {
		const { task, product_id } = await runPaidTask('ok');
		const request = reworkRequest.parse({
			operation: 'remesh',
			product_id,
			model_url: task.model_url
		});
		const key = crypto.randomUUID();
		await claimKey(env.DB, key, await hashOf(request), Date.now());
		const before = await env.DB.prepare('select count(*) as n from cost_entries').first('n');
		expect(await refusalOf(await rework(request, key))).toMatchObject({
			status: 409,
			code: 'idempotency_in_flight'
		});
		expect(await env.DB.prepare('select count(*) as n from cost_entries').first('n')).toBe(before);
	});

	it('of a model Meshy does not keep is refused with what to do, and nothing is held', async () => {
		const { product_id } = await productWithCutouts(1);
		const model_url = await store(product_id, 'source_model', 'model/gltf-binary', tinyGlb());
		const refusal = await refusalOf(await rework({ operation: 'remesh', product_id, model_url }));
		expect(refusal.status).toBe(409);
		expect(refusal.message).toContain('PUBLIC_URL');
	});

	it.each([
		{ operation: 'retexture', settings: {} },
		{ operation: 'retexture', settings: { text_style_prompt: 'a', image_style_url: '/files/x' } },
		{ operation: 'remesh', settings: { target_polycount: 50 } },
		{ operation: 'remesh', settings: { symmetry_mode: 'on' } },
		{ operation: 'remesh', settings: { target_formats: ['usdz'] } },
		{ operation: 'retexture', settings: { text_style_prompt: 'oak', ai_model: 'meshy-n1' } },
		{ operation: 'retexture', settings: { text_style_prompt: 'oak', ai_model: 'meshy-7.1' } },
		{ operation: 'rig', settings: {} }
	])('%j is refused', async (request) => {
		const [product_id, id] = [crypto.randomUUID(), crypto.randomUUID()];
		const response = await rework({ ...request, product_id, model_url: `/files/${id}` });
		expect(response.status).toBe(400);
	});
});

describe('a new model', () => {
	it.each([
		[{ ai_model: 'meshy-5' }, 'ai_model'],
		[{ ai_model: 'latest' }, 'ai_model'],
		[{ ai_model: 'meshy-6', geometry_resolution: '2k' }, 'geometry_resolution'],
		[{ ai_model: 'meshy-t2', target_polycount: 20_000 }, 'target_polycount'],
		[{ target_formats: ['usdz'] }, 'target_formats'],
		[{ texture_prompt: 'x'.repeat(601) }, 'texture_prompt'],
		[{ texture_prompt: 'oak', should_texture: false }, 'should_texture'],
		[{ symmetry_mode: 'on' }, 'not known']
	])('with %j is refused, naming what is wrong', async (settings, named) => {
		const { product_id, image_urls } = await productWithCutouts(1);
		const refusal = await refusalOf(await generate({ product_id, image_urls, settings }));
		expect(refusal).toMatchObject({ status: 400, code: 'invalid_request' });
		expect(refusal.message).toContain(named);
	});

	it.each([
		[{ ai_model: 'meshy-t2', target_polycount: 4000 }, 'takes one image'],
		[{ geometry_resolution: '4k' }, 'single image']
	])('of two images with %j is refused', async (settings, why) => {
		const { product_id, image_urls } = await productWithCutouts(2);
		const refusal = await refusalOf(await generate({ product_id, image_urls, settings }));
		expect(refusal).toMatchObject({ status: 400 });
		expect(refusal.message).toContain(why);
	});

	it('with USDZ and pictures from around: all are stored, checked and ours', async () => {
		await playScenario('ok');
		const { product_id, image_urls } = await productWithCutouts(1);
		const settings = { target_formats: ['glb', 'usdz'], multi_view_thumbnails: true };
		const task = await finish(() => generate({ product_id, image_urls, settings }));
		const output = z
			.object({
				usdz_url: z.string(),
				thumbnail_url: z.string(),
				thumbnail_urls: z.array(z.string()).length(4)
			})
			.parse(task.output);
		const usdz = await send('GET', output.usdz_url);
		expect(usdz.headers.get('content-type')).toBe('model/vnd.usdz+zip');
		expect(await usdz.text()).toMatch(/^PK/);
		for (const url of [output.thumbnail_url, ...output.thumbnail_urls]) {
			expect((await send('GET', url)).headers.get('content-type')).toBe('image/png');
		}
		expect(JSON.stringify(task)).not.toMatch(/https?:/);
	});
});

describe('an address for a provider to fetch a file', () => {
	const SECRET = 'msy_test_key';

	it('gives that file and no other, to anybody who has it, for an hour', async () => {
		const { image_urls, product_id } = await productWithCutouts(1);
		const id = image_urls[0]?.slice('/files/'.length) ?? '';
		const path = await signFilePath(SECRET, id, 'png', Date.now());
		const answer = await send('GET', path);
		expect(answer.status).toBe(200);
		expect(answer.headers.get('content-type')).toBe('image/png');
		expect(answer.headers.get('cache-control')).toContain('no-store');
		await answer.body?.cancel();

		const mask = await store(
			product_id,
			'mask',
			'image/png',
			Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 9, 9, 9, 9)
		);
		const mask_id = mask.slice('/files/'.length);
		const wrong = [
			path.replace(id, crypto.randomUUID()),
			path.replace(/\/\d+\//, (part) => `/${Number(part.slice(1, -1)) + 1}/`),
			path.replace(/[0-9a-f](?=\/file)/, (digit) => (digit === '0' ? '1' : '0')),
			await signFilePath(SECRET, id, 'png', Date.now() - 3_700_000),
			await signFilePath('another key', id, 'png', Date.now()),
			await signFilePath(SECRET, mask_id, 'png', Date.now())
		];
		for (const other of wrong) expect((await send('GET', other)).status).toBe(404);
	});
});

it('a product that is deleted is deleted at Meshy too', async () => {
	const { product_id, account } = await runPaidTask('ok');
	expect(account.tasks).toHaveLength(1);
	expect((await send('DELETE', `/api/products/${product_id}`)).status).toBe(200);
	await expect.poll(async () => (await readAccount()).tasks.length).toBe(0);
});
