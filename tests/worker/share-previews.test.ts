import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createShare, optimizedProduct, ORIGIN, refusalOf, send, sendJson } from './studio';

const HOSTILE = `Lamp </script><script>alert(1)</script> "x" <!-- & 'y'`;
let made: Awaited<ReturnType<typeof optimizedProduct>>;
beforeAll(async () => {
	made = await optimizedProduct(HOSTILE, 30);
	await sendJson('PATCH', `/api/products/${made.product_id}`, {
		brand: 'Fritz & Co',
		sku: 'L-1',
		height_m: 0.42
	});
});

/** The head as a parser sees it: texts of scripts by type, and the tags' attributes. */
async function headOf(slug: string) {
	const response = await send('GET', `/s/${slug}`);
	const html = await response.text();
	const data: string[] = [];
	let scripts = 0;
	const links: Record<string, string> = {};
	const metas: Record<string, string> = {};
	await new HTMLRewriter()
		.on('head script[type="application/ld+json"]', {
			text: ({ text }) => void (data[0] = (data[0] ?? '') + text)
		})
		.on('head script', { element: () => void scripts++ })
		.on('head link[type="application/json+oembed"]', {
			element: (link) => void (links.oembed = unescapeHtml(link.getAttribute('href') ?? ''))
		})
		.on('head meta', {
			element(meta) {
				const key = meta.getAttribute('property') ?? meta.getAttribute('name');
				if (key) metas[key] = meta.getAttribute('content') ?? '';
			}
		})
		.transform(new Response(html))
		.text();
	return { html, headers: response.headers, json: data[0] ?? '', scripts, links, metas };
}
const unescapeHtml = (text: string) =>
	text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

describe('JSON-LD', () => {
	it('is valid and whole whatever the name holds', async () => {
		const { slug } = await createShare(made.product_id);
		const { json, html } = await headOf(slug);
		expect(json).not.toContain('<');
		expect(html).not.toContain('<script>alert');
		expect(JSON.parse(json)).toEqual({
			'@context': 'https://schema.org',
			'@type': 'Product',
			name: HOSTILE,
			brand: { '@type': 'Brand', name: 'Fritz & Co' },
			sku: 'L-1',
			image: expect.stringContaining(`/s/${slug}/files/`),
			url: `${ORIGIN}/s/${slug}`,
			height: { '@type': 'QuantitativeValue', value: 0.42, unitCode: 'MTR' },
			subjectOf: {
				'@type': '3DModel',
				name: HOSTILE,
				url: `${ORIGIN}/s/${slug}`,
				embedUrl: `${ORIGIN}/embed/${slug}`,
				thumbnailUrl: expect.stringContaining(`/s/${slug}/files/`),
				dateModified: expect.stringMatching(/^\d{4}-/)
			}
		});
	});

	it('names the file only where it may be downloaded, and that address gives it', async () => {
		const { slug } = await createShare(made.product_id, { allow_download: true });
		const { json } = await headOf(slug);
		const [encoding] = z
			.object({
				subjectOf: z.object({
					encoding: z.array(z.object({ contentUrl: z.url(), encodingFormat: z.string() }))
				})
			})
			.parse(JSON.parse(json)).subjectOf.encoding;
		expect(encoding?.encodingFormat).toBe('model/gltf-binary');
		const file = await send('GET', encoding?.contentUrl ?? '');
		expect(file.headers.get('content-type')).toBe('model/gltf-binary');
		await file.body?.cancel();
	});
});

describe('search engines', () => {
	it('are kept away unless the owner lets them in, and always from protected links and embeds', async () => {
		const hidden = await headOf((await createShare(made.product_id)).slug);
		expect(hidden.metas.robots).toBe('noindex');
		expect(hidden.headers.get('x-robots-tag')).toBe('noindex');
		const { id, slug } = await createShare(made.product_id, { allow_indexing: true });
		const listed = await headOf(slug);
		expect(listed.metas.robots).toBeUndefined();
		expect(listed.headers.get('x-robots-tag')).toBeNull();
		expect((await send('GET', `/embed/${slug}`)).headers.get('x-robots-tag')).toBe('noindex');
		await sendJson('PATCH', `/api/shares/${id}`, { password: 'a password' });
		const locked = await headOf(slug);
		expect(locked.metas.robots).toBe('noindex');
		expect(locked.headers.get('x-robots-tag')).toBe('noindex');
	});
});

const rich = z.object({
	version: z.literal('1.0'),
	type: z.literal('rich'),
	html: z.string(),
	width: z.number(),
	height: z.number(),
	title: z.string(),
	author_name: z.string(),
	thumbnail_url: z.string().optional()
});
const oembed = (query: Record<string, string>) =>
	send('GET', `/api/oembed?${new URLSearchParams(query)}`);

describe('oEmbed', () => {
	it('is found from the page’s head and gives a frame that is allowed', async () => {
		const { slug } = await createShare(made.product_id);
		const { links } = await headOf(slug);
		const response = await send('GET', links.oembed ?? '');
		expect(response.headers.get('access-control-allow-origin')).toBe('*');
		const answer = rich.parse(await response.json());
		expect(answer).toMatchObject({ width: 800, height: 600, author_name: 'Fritz & Co' });
		expect(answer.title).toBe(`${HOSTILE} by Fritz & Co`);
		let src = '';
		let tags = 0;
		await new HTMLRewriter()
			.on('*', {
				element(element) {
					tags++;
					src = element.getAttribute('src') ?? '';
				}
			})
			.transform(new Response(answer.html))
			.text();
		expect(tags).toBe(1);
		expect(src).toBe(`${ORIGIN}/embed/${slug}`);
		const frame = await send('GET', src);
		expect(frame.status).toBe(200);
		expect(frame.headers.get('content-security-policy')).toContain('frame-ancestors *');
	});

	it.each([
		[{ maxwidth: '400' }, 400, 300],
		[{ maxheight: '300' }, 400, 300],
		[{ maxwidth: '1000', maxheight: '150' }, 200, 150],
		[{ maxwidth: '1' }, 1, 1],
		[{ maxwidth: '10000' }, 800, 600]
	])('keeps within %j', async (limits, width, height) => {
		const { slug } = await createShare(made.product_id);
		const response = await oembed({ url: `${ORIGIN}/embed/${slug}`, ...limits });
		expect(rich.parse(await response.json())).toMatchObject({ width, height });
	});

	it('answers nothing but live links of this server, and JSON only', async () => {
		const { id, slug } = await createShare(made.product_id);
		const url = `${ORIGIN}/s/${slug}`;
		expect((await oembed({ url, format: 'xml' })).status).toBe(501);
		expect((await oembed({ url, maxwidth: '0' })).status).toBe(400);
		await send('DELETE', `/api/shares/${id}`);
		for (const bad of [
			url,
			`https://evil.example/s/${slug}`,
			`${ORIGIN}/studio/${made.product_id}`,
			'not an address',
			`${ORIGIN}/s/${slug}/poster`
		]) {
			expect((await refusalOf(await oembed({ url: bad }))).code).toBe('share_unavailable');
		}
	});

	it('needs no sign-in', async () => {
		const answer = await send(
			'GET',
			'https://studio.example/api/oembed?url=https://studio.example/s/x'
		);
		expect(answer.status).toBe(404);
	});
});

it('the poster has an address that stays, for pictures in other pages', async () => {
	const { slug } = await createShare(made.product_id);
	const poster = await send('GET', `/s/${slug}/poster`);
	expect(poster.status).toBe(200);
	expect(poster.headers.get('content-type')).toBe('image/png');
	expect(poster.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
	await poster.body?.cancel();
});
