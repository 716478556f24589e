import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { wireTask } from './stand-in';
import {
	announce,
	createProduct,
	optimizedProduct,
	refusalOf,
	send,
	sendJson,
	store,
	tinyGlb,
	tinyPng
} from './studio';

const photo = () => `local:${crypto.randomUUID()}`;
const score = { sharpness: 0.9, resolution: 1, exposure: 0.8, subject: 0.7, total: 0.85 };
const statusOf = async (product_id: string) =>
	z
		.object({ status: z.string(), poster_url: z.string().nullish() })
		.parse(await (await send('GET', `/api/products/${product_id}`)).json());
const tasksOf = async (product_id: string) =>
	z
		.object({ tasks: z.array(wireTask) })
		.parse(await (await send('GET', `/api/tasks?product_id=${product_id}`)).json()).tasks;

describe('selecting images', () => {
	it('is recorded on each call and moves the product on', async () => {
		const product_id = await createProduct();
		const image_urls = [photo(), photo(), photo()];
		const request = {
			product_id,
			image_urls,
			scores: [score, score, score],
			selected_images: image_urls.slice(0, 2),
			processing_time: 1.5
		};
		const response = await sendJson('POST', '/api/select-images', request);
		expect(response.status).toBe(200);
		expect(await response.json()).toMatchObject({
			product_id,
			selected_images: image_urls.slice(0, 2),
			selected_count: 2
		});
		expect((await sendJson('POST', '/api/select-images', request)).status).toBe(200);
		expect((await statusOf(product_id)).status).toBe('selected');
		expect(await tasksOf(product_id)).toMatchObject(
			Array(2).fill({
				type: 'image_selection',
				status: 'succeeded',
				cost: 0,
				processing_time: 1.5
			})
		);
	});

	it.each([
		[
			'a choice that was not offered',
			(urls: string[]) => ({ selected_images: [photo(), urls[0]] })
		],
		['a choice named twice', (urls: string[]) => ({ selected_images: [urls[0], urls[0]] })],
		['a score too few', () => ({ scores: [score] })],
		['an unknown product', () => ({ product_id: crypto.randomUUID() })]
	])('%s is refused and nothing is recorded', async (_, change) => {
		const product_id = await createProduct();
		const image_urls = [photo(), photo()];
		const response = await sendJson('POST', '/api/select-images', {
			product_id,
			image_urls,
			scores: [score, score],
			selected_images: [image_urls[0]],
			...change(image_urls)
		});
		expect([400, 404]).toContain((await refusalOf(response)).status);
		expect(await tasksOf(product_id)).toEqual([]);
	});
});

describe('a person’s own model', () => {
	it('is recorded as finished, free and not guessed, whatever its units make of its size', async () => {
		const product_id = await createProduct();
		const model_url = await store(product_id, 'source_model', 'model/gltf-binary', tinyGlb(1));
		const size = { width_m: 400, height_m: 250, depth_m: 0 };
		const response = await sendJson('POST', '/api/generate-3d-model', {
			provider: 'own',
			product_id,
			model_url,
			triangles: 12,
			size,
			processing_time: 0.5
		});
		expect(response.status).toBe(202);
		expect(await response.json()).toMatchObject({ product_id, status: 'succeeded', cost: 0 });
		const product = await (await send('GET', `/api/products/${product_id}`)).json();
		expect(product).toMatchObject({
			status: 'modeled',
			source_model: { provider: 'own', triangles: 12, size, sides_guessed: false }
		});
	});

	it('is refused while its file is another product’s', async () => {
		const [product_id, other] = [await createProduct(), await createProduct()];
		const model_url = await store(other, 'source_model', 'model/gltf-binary', tinyGlb(2));
		const response = await sendJson('POST', '/api/generate-3d-model', {
			provider: 'own',
			product_id,
			model_url,
			triangles: 12,
			size: { width_m: 1, height_m: 1, depth_m: 1 },
			processing_time: 0
		});
		expect((await refusalOf(response)).status).toBeGreaterThanOrEqual(400);
		expect(await tasksOf(product_id)).toEqual([]);
	});
});

describe('removing backgrounds', () => {
	const processed = (processed_url: string, mask_url: string) => ({
		original_url: photo(),
		processed_url,
		mask_url,
		engine: 'backdrop',
		device: 'cpu',
		processing_time: 2
	});

	it('sums time, cost and success and moves the product on', async () => {
		const product_id = await createProduct();
		const cutout = await store(product_id, 'cutout', 'image/png', tinyPng(1));
		const mask = await store(product_id, 'mask', 'image/png', tinyPng(2));
		const response = await sendJson('POST', '/api/remove-backgrounds', {
			product_id,
			processed_images: [processed(cutout, mask), { ...processed(cutout, mask), edited: true }],
			attempted: 4
		});
		expect(response.status).toBe(200);
		expect(await response.json()).toMatchObject({
			total_processing_time: 4,
			total_cost: 0,
			success_rate: 0.5,
			processed_images: [{ edited: false }, { edited: true }]
		});
		expect((await statusOf(product_id)).status).toBe('cut_out');
	});

	it('names the file that is missing, unfinished, foreign or of another kind', async () => {
		const product_id = await createProduct();
		const other = await createProduct();
		const cutout = await store(product_id, 'cutout', 'image/png', tinyPng(1));
		const mask = await store(product_id, 'mask', 'image/png', tinyPng(2));
		const foreign = await store(other, 'mask', 'image/png', tinyPng(3));
		const { asset_id } = await announce({
			product_id,
			kind: 'mask',
			content_type: 'image/png',
			bytes: 16,
			sha256: '0'.repeat(64)
		});
		const ask = async (first: string, second: string) =>
			refusalOf(
				await sendJson('POST', '/api/remove-backgrounds', {
					product_id,
					processed_images: [processed(first, second)],
					attempted: 1
				})
			);
		expect(await ask(cutout, `/files/${crypto.randomUUID()}`)).toMatchObject({
			status: 404,
			code: 'not_found'
		});
		expect(await ask(cutout, foreign)).toMatchObject({ status: 404, code: 'not_found' });
		const pending = await ask(cutout, `/files/${asset_id}`);
		expect(pending).toMatchObject({ status: 409, code: 'asset_not_ready' });
		expect(pending.message).toContain('processed_images[0].mask_url');
		const swapped = await ask(mask, cutout);
		expect(swapped).toMatchObject({ status: 409, code: 'asset_not_ready' });
		expect(swapped.message).toContain('a mask, but a cut-out');
		expect(await tasksOf(product_id)).toEqual([]);
	});
});

describe('optimizing', () => {
	it('records the levels with their stored lengths, sets the poster, and never moves a product back', async () => {
		const { product_id, lod_url, poster_url } = await optimizedProduct();
		const [optimization, generation] = await tasksOf(product_id);
		expect(optimization).toMatchObject({
			type: 'model_optimization',
			model_url: lod_url,
			processing_time: 3
		});
		expect(generation).toMatchObject({ type: '3d_generation', provider: 'draft', cost: 0 });
		const poster = await env.DB.prepare('select poster_asset_id from products where id = ?')
			.bind(product_id)
			.first('poster_asset_id');
		expect(poster_url).toBe(`/files/${String(poster)}`);
		expect((await statusOf(product_id)).status).toBe('optimized');
		const image = photo();
		await sendJson('POST', '/api/select-images', {
			product_id,
			image_urls: [image],
			scores: [score],
			selected_images: [image]
		});
		expect((await statusOf(product_id)).status).toBe('optimized');
	});

	it('levels with a gap are refused', async () => {
		const { product_id, model_url, lod_url, plain_url, poster_url } = await optimizedProduct();
		const response = await sendJson('POST', '/api/optimize-model', {
			product_id,
			model_url,
			lods: [{ level: 1, url: lod_url, triangles: 1, bytes: 1 }],
			plain_url,
			poster_url,
			settings: { texture_size: 1024 },
			source: { triangles: 1, bytes: 1 },
			size: { width_m: 1, height_m: 1, depth_m: 1 },
			processing_time: 1
		});
		expect(await refusalOf(response)).toMatchObject({ status: 400, code: 'invalid_request' });
	});
});

describe('a draft model', () => {
	it('sent twice with one key is recorded once', async () => {
		const product_id = await createProduct();
		const cutout = await store(product_id, 'cutout', 'image/png', tinyPng());
		const model_url = await store(product_id, 'source_model', 'model/gltf-binary', tinyGlb());
		const key = crypto.randomUUID();
		const ask = () =>
			send('POST', '/api/generate-3d-model', {
				headers: { 'content-type': 'application/json', 'idempotency-key': key },
				body: JSON.stringify({
					provider: 'draft',
					product_id,
					image_urls: [cutout],
					model_url,
					triangles: 12,
					size: { width_m: 1, height_m: 1, depth_m: 1 },
					processing_time: 2
				})
			});
		const first = await ask();
		expect(first.status).toBe(202);
		expect(await (await ask()).json()).toEqual(await first.json());
		expect(await tasksOf(product_id)).toMatchObject([
			{ status: 'succeeded', provider: 'draft', model_url, cost: 0, processing_time: 2 }
		]);
		expect((await statusOf(product_id)).status).toBe('modeled');
	});
});

it('providers say whether they are set up and what they cost, before anybody pays', async () => {
	const providers = await (await send('GET', '/api/providers')).json();
	expect(providers).toMatchObject([
		{
			name: 'draft',
			configured: true,
			capabilities: { runs_on: 'device', max_images: 8 },
			price: { credits: 0, usd: 0 }
		},
		{
			name: 'meshy',
			configured: true,
			capabilities: { runs_on: 'provider', max_images: 4, formats: ['glb', 'usdz'] },
			price: { credits: 30, usd: 0.6 }
		}
	]);
	expect(JSON.stringify(providers)).not.toContain(env.MESHY_API_KEY);
});

it('the ledger is listed in pages, newest first', async () => {
	const insert = env.DB.prepare(
		"insert into cost_entries (id, task_id, product_id, provider, kind, credits, micro_usd, created_at) values (?, ?, 'p', 'meshy', 'reserve', 30, 600000, ?)"
	);
	const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
	// Two in the same millisecond.
	await env.DB.batch(ids.map((id, i) => insert.bind(id, id, 1000 + Math.min(i, 3))));
	const page = z.object({
		entries: z.array(z.object({ id: z.string(), created_at: z.number(), usd: z.number() })),
		next_cursor: z.string().nullable()
	});
	const seen: { id: string; created_at: number }[] = [];
	let cursor: string | null = '';
	while (cursor !== null) {
		const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
		const { entries, next_cursor } = page.parse(
			await (await send('GET', `/api/costs?limit=2${query}`)).json()
		);
		expect(entries.length).toBeLessThanOrEqual(2);
		seen.push(...entries);
		cursor = next_cursor;
	}
	expect(seen.map(({ id }) => id).sort()).toEqual([...ids].sort());
	expect(seen.map(({ created_at }) => created_at)).toEqual([1003, 1003, 1002, 1001, 1000]);
	expect((await refusalOf(await send('GET', '/api/costs?cursor=x'))).status).toBe(400);
});
