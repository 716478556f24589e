import { env } from 'cloudflare:workers';
import { drizzle } from 'drizzle-orm/d1';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newestProducts } from '../../worker/db/products';
import {
	createProduct,
	createShare,
	optimize,
	optimizedProduct,
	refusalOf,
	send,
	sendJson
} from './studio';

const page = z.object({
	products: z.array(z.object({ id: z.string(), name: z.string(), status: z.string() })),
	next_cursor: z.string().nullable()
});

async function list(query = '') {
	const response = await send('GET', `/api/products${query}`);
	expect(response.status).toBe(200);
	return page.parse(await response.json());
}

const countRows = async (table: string, column: string, value: string) =>
	env.DB.prepare(`select count(*) as n from ${table} where ${column} = ?`)
		.bind(value)
		.first<number>('n');

describe('the list', () => {
	it('is newest first, and its pages hold every product once, also those of one millisecond', async () => {
		const at = Date.now() + 1000;
		const ids = Array.from({ length: 7 }, (_, i) => `00000000-0000-7000-8000-00000000000${i}`);
		await env.DB.batch(
			ids.map((id) =>
				env.DB.prepare(
					'insert into products (id, name, status, created_at, updated_at) values (?, ?, ?, ?, ?)'
				).bind(id, 'Page', 'new', at, at)
			)
		);
		const seen: string[] = [];
		let cursor: string | null = '';
		while (cursor !== null) {
			const { products, next_cursor } = await list(
				`?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
			);
			seen.push(...products.map((product) => product.id));
			cursor = next_cursor;
		}
		expect(seen.slice(0, 7)).toEqual(ids.toReversed());
		expect(new Set(seen).size).toBe(seen.length);
	});

	it('finds part of a name in any case, and takes % and _ for themselves', async () => {
		await createProduct('Walnut Side Table');
		await createProduct('50% wool throw');
		expect((await list('?query=side%20t')).products.map((p) => p.name)).toEqual([
			'Walnut Side Table'
		]);
		expect((await list('?query=50%25%20w')).products.map((p) => p.name)).toEqual([
			'50% wool throw'
		]);
		expect((await list('?query=W_lnut')).products).toEqual([]);
		expect((await list('?query=%25')).products.map((p) => p.name)).toEqual(['50% wool throw']);
	});

	it('finds by status', async () => {
		const { product_id } = await optimizedProduct('Status lamp', 40);
		const ids = (await list('?status=optimized')).products.map((product) => product.id);
		expect(ids).toContain(product_id);
		expect((await list('?status=new')).products.map((p) => p.id)).not.toContain(product_id);
	});

	it('refuses a cursor that is not its own and an unknown status', async () => {
		expect((await refusalOf(await send('GET', '/api/products?cursor=x'))).code).toBe(
			'invalid_request'
		);
		expect((await refusalOf(await send('GET', '/api/products?status=x'))).message).toContain(
			'status'
		);
	});

	it('finds the place of a cursor in the index, with and without a status', async () => {
		const cursor = { created_at: Date.now(), id: '00000000-0000-7000-8000-000000000000' };
		for (const status of [undefined, 'new'] as const) {
			const { sql, params } = newestProducts(drizzle(env.DB), cursor, status).limit(25).toSQL();
			const plan = await env.DB.prepare(`explain query plan ${sql}`)
				.bind(...params)
				.all<{ detail: string }>();
			expect(plan.results.map((row) => row.detail)).toEqual([
				status
					? 'SEARCH products USING INDEX products_by_status (status=? AND (created_at,id)<(?,?))'
					: 'SEARCH products USING INDEX products_by_created ((created_at,id)<(?,?))'
			]);
		}
	});
});

describe('one product', () => {
	it('comes with its files, its newest model and its newest optimization', async () => {
		const made = await optimizedProduct('Brass lamp', 1);
		const second = await optimize(made.product_id, made.model_url, 7);
		const response = await send('GET', `/api/products/${made.product_id}`);
		expect(await response.json()).toMatchObject({
			id: made.product_id,
			name: 'Brass lamp',
			status: 'optimized',
			poster_url: second.poster_url,
			cutouts: [{ url: made.cutout_url, content_type: 'image/png' }],
			masks: [],
			source_model: { provider: 'draft', model_url: made.model_url, triangles: 1200, cost: 0 },
			optimization: {
				lods: [{ level: 0, url: second.lod_url, triangles: 600 }],
				plain_url: second.plain_url,
				poster_url: second.poster_url,
				settings: { texture_size: 1024 }
			},
			shares_count: 0,
			rating: null
		});
	});

	it('can be changed, field by field', async () => {
		const id = await createProduct('Stool');
		const response = await sendJson('PATCH', `/api/products/${id}`, {
			height_m: 0.45,
			brand: 'Ply'
		});
		expect(await response.json()).toMatchObject({ name: 'Stool', brand: 'Ply', height_m: 0.45 });
		const cleared = await sendJson('PATCH', `/api/products/${id}`, { brand: null });
		expect(await cleared.json()).toMatchObject({ name: 'Stool', brand: null, height_m: 0.45 });
	});

	it('that does not exist is not found', async () => {
		const nowhere = '/api/products/00000000-0000-7000-8000-0000000000ff';
		for (const method of ['GET', 'DELETE']) {
			expect((await refusalOf(await send(method, nowhere))).code).toBe('not_found');
		}
		expect((await refusalOf(await sendJson('PATCH', nowhere, { name: 'X' }))).code).toBe(
			'not_found'
		);
	});
});

describe('deleting', () => {
	it('takes rows, files and links along, and leaves the ledger and a trace', async () => {
		const made = await optimizedProduct('Gone chair', 20);
		const { slug } = await createShare(made.product_id);
		await sendJson('POST', '/api/feedback', { product_id: made.product_id, rating: 4 });
		await env.DB.prepare(
			"insert into cost_entries (id, task_id, product_id, provider, kind, credits, micro_usd, created_at) values ('c1', 't1', ?, 'meshy', 'settle', 20, 400000, 1)"
		)
			.bind(made.product_id)
			.run();
		const prefix = `products/${made.product_id}/`;
		expect((await env.BUCKET.list({ prefix })).objects).toHaveLength(5);

		const response = await send('DELETE', `/api/products/${made.product_id}`);
		expect(response.status).toBe(200);
		for (const table of ['assets', 'processing_tasks', 'shares', 'feedback']) {
			expect(await countRows(table, 'product_id', made.product_id)).toBe(0);
		}
		expect((await env.BUCKET.list({ prefix })).objects).toHaveLength(0);
		expect((await send('GET', `/s/${slug}`)).status).toBe(404);
		expect((await send('GET', made.model_url)).status).toBe(404);
		expect(await countRows('cost_entries', 'product_id', made.product_id)).toBe(1);
		expect(await countRows('audit_log', 'subject', made.product_id)).toBe(1);
	});

	it('waits while a 3D model is being made and paid for', async () => {
		const id = await createProduct('Busy chair');
		await env.DB.prepare(
			"insert into processing_tasks (id, product_id, type, provider, status, input, created_at, updated_at) values ('busy', ?, '3d_generation', 'meshy', 'running', '{}', 1, 1)"
		)
			.bind(id)
			.run();
		expect(await refusalOf(await send('DELETE', `/api/products/${id}`))).toMatchObject({
			status: 409
		});
		expect((await send('GET', `/api/products/${id}`)).status).toBe(200);
	});
});

describe('rating', () => {
	it('keeps one rating of the owner per product, the last', async () => {
		const product_id = await createProduct('Rated vase');
		for (const rating of [2, 5]) {
			const response = await sendJson('POST', '/api/feedback', { product_id, rating });
			expect(response.status).toBe(200);
		}
		expect(await countRows('feedback', 'product_id', product_id)).toBe(1);
		const product = await send('GET', `/api/products/${product_id}`);
		expect(await product.json()).toMatchObject({ rating: 5 });
	});

	it('refuses 0, 6 and an unknown product', async () => {
		const product_id = await createProduct();
		for (const rating of [0, 6, 3.5]) {
			const response = await sendJson('POST', '/api/feedback', { product_id, rating });
			expect((await refusalOf(response)).code).toBe('invalid_request');
		}
		const nowhere = { product_id: '00000000-0000-7000-8000-0000000000ff', rating: 3 };
		expect((await refusalOf(await sendJson('POST', '/api/feedback', nowhere))).code).toBe(
			'not_found'
		);
	});
});
