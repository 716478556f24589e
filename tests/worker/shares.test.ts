import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
	ORIGIN,
	createProduct,
	createShare,
	optimize,
	optimizedProduct,
	refusalOf,
	send,
	sendJson,
	tinyGlb
} from './studio';

const NAME = `Chair "O'Hara" <script>alert(1)</script> & co`;
let made: Awaited<ReturnType<typeof optimizedProduct>>;
beforeAll(async () => {
	made = await optimizedProduct(NAME);
});

/** What is the same in two answers apart from the request's own id. */
async function comparable(response: Response) {
	const headers = Object.fromEntries(response.headers);
	const request_id = headers['x-request-id'] ?? '-';
	delete headers['x-request-id'];
	return {
		status: response.status,
		headers,
		body: (await response.text()).replace(request_id, '')
	};
}

async function expire(share_id: string) {
	await env.DB.prepare('update shares set expires_at = ? where id = ?')
		.bind(Date.now() - 1, share_id)
		.run();
}

describe('making a link', () => {
	it('gives at least 128 bits once and stores only their hash', async () => {
		const { id, slug, url } = await createShare(made.product_id, { label: 'For Ann' });
		expect(slug).toMatch(/^[\w-]{22,}$/);
		expect(url).toBe(`${ORIGIN}/s/${slug}`);
		const row = await env.DB.prepare('select * from shares where id = ?').bind(id).first();
		expect(JSON.stringify(row)).not.toContain(slug);
		expect(row?.slug_hash).toMatch(/^[0-9a-f]{64}$/);
		const listed = await send('GET', `/api/shares?product_id=${made.product_id}`);
		const text = await listed.text();
		expect(text).toContain(id);
		expect(text).not.toContain(slug);
		expect(text).not.toContain(String(row?.slug_hash));
	});

	it('needs an optimized model', async () => {
		const product_id = await createProduct();
		const refusal = await refusalOf(await sendJson('POST', '/api/shares', { product_id }));
		expect(refusal).toMatchObject({ status: 409, code: 'asset_not_ready' });
		expect(refusal.message).toMatch(/optimize/i);
	});

	it('refuses an expiry in the past', async () => {
		const past = { product_id: made.product_id, expires_at: Date.now() - 1000 };
		expect((await refusalOf(await sendJson('POST', '/api/shares', past))).message).toContain(
			'expires_at'
		);
	});

	it('marks the product as shared and counts the link until it is revoked', async () => {
		const { product_id } = await optimizedProduct('Counted', 60);
		const { id } = await createShare(product_id);
		const product = () => send('GET', `/api/products/${product_id}`).then((r) => r.json());
		expect(await product()).toMatchObject({ status: 'shared', shares_count: 1 });
		expect((await send('DELETE', `/api/shares/${id}`)).status).toBe(200);
		expect(await product()).toMatchObject({ shares_count: 0 });
	});

	it('lists page by page', async () => {
		const ids: string[] = [];
		let next: string | null = '';
		while (next !== null) {
			const response = await send('GET', `/api/shares?limit=1${next && `&cursor=${next}`}`);
			const page = z
				.object({
					shares: z.array(z.object({ id: z.string() })),
					next_cursor: z.string().nullable()
				})
				.parse(await response.json());
			ids.push(...page.shares.map((share) => share.id));
			next = page.next_cursor;
		}
		const total = await env.DB.prepare('select count(*) as n from shares').first<number>('n');
		expect(ids).toHaveLength(total ?? -1);
		expect(new Set(ids).size).toBe(ids.length);
	});
});

describe('what a link shows', () => {
	it('is the newest optimization, so that the link stays when the model gets better', async () => {
		const { slug } = await createShare(made.product_id, { allow_download: true });
		const better = await optimize(made.product_id, made.model_url, 30);
		const response = await send('GET', `/api/public/shares/${slug}`);
		const publicUrl = (url: string) => url.replace('/files/', `/s/${slug}/files/`);
		expect(await response.json()).toEqual({
			product: { name: NAME, brand: null, width_m: null, height_m: null, depth_m: null },
			poster_url: publicUrl(better.poster_url),
			lods: [
				{ level: 0, url: publicUrl(better.lod_url), triangles: 600, bytes: tinyGlb(130).length }
			],
			plain_url: publicUrl(better.plain_url),
			download_url: `/s/${slug}/download`,
			allow_comments: false,
			usdz_url: null,
			stills: [],
			view_descriptions: {},
			hotspots: [],
			provider: 'draft',
			sides_guessed: true,
			expires_at: null
		});
	});

	it('tells what its owner said of the product’s sides, and refuses sides there are none of', async () => {
		const { product_id } = await optimizedProduct('Described', 77);
		const { slug } = await createShare(product_id);
		const path = `/api/products/${product_id}`;
		const view_descriptions = { back: 'A plain back.', front_above: 'Looking into the mug.' };
		expect((await sendJson('PATCH', path, { view_descriptions })).status).toBe(200);
		const shown = await send('GET', `/api/public/shares/${slug}`);
		expect(await shown.json()).toMatchObject({ view_descriptions });
		const wrong = await sendJson('PATCH', path, { view_descriptions: { inside: 'x' } });
		expect(wrong.status).toBe(400);
	});

	it('tells what its owner said of points of it, in order; refuses points without a name or place, and too many', async () => {
		const { product_id } = await optimizedProduct('Pointed out', 78);
		const { slug } = await createShare(product_id);
		const path = `/api/products/${product_id}`;
		const view = { azimuth: 0.4, polar: 1.3, zoom: 2, target: [0.5, 0.5, 0.5] };
		const point = { position: [0.5, 1, 0.2], normal: [0, 1, 0], view };
		const hotspots = [
			{ ...point, label: 'Lid', text: 'Oak, oiled.' },
			{ ...point, label: 'Rim', text: '' }
		];
		expect((await sendJson('PATCH', path, { hotspots })).status).toBe(200);
		const shown = await send('GET', `/api/public/shares/${slug}`);
		expect(await shown.json()).toMatchObject({ hotspots });
		for (const wrong of [
			[{ ...point, label: ' ' }],
			[{ ...point, label: 'Lid', position: [0, 0] }],
			[{ ...point, label: 'Lid', text: 'x'.repeat(301) }],
			Array.from({ length: 13 }, () => hotspots[0])
		]) {
			expect((await sendJson('PATCH', path, { hotspots: wrong })).status).toBe(400);
		}
		const after = await send('GET', `/api/public/shares/${slug}`);
		expect(await after.json()).toMatchObject({ hotspots });
	});

	it('gives the files of the model to any site, and no other file of the product', async () => {
		const { slug } = await createShare(made.product_id);
		const answer = z
			.object({
				plain_url: z.string(),
				poster_url: z.string(),
				lods: z.array(z.object({ url: z.string() }))
			})
			.parse(await (await send('GET', `/api/public/shares/${slug}`)).json());
		for (const url of [answer.plain_url, answer.poster_url, answer.lods[0]?.url ?? '']) {
			const file = await send('GET', url, { headers: { range: 'bytes=0-3' } });
			expect(file.status).toBe(206);
			expect(file.headers.get('access-control-allow-origin')).toBe('*');
			expect(file.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
			await file.body?.cancel();
		}
		const other = await optimizedProduct('Other', 90);
		for (const url of [made.cutout_url, made.model_url, other.lod_url]) {
			const file = await send('GET', url.replace('/files/', `/s/${slug}/files/`));
			expect((await refusalOf(file)).code).toBe('share_unavailable');
		}
	});

	it('stops with the link: unknown, expired and revoked answer the same in every way', async () => {
		const expired = await createShare(made.product_id);
		const revoked = await createShare(made.product_id);
		await expire(expired.id);
		await send('DELETE', `/api/shares/${revoked.id}`);
		const unknown = 'A'.repeat(24);
		const asset = made.lod_url.split('/').at(-1);
		const asks = [
			(slug: string) => send('GET', `/api/public/shares/${slug}`),
			(slug: string) => sendJson('POST', `/api/public/shares/${slug}/events`, { type: 'view' }),
			(slug: string) => send('GET', `/s/${slug}/files/${asset}`),
			(slug: string) => send('GET', `/s/${slug}`),
			(slug: string) => send('GET', `/embed/${slug}`)
		];
		for (const ask of asks) {
			const nothing = await comparable(await ask(unknown));
			expect(nothing.status).toBe(404);
			expect(await comparable(await ask(expired.slug))).toEqual(nothing);
			expect(await comparable(await ask(revoked.slug))).toEqual(nothing);
		}
	});

	it('comes back when its expiry is lifted, not when it was revoked', async () => {
		const { id, slug } = await createShare(made.product_id);
		await expire(id);
		const lift = () => sendJson('PATCH', `/api/shares/${id}`, { expires_at: null });
		expect((await lift()).status).toBe(200);
		expect((await send('GET', `/api/public/shares/${slug}`)).status).toBe(200);
		await send('DELETE', `/api/shares/${id}`);
		await lift();
		expect((await send('GET', `/api/public/shares/${slug}`)).status).toBe(404);
	});
});

describe('the pages', () => {
	it('describe the product for chat programs, whatever characters its name has', async () => {
		const { slug } = await createShare(made.product_id);
		const response = await send('GET', `/s/${slug}`);
		expect(response.status).toBe(200);
		const html = await response.text();
		expect(html).not.toContain('<script>alert');
		const found: Record<string, string> = {};
		let titles = 0;
		await new HTMLRewriter()
			.on('head > meta', {
				element(meta) {
					const key = meta.getAttribute('property') ?? meta.getAttribute('name');
					if (key) found[key] = meta.getAttribute('content') ?? '';
				}
			})
			.on('head > title', { element: () => void titles++ })
			.transform(new Response(html))
			.text();
		const escaped = NAME.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
		expect(titles).toBe(1);
		expect(found).toMatchObject({
			robots: 'noindex',
			'og:title': escaped,
			'og:url': `${ORIGIN}/s/${slug}`,
			'og:image:type': 'image/png',
			'twitter:card': 'summary_large_image'
		});
		expect(found['og:image']).toMatch(new RegExp(`^${ORIGIN}/s/${slug}/files/[0-9a-f-]{36}$`));
		expect((await send('GET', found['og:image'] ?? '')).status).toBe(200);
	});

	it('let others frame the embed and nobody frame the page', async () => {
		const { slug } = await createShare(made.product_id);
		const page = await send('GET', `/s/${slug}`);
		expect(page.headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
		const embed = await send('GET', `/embed/${slug}`);
		expect(Object.fromEntries(embed.headers)).toMatchObject({
			'content-security-policy': 'frame-ancestors *',
			'cross-origin-resource-policy': 'cross-origin',
			'cross-origin-embedder-policy': 'require-corp'
		});
		expect(embed.headers.get('x-frame-options')).toBeNull();
	});

	it('let only the sites frame the embed that its owner named, from the moment they are changed', async () => {
		const { id, slug } = await createShare(made.product_id, {
			embed_origins: ['https://shop.example', 'http://localhost:3000']
		});
		const policy = async () =>
			(await send('GET', `/embed/${slug}`)).headers.get('content-security-policy');
		expect(await policy()).toBe('frame-ancestors https://shop.example http://localhost:3000');
		await sendJson('PATCH', `/api/shares/${id}`, { embed_origins: [] });
		expect(await policy()).toBe("frame-ancestors 'none'");
		await sendJson('PATCH', `/api/shares/${id}`, { embed_origins: null });
		expect(await policy()).toBe('frame-ancestors *');
		for (const bad of ['https://shop.example/cart', "'self'", 'https://a; script-src *', '*']) {
			const refused = await sendJson('PATCH', `/api/shares/${id}`, { embed_origins: [bad] });
			expect(refused.status, bad).toBe(400);
		}
	});

	it('say nothing of a product whose link is gone', async () => {
		const { id, slug } = await createShare(made.product_id);
		await send('DELETE', `/api/shares/${id}`);
		const html = await (await send('GET', `/s/${slug}`)).text();
		expect(html).toContain('<title>Link unavailable</title>');
		expect(html).not.toMatch(/Chair|og:/);
	});
});

describe('other pages', () => {
	it('the studio of a product is isolated and not framed', async () => {
		const response = await send('GET', `/studio/${made.product_id}`);
		expect(response.status).toBe(200);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'cross-origin-opener-policy': 'same-origin',
			'cross-origin-embedder-policy': 'require-corp',
			'x-frame-options': 'DENY'
		});
	});

	it('an address that leads nowhere is 404', async () => {
		for (const path of ['/nowhere', '/studio/a/b', '/s', '/s/a/b']) {
			expect((await send('GET', path)).status).toBe(404);
		}
	});
});
