import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { readGlbStream } from '../../worker/clients/glb-header';
import { MeshyProvider } from '../../worker/clients/meshy';
import { readRetryAfter } from '../../worker/clients/meshy-http';
import { readTask } from '../../worker/clients/meshy-wire';
import type { Exchange, Input } from '../../worker/clients/provider';
import { redact } from '../../worker/clients/redact';
import { generateRequest, reworkRequest, type PaidRequest } from '../../worker/contract';
import { readAccount } from './stand-in';
import { tinyPng } from './studio';

const product_id = crypto.randomUUID();
const file = `/files/${crypto.randomUUID()}`;
const png = (bytes = tinyPng()): Input => ({
	role: 'image',
	source: { content_type: 'image/png', bytes }
});

/** A request for a new model. */
function requestFor(settings: object, images = 1): PaidRequest {
	const image_urls = Array.from({ length: images }, () => file);
	const request = generateRequest.parse({ provider: 'meshy', product_id, image_urls, settings });
	if (request.provider !== 'meshy') throw new Error('not Meshy’s');
	return request;
}

/** A client whose key names a scenario, and an account of its own. */
function clientFor(scenario: string, base_url = env.MESHY_BASE_URL) {
	const exchanges: Exchange[] = [];
	const key = `msy_${crypto.randomUUID()}~${scenario}`;
	const outbound = vi.fn((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init));
	const onrate = vi.fn(async () => undefined);
	const client = new MeshyProvider({
		base_url,
		api_key: key,
		fetch: outbound,
		turn: async () => undefined,
		onrate,
		onexchange: async (exchange) => void exchanges.push(exchange),
		stall_s: 1
	});
	return { client, key, exchanges, outbound, onrate };
}

function submit(client: MeshyProvider, inputs = [png()], settings = {}) {
	const request = requestFor(settings, inputs.filter(({ role }) => role === 'image').length);
	return client.submit({ request, inputs, source_task_id: null });
}

describe('submitting', () => {
	it('only a 429 for the rate slows the account down', async () => {
		const rate = clientFor('rate_limited_then_ok');
		expect(await submit(rate.client)).toMatchObject({ kind: 'busy', retry_after_s: 1 });
		expect(rate.onrate).toHaveBeenCalledExactlyOnceWith(1);
		const full = clientFor('queue_always_full');
		expect(await submit(full.client)).toMatchObject({ kind: 'busy', waiting_for: 'slot' });
		expect(full.onrate).not.toHaveBeenCalled();
	});

	it('when its turn does not come, nothing is sent and nothing is unknown', async () => {
		const { outbound, key } = clientFor('ok');
		const client = new MeshyProvider({
			base_url: env.MESHY_BASE_URL,
			api_key: key,
			fetch: outbound,
			turn: () => Promise.reject(new Error('no database')),
			onrate: async () => undefined,
			onexchange: async () => undefined
		});
		expect(await submit(client)).toMatchObject({ kind: 'busy', waiting_for: 'rate' });
		expect(outbound).not.toHaveBeenCalled();
	});

	it.each([
		{},
		{ ai_model: 'meshy-6' },
		{ ai_model: 'meshy-t2', target_polycount: 4000 },
		{ ai_model: 'meshy-t2.5', target_polycount: 30_000, texture_resolution: '8k' },
		{ geometry_resolution: '4k', texture_resolution: '8k' },
		{ geometry_resolution: '2k', should_remesh: false, texture_resolution: '4k' },
		{ should_texture: false },
		{ should_texture: false, geometry_resolution: '2k' },
		{ ai_model: 'meshy-t2', target_polycount: 100, should_texture: false },
		{ topology: 'quad', decimation_mode: 2 },
		{ texture_prompt: 'green glaze' },
		{ texture_image_url: file },
		{ target_formats: ['glb', 'usdz'], multi_view_thumbnails: true, moderation: true },
		{ auto_size: false, image_enhancement: true, enable_pbr: false, alpha_thumbnail: false },
		{ origin_at: 'center' }
	])('%j is taken as it is, at the price that was estimated', async (settings) => {
		const { client, key } = clientFor('ok');
		const styled = 'texture_image_url' in settings;
		const inputs = [png(), ...(styled ? [{ ...png(), role: 'texture' as const }] : [])];
		expect(await submit(client, inputs, settings)).toMatchObject({ kind: 'accepted' });
		const { book, tasks } = await readAccount(key);
		expect(book).toEqual([
			{ task_id: tasks[0]?.id, credits: client.estimate(requestFor(settings)).credits }
		]);
		if (styled) expect(tasks[0]?.parameters).toMatchObject({ texture_image_url: '[file]' });
	});

	it.each([
		{ operation: 'remesh', settings: { target_polycount: 10_000, topology: 'quad' } },
		{ operation: 'remesh', settings: { decimation_mode: 3 } },
		{
			operation: 'retexture',
			settings: { text_style_prompt: 'walnut', enable_original_uv: false }
		},
		{ operation: 'retexture', settings: { image_style_url: file } }
	])('$operation $settings of a task of its own, or of a file it can fetch', async (rework) => {
		const request = reworkRequest.parse({ ...rework, product_id, model_url: file });
		const style: Input[] =
			'image_style_url' in rework.settings ? [{ ...png(), role: 'texture' }] : [];
		for (const source_task_id of [crypto.randomUUID(), null]) {
			const { client, key } = clientFor('ok');
			const url = 'https://studio.example/api/public/inputs/x/file.glb';
			const model: Input[] = source_task_id === null ? [{ role: 'model', source: { url } }] : [];
			const outcome = await client.submit({
				request,
				inputs: [...style, ...model],
				source_task_id
			});
			expect(outcome).toMatchObject({ kind: 'accepted' });
			const { tasks, spent } = await readAccount(key);
			expect(tasks[0]?.endpoint).toBe(rework.operation);
			expect(tasks[0]?.parameters.input_task_id ?? null).toBe(source_task_id);
			expect(spent).toBe(client.estimate(request).credits);
		}
	});

	it('an image of several megabytes arrives byte for byte as long as it left', async () => {
		const { client, key } = clientFor('ok');
		const bytes = new Uint8Array(5_000_001);
		bytes.set(tinyPng());
		const outcome = await submit(client, [png(bytes), png()]);
		expect(outcome.kind).toBe('accepted');
		expect((await readAccount(key)).tasks[0]?.images.map((sent) => sent.bytes)).toEqual([
			5_000_001, 16
		]);
	});

	it('an image Meshy cannot read is refused with its words', async () => {
		const bytes = Uint8Array.of(1, 2, 3);
		const outcome = await submit(clientFor('ok').client, [png(bytes)]);
		expect(outcome).toMatchObject({ kind: 'refused', code: 'meshy_rejected' });
		expect(outcome.kind === 'refused' && outcome.message).toContain('cannot be decoded');
	});
});

async function finish(client: MeshyProvider) {
	const submitted = await submit(client);
	if (submitted.kind !== 'accepted') throw new Error(submitted.kind);
	const ref = { endpoint: 'image-to-3d', provider_task_id: submitted.provider_task_id };
	for (let n = 0; n < 10; n++) {
		await client.poll(ref);
		const made = await client.assets(ref);
		const glb = made.kind === 'assets' && made.assets.find(({ role }) => role === 'glb');
		if (glb) return glb;
	}
	throw new Error('never finished');
}

describe('results', () => {
	it.each([
		'https://evil.example/model.glb',
		'https://assets.meshy.ai.evil.example/model.glb',
		'https://notmeshy.ai/model.glb',
		'http://assets.meshy.ai/model.glb',
		'https://assets.meshy.ai:8443/model.glb',
		'file:///etc/passwd',
		'not an address'
	])('%s is never asked', async (address) => {
		const { client, outbound } = clientFor('ok');
		await expect(client.open({ role: 'glb', url: address })).rejects.toThrow('not the provider’s');
		expect(outbound).not.toHaveBeenCalled();
	});

	it('a download that stands still is given up', async () => {
		const { client } = clientFor('asset_cut');
		const { body } = await client.open(await finish(client));
		await expect(new Response(body).arrayBuffer()).rejects.toThrow(/sent nothing|broke/);
	});
});

describe('reading permissively', () => {
	const task = { id: 'a', status: 'SUCCEEDED', progress: 100 };

	it('a field that is new, missing or null does not stop it', () => {
		const odd = { ...task, finished_at: null, new_field: {}, preceding_tasks: 'many' };
		expect(readTask(JSON.stringify(odd))).toMatchObject({
			task: { state: 'succeeded', charged: null, failure: null },
			assets: []
		});
		expect(readTask(JSON.stringify({ ...task, model_urls: null, task_error: 'x' }))).not.toBeNull();
	});

	it('a status Meshy invents later counts as running', () => {
		expect(readTask(JSON.stringify({ ...task, status: 'POLISHING' }))?.task.state).toBe('running');
	});

	it('what is not a task is none', () => {
		for (const text of ['', '<html>', '[]', '{}', 'null']) expect(readTask(text)).toBeNull();
	});
});

it('Retry-After is read as seconds or as a date, and bounded', () => {
	const now = Date.UTC(2026, 0, 1);
	expect(readRetryAfter('7', now)).toBe(7);
	expect(readRetryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now)).toBe(60);
	expect(readRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
	expect(readRetryAfter('999999', now)).toBe(3600);
	expect(readRetryAfter('soon', now)).toBeNull();
	expect(readRetryAfter(null, now)).toBeNull();
});

it('kept text has no address, key or image, and at most 4 KB', () => {
	const text = JSON.stringify({
		glb: 'https://assets.meshy.ai/a/model.glb?Expires=1&Signature=s3cr3t',
		escaped: 'https:\\/\\/assets.meshy.ai\\/b?Signature=s3cr3t',
		image: 'data:image/png;base64,AAAA',
		said: 'key msy_abc123 or odd-key is wrong'
	});
	const kept = redact(text, 'odd-key');
	for (const secret of ['s3cr3t', 'AAAA', 'msy_abc', 'odd-key', 'meshy.ai']) {
		expect(kept).not.toContain(secret);
	}
	expect(new TextEncoder().encode(redact('ü'.repeat(9000), '')).length).toBeLessThanOrEqual(4096);
});

describe('a GLB by its header', () => {
	const glb = (length: number, size = length) => {
		const bytes = new Uint8Array(size);
		const view = new DataView(bytes.buffer);
		view.setUint32(0, 0x46546c67, true);
		view.setUint32(4, 2, true);
		view.setUint32(8, length, true);
		return bytes;
	};
	const read = async (bytes: Uint8Array<ArrayBuffer>, announced: number | null = null) => {
		const body = new Blob([bytes]).stream();
		const stream = await readGlbStream(body, announced, 1000);
		await new Response(stream.body).arrayBuffer();
		return stream.result;
	};

	it('passes whole, with its hash', async () => {
		const bytes = glb(40);
		const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
		expect((await read(bytes)).sha256).toBe(
			[...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
		);
	});

	it.each([
		['ends early', glb(40, 30), null],
		['goes on too long', glb(40, 50), null],
		['is announced with another length', glb(40), 39],
		['is too large', glb(1001), null],
		['ends in its header', glb(40, 40).slice(0, 8), null],
		['is something else', new Uint8Array(40).fill(60), null]
	])('that %s is refused', async (_, bytes, announced) => {
		await expect(read(bytes, announced)).rejects.toThrow('the file');
	});
});
