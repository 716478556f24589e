import {
	createExecutionContext,
	introspectWorkflow,
	waitOnExecutionContext
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { encodeBase64Url } from 'hono/utils/encode';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Env } from '../../worker/env';
import worker from '../../worker/index';
import { playScenario, productWithCutouts, readAccount } from './stand-in';
import { createProduct, refusalOf } from './studio';

const ORIGIN = 'https://studio.example.com';
const TEAM = env.TEST_ACCESS_TEAM;
const AUD = '4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2';
const TOKEN = 'correct horse battery staple';

const modulus = z.object({ n: z.string(), e: z.string() });

async function makeKey(kid: string) {
	const pair = await crypto.subtle.generateKey(
		{
			name: 'RSASSA-PKCS1-v1_5',
			modulusLength: 2048,
			publicExponent: Uint8Array.of(1, 0, 1),
			hash: 'SHA-256'
		},
		true,
		['sign', 'verify']
	);
	if (!('privateKey' in pair)) throw new Error('This is not a pair.');
	const { n, e } = modulus.parse(await crypto.subtle.exportKey('jwk', pair.publicKey));
	return {
		kid,
		secret: pair.privateKey,
		shown: { kid, kty: 'RSA', alg: 'RS256', use: 'sig', n, e }
	};
}
type Key = Awaited<ReturnType<typeof makeKey>>;

const now = () => Math.floor(Date.now() / 1000);
const part = (json: object) =>
	encodeBase64Url(new TextEncoder().encode(JSON.stringify(json)).buffer).replace(/=/g, '');

/** An assertion as Access makes them, for Ann unless said otherwise; a claim set to undefined is left out. */
async function assertionOf(key: Key, claims: object = {}, header: object = {}): Promise<string> {
	const signed = [
		part({ alg: 'RS256', kid: key.kid, ...header }),
		part({
			aud: [AUD],
			email: 'Ann@example.com',
			iss: TEAM,
			iat: now(),
			nbf: now(),
			exp: now() + 60,
			type: 'app',
			sub: '7335d417-61da-459d-899c-0a01c76a2f94',
			...claims
		})
	].join('.');
	const mac = await crypto.subtle.sign(
		'RSASSA-PKCS1-v1_5',
		key.secret,
		new TextEncoder().encode(signed)
	);
	return `${signed}.${encodeBase64Url(mac).replace(/=/g, '')}`;
}

async function sendAs(
	assertion: string | null,
	path: string,
	init: RequestInit = {},
	overrides: Partial<Env> = {}
): Promise<Response> {
	const headers = new Headers(init.headers);
	if (assertion !== null) headers.set('cf-access-jwt-assertion', assertion);
	const ctx = createExecutionContext();
	const response = await worker.fetch(
		new Request(ORIGIN + path, { ...init, headers }),
		{ ...env, ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: AUD, ...overrides },
		ctx
	);
	await waitOnExecutionContext(ctx);
	return response;
}

const publish = (...keys: Key[]) =>
	fetch(`${TEAM}/cdn-cgi/access/certs`, {
		method: 'PUT',
		body: JSON.stringify({ keys: keys.map(({ shown }) => shown), public_certs: [] })
	});
const keyReads = async () => Number(await (await fetch(`${TEAM}/__reads`)).text());

let key: Key;
let other: Key;
beforeAll(async () => {
	[key, other] = await Promise.all([makeKey('first'), makeKey('second')]);
	await publish(key);
});
afterEach(() => vi.useRealTimers());

describe('an assertion of Cloudflare Access', () => {
	const userOf = async (assertion: string) => {
		const response = await sendAs(assertion, '/api/session');
		return z.object({ user: z.string().nullable() }).parse(await response.json()).user;
	};

	it('opens the studio to the person it names, in one spelling, and the keys are read once', async () => {
		const assertion = await assertionOf(key);
		expect((await sendAs(assertion, '/api/products')).status).toBe(200);
		const session = await sendAs(assertion, '/api/session');
		expect(await session.json()).toEqual({ ways: ['access'], user: 'ann@example.com' });
		expect(await keyReads()).toBe(1);
	});

	it('of a service token opens it to the token’s name', async () => {
		const service = { email: undefined, sub: '', common_name: '88bf3b6d86161464f6509f7219099e57' };
		expect(await userOf(await assertionOf(key, service))).toBe(service.common_name);
	});

	it.each<[string, object, object?]>([
		['for another application', { aud: ['0'.repeat(64)] }],
		['for no application', { aud: undefined }],
		['of another team', { iss: 'https://other.cloudflareaccess.com' }],
		['that has ended', { exp: now() - 1 }],
		['that never ends', { exp: undefined }],
		['that has not begun', { nbf: now() + 60 }],
		['that names nobody', { email: undefined, sub: '' }],
		['with another algorithm', {}, { alg: 'RS512' }],
		['with a symmetric algorithm', {}, { alg: 'HS256' }],
		['without the id of its key', {}, { kid: undefined }]
	])('%s does not open it', async (_, claims, header) => {
		const response = await sendAs(await assertionOf(key, claims, header), '/api/products');
		expect(await refusalOf(response)).toMatchObject({ status: 401, code: 'unauthorized' });
	});

	it('signed by another key under the same id, not at all, or changed afterwards does not open it', async () => {
		const assertion = await assertionOf(key);
		const [, claims, mac] = assertion.split('.');
		const forged = [
			await assertionOf({ ...other, kid: key.kid }),
			`${part({ alg: 'none', kid: key.kid })}.${claims}.`,
			`${part({ alg: 'none', kid: key.kid })}.${claims}.${mac}`,
			`${part({ alg: 'RS256', kid: key.kid })}.${part({ aud: AUD, iss: TEAM, exp: now() + 60, email: 'eve@example.com' })}.${mac}`,
			assertion.slice(0, -8),
			'no.assertion.',
			'x'.repeat(10_000),
			''
		];
		for (const bad of forged) expect((await sendAs(bad, '/api/products')).status).toBe(401);
		// The header's place is not the bearer's.
		const headers = { authorization: `Bearer ${assertion}` };
		expect((await sendAs(null, '/api/products', { headers })).status).toBe(401);
	});

	it('is needed on this machine too, while links stay public', async () => {
		const ctx = createExecutionContext();
		const studio = { ...env, ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: AUD };
		const local = new Request('http://127.0.0.1:8787/api/products');
		expect((await worker.fetch(local, studio, ctx)).status).toBe(401);
		await waitOnExecutionContext(ctx);
		expect((await sendAs(null, '/api/health')).status).toBe(200);
	});

	it('counts for nothing while the studio does not know its own tag or team', async () => {
		const assertion = await assertionOf(key, { aud: [''] });
		for (const half of [{ ACCESS_AUD: '' }, { ACCESS_TEAM_DOMAIN: '' }]) {
			const refusal = await refusalOf(await sendAs(assertion, '/api/products', {}, half));
			expect(refusal).toMatchObject({ status: 403, code: 'studio_closed' });
			expect(refusal.message).toContain('ACCESS_AUD');
		}
	});

	it('comes before the token, which stays a way in of its own', async () => {
		const headers = { authorization: `Bearer ${TOKEN}` };
		const ask = async (assertion: string | null) =>
			(await sendAs(assertion, '/api/session', { headers }, { STUDIO_TOKEN: TOKEN })).json();
		expect(await ask(await assertionOf(key))).toMatchObject({ user: 'ann@example.com' });
		expect(await ask(null)).toEqual({ ways: ['access', 'token'], user: 'studio' });
		expect(await ask('forged')).toMatchObject({ user: 'studio' });
	});

	it('signed by a new key opens it once the key is published, and made-up keys cost one look a minute', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		await publish(key, other);
		vi.setSystemTime(Date.now() + 61_000);
		expect((await sendAs(await assertionOf(other), '/api/products')).status).toBe(200);
		const made_up = await assertionOf({ ...other, kid: 'made up' });
		for (let i = 0; i < 5; i++) {
			expect((await sendAs(made_up, '/api/products')).status).toBe(401);
		}
		expect(await keyReads()).toBe(1);
	});

	it('is held to what is known while the keys cannot be read, and without any the studio says so', async () => {
		vi.useFakeTimers({ toFake: ['Date'] });
		await fetch(`${TEAM}/cdn-cgi/access/certs`, { method: 'PUT', body: '<html>' });
		vi.setSystemTime(Date.now() + 2 * 3_600_000);
		expect((await sendAs(await assertionOf(key), '/api/products')).status).toBe(200);
		expect(await keyReads()).toBe(1);
		const down = { ACCESS_TEAM_DOMAIN: 'http://127.0.0.1:9' };
		const refusal = await sendAs(await assertionOf(key), '/api/products', {}, down);
		expect(await refusalOf(refusal)).toMatchObject({ status: 503, code: 'access_unavailable' });
	});
});

describe('two people', () => {
	const both = async () => [
		await assertionOf(key),
		await assertionOf(key, { email: 'bob@example.com' })
	];

	it('each have a cap of their own under parallel calls', async () => {
		await playScenario('ok');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		await workflows.modifyAll((m) => m.disableSleeps());
		const request = await productWithCutouts(1);
		const generateAs = (assertion: string) =>
			sendAs(
				assertion,
				'/api/generate-3d-model',
				{
					method: 'POST',
					headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
					body: JSON.stringify({ provider: 'meshy', ...request })
				},
				// Room for two models of $0.60 each, and a bit.
				{ SPEND_CAP_USER_USD: '1.5' }
			);
		const statuses = await Promise.all(
			(await both()).map(async (assertion) => {
				const answers = await Promise.all(Array.from({ length: 10 }, () => generateAs(assertion)));
				expect(await answers.find(({ status }) => status === 402)?.text()).toContain(
					'SPEND_CAP_USER_USD'
				);
				return answers.filter(({ status }) => status === 202).length;
			})
		);
		expect(statuses).toEqual([2, 2]);
		for (const instance of await workflows.get()) await instance.waitForStatus('complete');
		expect((await readAccount()).posts).toHaveLength(4);
		const { results } = await env.DB.prepare(
			"select user, sum(micro_usd) as micro_usd from cost_entries where user like '%@example.com' group by user order by user"
		).all();
		expect(results).toEqual([
			{ user: 'ann@example.com', micro_usd: 1_200_000 },
			{ user: 'bob@example.com', micro_usd: 1_200_000 }
		]);
	}, 60_000);

	it('stand in the audit log under their names', async () => {
		const deleted = [];
		for (const assertion of await both()) {
			const id = await createProduct();
			const answer = await sendAs(assertion, `/api/products/${id}`, { method: 'DELETE' });
			expect(answer.status).toBeLessThan(300);
			deleted.push(id);
		}
		const { results } = await env.DB.prepare(
			"select actor from audit_log where action = 'product.delete' and subject in (?, ?) order by id"
		)
			.bind(...deleted)
			.all();
		expect(results).toEqual([{ actor: 'ann@example.com' }, { actor: 'bob@example.com' }]);
	});
});
