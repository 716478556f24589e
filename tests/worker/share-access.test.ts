import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hashPassword, passwordHolds, signAccess } from '../../worker/share-access';
import { createShare, optimizedProduct, ORIGIN, refusalOf, send, sendJson } from './studio';

const NAME = 'Secret prototype';
const PASSWORD = 'open sesame';
let made: Awaited<ReturnType<typeof optimizedProduct>>;
beforeAll(async () => {
	made = await optimizedProduct(NAME, 10);
});

const unlock = (slug: string, password: string, from = '203.0.113.1') =>
	send('POST', `/api/public/shares/${slug}/unlock`, {
		headers: { 'content-type': 'application/json', 'cf-connecting-ip': from },
		body: JSON.stringify({ password })
	});
const opened = z.object({ access: z.string() });
const look = (slug: string, access?: string) =>
	send('GET', `/api/public/shares/${slug}`, {
		headers: access === undefined ? {} : { 'x-share-access': access }
	});
const shown = z.object({
	poster_url: z.string(),
	plain_url: z.string(),
	download_url: z.string().nullable(),
	lods: z.array(z.object({ url: z.string() }))
});
const row = (id: string) => env.DB.prepare('select * from shares where id = ?').bind(id).first();
const status = async (path: string) => {
	const response = await send('GET', path);
	await response.body?.cancel();
	return response.status;
};

describe('a password', () => {
	it('is kept as a salted slow hash only, and the list says just that there is one', async () => {
		const first = await createShare(made.product_id, { password: PASSWORD });
		const second = await createShare(made.product_id, { password: PASSWORD });
		const [a, b] = [await row(first.id), await row(second.id)];
		expect(JSON.stringify(a)).not.toContain(PASSWORD);
		expect(a?.password_hash).toMatch(/^pbkdf2-sha512\$100000\$/);
		expect(a?.password_hash).not.toBe(b?.password_hash);
		const listed = await (await send('GET', `/api/shares?product_id=${made.product_id}`)).text();
		expect(listed).toContain('"has_password":true');
		expect(listed).not.toMatch(/password_hash|access_key|pbkdf2/);
	});

	it('holds for itself in any Unicode form and for nothing else', async () => {
		const stored = await hashPassword('caf\u00e9 noir');
		expect(await passwordHolds('cafe\u0301 noir', stored)).toBe(true);
		expect(await passwordHolds('cafe noir', stored)).toBe(false);
		expect(await passwordHolds('', stored)).toBe(false);
	});

	it('opens the link and its files for whoever knows it; without it nothing of the product is told', async () => {
		const { slug } = await createShare(made.product_id, { password: PASSWORD });
		const locked = await look(slug);
		const text = await locked.clone().text();
		expect(await refusalOf(locked)).toMatchObject({ status: 401, code: 'password_required' });
		const page = await (await send('GET', `/s/${slug}`)).text();
		const embed = await (await send('GET', `/embed/${slug}`)).text();
		const oembed = await send(
			'GET',
			`/api/oembed?url=${encodeURIComponent(`${ORIGIN}/s/${slug}`)}`
		);
		expect(oembed.status).toBe(401);
		for (const leak of [text, page, embed, await oembed.text()]) {
			expect(leak).not.toMatch(/Secret prototype|og:|ld\+json|json\+oembed|\/files\//);
		}
		expect(page).toContain('<title>Protected link</title>');

		expect(await refusalOf(await unlock(slug, 'open sesam'))).toMatchObject({
			status: 401,
			code: 'wrong_password'
		});
		const { access } = opened.parse(await (await unlock(slug, PASSWORD)).json());
		const share = shown.parse(await (await look(slug, access)).json());
		for (const url of [share.poster_url, share.plain_url, share.lods[0]?.url ?? '']) {
			expect(await status(url)).toBe(200);
			expect(await status(url.split('?')[0] ?? '')).toBe(401);
		}
		expect(await status(`/s/${slug}/poster`)).toBe(401);
		// What an address of a file carries never opens the page.
		const of_file = new URL(share.poster_url, ORIGIN).searchParams.get('access') ?? '';
		expect((await look(slug, of_file)).status).toBe(401);
		expect((await send('GET', `/s/${slug}`)).headers.get('set-cookie')).toBeNull();
	});

	it('opens its own link only, for four hours, and ends when it is changed', async () => {
		const one = await createShare(made.product_id, { password: PASSWORD });
		const other = await createShare(made.product_id, { password: PASSWORD });
		const { access } = opened.parse(await (await unlock(one.slug, PASSWORD)).json());
		expect((await look(one.slug, access)).status).toBe(200);
		expect((await look(other.slug, access)).status).toBe(401);
		expect((await look(one.slug, access.replace(/.$/, 'x'))).status).toBe(401);
		const stored = await row(one.id);
		const keyed = { id: one.id, access_key: String(stored?.access_key) };
		const hours = (n: number) => Date.now() - n * 3_600_000;
		expect((await look(one.slug, await signAccess(keyed, 'page', hours(3.9)))).status).toBe(200);
		expect((await look(one.slug, await signAccess(keyed, 'page', hours(4.1)))).status).toBe(401);
		await sendJson('PATCH', `/api/shares/${one.id}`, { password: 'another one' });
		expect((await look(one.slug, access)).status).toBe(401);
		expect((await unlock(one.slug, PASSWORD)).status).toBe(401);
		expect((await unlock(one.slug, 'another one')).status).toBe(200);
		await sendJson('PATCH', `/api/shares/${one.id}`, { password: null });
		expect((await look(one.slug)).status).toBe(200);
	});

	it('cannot be guessed quickly: tries per link and network are counted, right ones too', async () => {
		const { slug } = await createShare(made.product_id, { password: PASSWORD });
		// The local limiter counts by the minute of the clock.
		const left = 60_000 - (Date.now() % 60_000);
		if (left < 10_000) await new Promise((resolve) => setTimeout(resolve, left));
		const tries = await Promise.all(
			Array.from({ length: 14 }, () => unlock(slug, 'wrong guess', '198.51.100.7'))
		);
		expect(tries.filter((answer) => answer.status === 401)).toHaveLength(10);
		const last = await unlock(slug, PASSWORD, '198.51.100.7');
		expect(last.headers.get('retry-after')).toBe('60');
		expect(await refusalOf(last)).toMatchObject({ status: 429, code: 'too_many_requests' });
		expect((await unlock(slug, PASSWORD, '198.51.100.8')).status).toBe(200);
	}, 30_000);

	it('does not show whether an expired, a revoked or an unknown link had one', async () => {
		const expired = await createShare(made.product_id, { password: PASSWORD });
		const revoked = await createShare(made.product_id, { password: PASSWORD });
		await env.DB.prepare('update shares set expires_at = 1 where id = ?').bind(expired.id).run();
		await send('DELETE', `/api/shares/${revoked.id}`);
		for (const slug of [expired.slug, revoked.slug, 'B'.repeat(24)]) {
			expect((await refusalOf(await look(slug))).code).toBe('share_unavailable');
			expect((await refusalOf(await unlock(slug, PASSWORD))).code).toBe('share_unavailable');
		}
	});

	it('has at least 6 characters', async () => {
		const short = await sendJson('POST', '/api/shares', {
			product_id: made.product_id,
			password: '12345'
		});
		expect((await refusalOf(short)).message).toContain('password');
	});
});

describe('download', () => {
	it('is refused by the server where it is not allowed, the plain file too unless the page asked for it', async () => {
		const { slug } = await createShare(made.product_id);
		const share = shown.parse(await (await look(slug)).json());
		expect(share.download_url).toBeNull();
		expect(await refusalOf(await send('GET', `/s/${slug}/download`))).toMatchObject({
			status: 403,
			code: 'download_not_allowed'
		});
		expect(await status(share.plain_url)).toBe(200);
		const bare = share.plain_url.split('?')[0] ?? '';
		expect((await refusalOf(await send('GET', bare))).code).toBe('download_not_allowed');
		expect(await status(share.lods[0]?.url ?? '')).toBe(200);
	});

	it('gives the file under the product’s name where it is allowed, until it is not any more', async () => {
		const named = await optimizedProduct('Stuhl "Größe 1"/2', 20);
		const { id, slug } = await createShare(named.product_id, { allow_download: true });
		const file = await send('GET', `/s/${slug}/download`);
		expect(file.status).toBe(200);
		expect(file.headers.get('content-type')).toBe('model/gltf-binary');
		expect(file.headers.get('content-disposition')).toBe(
			`attachment; filename="model.glb"; filename*=UTF-8''Stuhl%20Gr%C3%B6%C3%9Fe%201%202.glb`
		);
		await file.body?.cancel();
		await sendJson('PATCH', `/api/shares/${id}`, { allow_download: false });
		expect(await status(`/s/${slug}/download`)).toBe(403);
	});
});

describe('rotating', () => {
	it('gives a new address with the same settings; the old one is dead at once, with all it signed', async () => {
		const { id, slug } = await createShare(made.product_id, { label: 'Press', password: PASSWORD });
		const { access } = opened.parse(await (await unlock(slug, PASSWORD)).json());
		const rotated = await sendJson('POST', `/api/shares/${id}/rotate`, {});
		expect(rotated.status).toBe(200);
		const next = z
			.object({ id: z.string(), slug: z.string(), url: z.string(), label: z.string() })
			.parse(await rotated.json());
		expect(next).toMatchObject({ id, label: 'Press', url: `${ORIGIN}/s/${next.slug}` });
		expect(next.slug).not.toBe(slug);
		expect((await look(slug, access)).status).toBe(404);
		expect((await look(next.slug, access)).status).toBe(401);
		expect((await unlock(next.slug, PASSWORD)).status).toBe(200);
		expect(JSON.stringify(await row(id))).not.toContain(next.slug);
	});

	it('does not bring a revoked link back', async () => {
		const { id } = await createShare(made.product_id);
		await send('DELETE', `/api/shares/${id}`);
		const refused = await refusalOf(await sendJson('POST', `/api/shares/${id}/rotate`, {}));
		expect(refused).toMatchObject({ status: 409, code: 'share_revoked' });
		const nobody = await sendJson('POST', `/api/shares/${crypto.randomUUID()}/rotate`, {});
		expect(nobody.status).toBe(404);
	});

	it('and changing the password are in the audit log', async () => {
		const { id } = await createShare(made.product_id);
		await sendJson('POST', `/api/shares/${id}/rotate`, {});
		await sendJson('PATCH', `/api/shares/${id}`, { password: PASSWORD });
		await send('DELETE', `/api/shares/${id}`);
		const { results } = await env.DB.prepare(
			'select action from audit_log where subject = ? order by id'
		)
			.bind(id)
			.all();
		expect(results.map(({ action }) => action)).toEqual([
			'share.rotate',
			'share.password',
			'share.revoke'
		]);
	});
});
