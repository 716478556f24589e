import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deviceClassOf } from '../../worker/device-class';
import { createShare, optimizedProduct, send, sendJson } from './studio';

let product_id: string;
beforeAll(async () => {
	({ product_id } = await optimizedProduct('Counted chair', 40));
});

let visitor = 0;
/** Reports an event as a visitor of another network each time. */
const report = (slug: string, event: unknown, headers: Record<string, string> = {}) =>
	send('POST', `/api/public/shares/${slug}/events`, {
		headers: {
			'content-type': 'application/json',
			'cf-connecting-ip': `203.0.113.${visitor++ % 250}`,
			...headers
		},
		body: JSON.stringify(event)
	}).then((response) => response.status);

const IPHONE =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1';
const stats = z.object({
	views: z.number(),
	ar_starts: z.number(),
	loads: z.number(),
	load_mean_ms: z.number().nullable(),
	fast_share: z.number().nullable(),
	devices: z.object({ phone: z.number(), tablet: z.number(), desktop: z.number() }),
	daily: z.array(z.object({ day: z.string(), views: z.number(), ar_starts: z.number() })),
	rating: z.object({ count: z.number(), mean: z.number().nullable() })
});
const statsOf = async (id: string) =>
	stats.parse(await (await send('GET', `/api/shares/${id}/stats?days=7`)).json());

describe('the numbers of a link', () => {
	it('are added up per day, with nothing about who looked', async () => {
		const { id, slug } = await createShare(product_id);
		expect(await report(slug, { type: 'view' })).toBe(200);
		expect(await report(slug, { type: 'view' }, { 'user-agent': IPHONE })).toBe(200);
		expect(await report(slug, { type: 'loaded', load_ms: 1500.4 })).toBe(200);
		expect(await report(slug, { type: 'loaded', load_ms: 4500 })).toBe(200);
		expect(await report(slug, { type: 'ar_start' })).toBe(200);
		const { results } = await env.DB.prepare('select * from share_stats where share_id = ?')
			.bind(id)
			.all();
		expect(results).toEqual([
			{
				share_id: id,
				day: Math.floor(Date.now() / 86_400_000),
				views: 2,
				phone_views: 1,
				tablet_views: 0,
				ar_starts: 1,
				loads: 2,
				fast_loads: 1,
				load_ms_sum: 6000
			}
		]);
		const read = await statsOf(id);
		expect(read).toMatchObject({
			views: 2,
			ar_starts: 1,
			loads: 2,
			load_mean_ms: 3000,
			fast_share: 0.5,
			devices: { phone: 1, tablet: 0, desktop: 1 }
		});
		expect(read.daily).toHaveLength(7);
		expect(read.daily.at(-1)).toEqual({
			day: new Date().toISOString().slice(0, 10),
			views: 2,
			ar_starts: 1
		});
	});

	it('take only what can be true', async () => {
		const { slug } = await createShare(product_id);
		for (const bad of [
			{ type: 'loaded', load_ms: -1 },
			{ type: 'loaded', load_ms: 1e9 },
			{ type: 'rating', rating: 6 },
			{ type: 'rating', rating: 4.5 },
			{ type: 'sale' },
			'view'
		]) {
			expect(await report(slug, bad), JSON.stringify(bad)).toBe(400);
		}
	});

	it('do not grow with a reload loop, with robots, or with other sites’ pages', async () => {
		const { id, slug } = await createShare(product_id);
		const loop = { 'cf-connecting-ip': '192.0.2.9' };
		for (let i = 0; i < 40; i++) await report(slug, { type: 'view' }, loop);
		await report(slug, { type: 'view' }, { 'user-agent': 'Googlebot/2.1' });
		expect(await report(slug, { type: 'view' }, { 'sec-fetch-site': 'cross-site' })).toBe(403);
		expect((await statsOf(id)).views).toBe(12);
	});

	it('count days apart and leave out what is older than asked for', async () => {
		const { id } = await createShare(product_id);
		const today = Math.floor(Date.now() / 86_400_000);
		for (const [ago, views] of [
			[0, 1],
			[6, 10],
			[7, 100]
		] as const) {
			await env.DB.prepare('insert into share_stats (share_id, day, views) values (?, ?, ?)')
				.bind(id, today - ago, views)
				.run();
		}
		const { views, daily } = await statsOf(id);
		expect(views).toBe(11);
		expect([daily[0]?.views, daily.at(-1)?.views]).toEqual([10, 1]);
	});

	it('stand in the list and on the dashboard', async () => {
		const { id, slug } = await createShare(product_id, { label: 'Fair' });
		for (let i = 0; i < 3; i++) await report(slug, { type: 'view' });
		const list = z
			.object({
				shares: z.array(z.object({ id: z.string(), numbers: z.object({ views: z.number() }) }))
			})
			.parse(await (await send('GET', `/api/shares?product_id=${product_id}`)).json());
		expect(list.shares.find((share) => share.id === id)?.numbers.views).toBe(3);
		const summary = z
			.object({
				shares: z.object({
					views: z.number(),
					daily: z.array(z.object({ views: z.number() })),
					most_seen: z.array(z.looseObject({ share_id: z.string(), views: z.number() }))
				})
			})
			.parse(await (await send('GET', '/api/metrics/summary?days=30')).json());
		const { results } = await env.DB.prepare('select sum(views) as n from share_stats').all();
		expect(summary.shares.views).toBe(results[0]?.n);
		expect(summary.shares.daily).toHaveLength(30);
		expect(summary.shares.most_seen).toContainEqual(
			expect.objectContaining({ share_id: id, views: 3, label: 'Fair', name: 'Counted chair' })
		);
	});
});

describe('a visitor’s rating', () => {
	const given = z.object({ count: z.number(), histogram: z.array(z.number()) });
	/** Of all who rated, and of visitors alone. */
	const satisfaction = async () => {
		const summary = z
			.object({ satisfaction: given, shares: z.object({ satisfaction: given }) })
			.parse(await (await send('GET', '/api/metrics/summary')).json());
		return { all: summary.satisfaction, visitors: summary.shares.satisfaction };
	};

	it('feeds the satisfaction of the dashboard and the numbers of the link; the owner’s is no visitor’s', async () => {
		const { id, slug } = await createShare(product_id);
		const before = await satisfaction();
		expect(await report(slug, { type: 'rating', rating: 5 })).toBe(200);
		expect(await report(slug, { type: 'rating', rating: 2 })).toBe(200);
		expect((await statsOf(id)).rating).toEqual({ count: 2, mean: 3.5 });
		await sendJson('POST', '/api/feedback', { product_id, rating: 5 });
		expect((await statsOf(id)).rating.count).toBe(2);
		const after = await satisfaction();
		expect(after.all.count - before.all.count).toBe(3);
		expect((after.all.histogram[4] ?? 0) - (before.all.histogram[4] ?? 0)).toBe(2);
		expect(after.visitors.count - before.visitors.count).toBe(2);
	});

	it('is kept at most 200 times a day per link', async () => {
		const { id, slug } = await createShare(product_id);
		await env.DB.prepare(
			`with recursive n(i) as (select 1 union all select i + 1 from n where i < 199)
			insert into feedback (id, product_id, share_id, rating, created_at)
			select 'r' || i || ?1, ?2, ?1, 5, ?3 from n`
		)
			.bind(id, product_id, Date.now())
			.run();
		for (let i = 0; i < 3; i++) await report(slug, { type: 'rating', rating: 1 });
		expect((await statsOf(id)).rating.count).toBe(200);
	});
});

it('the device is told by the client hint or the User-Agent', () => {
	const of = (headers: Record<string, string>) => deviceClassOf(new Headers(headers));
	expect(of({ 'user-agent': IPHONE })).toBe('phone');
	expect(of({ 'user-agent': 'Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140 Mobile' })).toBe(
		'phone'
	);
	expect(of({ 'user-agent': 'Mozilla/5.0 (Linux; Android 15; SM-X910) Chrome/140' })).toBe(
		'tablet'
	);
	expect(of({ 'user-agent': 'Mozilla/5.0 (iPad; CPU OS 18_0) Mobile/15E148' })).toBe('tablet');
	expect(of({ 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140' })).toBe('desktop');
	expect(of({ 'sec-ch-ua-mobile': '?1', 'user-agent': 'Mozilla/5.0 Chrome/140' })).toBe('phone');
	expect(of({})).toBe('desktop');
});

it('deleting the product deletes its numbers and ratings', async () => {
	const gone = await optimizedProduct('Gone chair', 50);
	const { id, slug } = await createShare(gone.product_id);
	await report(slug, { type: 'view' });
	await report(slug, { type: 'rating', rating: 3 });
	expect((await send('DELETE', `/api/products/${gone.product_id}`)).status).toBe(200);
	for (const table of ['share_stats', 'feedback']) {
		const left = await env.DB.prepare(`select count(*) as n from ${table} where share_id = ?`)
			.bind(id)
			.first<number>('n');
		expect(left, table).toBe(0);
	}
});
