import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import worker from '../../worker/index';
import { ORIGIN, refusalOf, send } from './studio';

const TOKEN = 'correct horse battery staple';

/** A request to a studio that has a token. */
async function sendTo(url: string, init: RequestInit = {}, token = TOKEN): Promise<Response> {
	const ctx = createExecutionContext();
	const response = await worker.fetch(new Request(url, init), { ...env, STUDIO_TOKEN: token }, ctx);
	await waitOnExecutionContext(ctx);
	return response;
}

function signIn(origin: string, token: string, ip = '203.0.113.1') {
	return sendTo(`${origin}/api/session`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', 'cf-connecting-ip': ip },
		body: JSON.stringify({ token })
	});
}

describe('without a token', () => {
	it.each(['http://127.0.0.1:8787', 'http://localhost:5173', 'http://[::1]:8787'])(
		'%s is served',
		async (origin) => {
			expect((await sendTo(`${origin}/api/products`, {}, '')).status).toBe(200);
		}
	);

	it.each(['/api/products', '/api/config', '/files/x', '/metrics', '/api/nothing'])(
		'%s on another host is closed and says how to open it',
		async (path) => {
			const refusal = await refusalOf(await sendTo(`https://studio.example.com${path}`, {}, ''));
			expect(refusal).toMatchObject({ status: 403, code: 'studio_closed' });
			expect(refusal.message).toContain('wrangler secret put STUDIO_TOKEN');
		}
	);

	it('a host that only begins like a loopback one is closed', async () => {
		for (const host of ['127.0.0.1.example.com', 'localhost.example.com', '127.0.0.2']) {
			expect((await sendTo(`http://${host}/api/products`, {}, '')).status).toBe(403);
		}
	});

	it('a host that rebinds to this machine cannot sign itself in', async () => {
		const response = await sendTo(
			'http://rebind.example.com/api/session',
			{
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ token: 'x' })
			},
			''
		);
		expect(response.status).toBe(403);
		expect(response.headers.get('set-cookie')).toBeNull();
	});
});

describe('with a token', () => {
	it('a loopback host needs it too', async () => {
		expect(await refusalOf(await sendTo(`${ORIGIN}/api/products`))).toMatchObject({
			status: 401,
			code: 'unauthorized'
		});
	});

	it.each(['/api/health', '/api/session', '/api/public/shares/x', '/s/x', '/embed/x'])(
		'%s is public',
		async (path) => {
			expect([200, 404]).toContain((await sendTo(`https://studio.example.com${path}`)).status);
		}
	);

	it('a path that only begins like a public one is not', async () => {
		for (const path of ['/api/healthy', '/api/session/x', '/api/publicity']) {
			expect((await sendTo(`https://studio.example.com${path}`)).status).toBe(401);
		}
	});

	it('the bearer token opens, a wrong one does not', async () => {
		const url = 'https://studio.example.com/api/products';
		const bearer = (token: string) =>
			sendTo(url, {
				headers: { authorization: `Bearer ${token}`, 'cf-connecting-ip': '203.0.113.9' }
			});
		expect((await bearer(TOKEN)).status).toBe(200);
		expect(await refusalOf(await bearer(`${TOKEN}!`))).toMatchObject({
			status: 401,
			code: 'wrong_token'
		});
	});

	it('a sign-in gives a cookie that opens, and only while the token stays', async () => {
		const origin = 'https://studio.example.com';
		const response = await signIn(origin, TOKEN);
		expect(response.status).toBe(200);
		const set = response.headers.get('set-cookie') ?? '';
		expect(set).toMatch(/HttpOnly/i);
		expect(set).toMatch(/SameSite=Strict/i);
		expect(set).toMatch(/Secure/i);
		expect(set).toContain(`Max-Age=${30 * 24 * 3600}`);
		expect(set).not.toContain(TOKEN);
		const cookie = set.split(';')[0] ?? '';

		expect((await sendTo(`${origin}/api/products`, { headers: { cookie } })).status).toBe(200);
		const asked = await sendTo(`${origin}/api/session`, { headers: { cookie } });
		expect(await asked.json()).toEqual({ ways: ['token'], user: 'studio' });
		const rotated = await sendTo(`${origin}/api/products`, { headers: { cookie } }, 'new token');
		expect(rotated.status).toBe(401);
	});

	it('a cookie with a later expiry or a cut signature does not open', async () => {
		const response = await signIn(ORIGIN, TOKEN);
		const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
		expect(response.headers.get('set-cookie')).not.toMatch(/Secure/i);
		const [name, value = ''] = cookie.split('=');
		const [expires, mac = ''] = value.split('.');
		const forged = [
			`${Number(expires) + 1}.${mac}`,
			`${expires}.${mac.slice(1)}`,
			`${expires}.`,
			''
		];
		for (const bad of forged) {
			const answer = await sendTo(`${ORIGIN}/api/products`, {
				headers: { cookie: `${name}=${bad}` }
			});
			expect(answer.status).toBe(401);
		}
	});

	it('signing out takes the cookie away', async () => {
		const response = await sendTo(`${ORIGIN}/api/session`, { method: 'DELETE' });
		expect(response.headers.get('set-cookie')).toMatch(/Max-Age=0/);
	});

	it('guessing is slowed for the one who guesses, also by bearer, and for nobody else', async () => {
		const statuses: number[] = [];
		for (let i = 0; i < 12; i++) {
			statuses.push((await signIn(ORIGIN, `guess ${i}`, '198.51.100.7')).status);
		}
		expect(statuses.slice(0, 10)).toEqual(new Array(10).fill(401));
		expect(statuses.slice(10)).toEqual([429, 429]);
		expect((await signIn(ORIGIN, TOKEN, '198.51.100.7')).status).toBe(429);
		const bearer = await sendTo(`${ORIGIN}/api/products`, {
			headers: { authorization: `Bearer ${TOKEN}`, 'cf-connecting-ip': '198.51.100.7' }
		});
		expect(bearer.status).toBe(429);
		expect(bearer.headers.get('retry-after')).toBe('60');
		expect((await signIn(ORIGIN, TOKEN, '198.51.100.8')).status).toBe(200);
	});
});

describe('requests from other sites', () => {
	const create = (headers: Record<string, string>) =>
		send('POST', '/api/products', {
			headers: { 'content-type': 'application/json', ...headers },
			body: JSON.stringify({ name: 'Chair' })
		});

	it.each([
		['a foreign Origin', { origin: 'https://evil.example.com' }],
		['another port of this machine', { origin: 'http://127.0.0.1:3000' }],
		['an opaque Origin', { origin: 'null' }],
		['Sec-Fetch-Site cross-site', { 'sec-fetch-site': 'cross-site' }],
		['Sec-Fetch-Site same-site', { 'sec-fetch-site': 'same-site', origin: ORIGIN }]
	])('%s cannot change anything', async (_name, headers) => {
		expect(await refusalOf(await create(headers))).toMatchObject({
			status: 403,
			code: 'unauthorized'
		});
	});

	it('a form of another site cannot either, not even without a body', async () => {
		const response = await send('POST', '/api/tasks/x/cancel', {
			headers: { origin: 'https://evil.example.com' }
		});
		expect(response.status).toBe(403);
	});

	it('our own page and programs without an Origin can', async () => {
		expect((await create({ origin: ORIGIN, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
		expect((await create({})).status).toBe(201);
	});
});

describe('every answer', () => {
	it('carries a request id, is not stored, and has our shape when there is nothing', async () => {
		const response = await send('GET', '/api/nothing');
		expect(response.headers.get('cache-control')).toBe('no-store');
		expect(response.headers.get('x-content-type-options')).toBe('nosniff');
		expect(await refusalOf(response)).toMatchObject({ status: 404, code: 'not_found' });
	});

	it('refuses a body over the limit and one that is not JSON', async () => {
		const post = (body: string) =>
			send('POST', '/api/products', { headers: { 'content-type': 'application/json' }, body });
		expect(await refusalOf(await post(`{"name":"${'x'.repeat(300_000)}"}`))).toMatchObject({
			status: 413,
			code: 'payload_too_large'
		});
		expect(await refusalOf(await post('{"name":'))).toMatchObject({
			status: 400,
			code: 'invalid_request'
		});
	});

	it('names the wrong field without repeating what was sent', async () => {
		const response = await send('POST', '/api/products', {
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ name: 'Chair', width_m: 'a secret' })
		});
		const { code, message } = await refusalOf(response);
		expect(code).toBe('invalid_request');
		expect(message).toContain('width_m');
		expect(message).not.toContain('secret');
	});

	it('keeps the cause of an unexpected failure to itself', async () => {
		const ctx = createExecutionContext();
		const broken = { ...env };
		Reflect.deleteProperty(broken, 'DB');
		const response = await worker.fetch(new Request(`${ORIGIN}/api/products`), broken, ctx);
		await waitOnExecutionContext(ctx);
		const { status, code, message } = await refusalOf(response);
		expect([status, code]).toEqual([500, 'internal']);
		expect(message).not.toMatch(/undefined|prepare|DB/);
	});
});

it('configuration names no secret', async () => {
	const response = await send('GET', '/api/config');
	expect(await response.json()).toEqual({
		meshy_configured: true,
		model_base_url: env.MODEL_BASE_URL,
		uploads: 'worker'
	});
});

it('health says that the database and the storage answer', async () => {
	const response = await send('GET', '/api/health');
	expect(await response.json()).toEqual({ ok: true, database: true, storage: true });
});
