import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { readGlbStream } from '../../worker/clients/glb-header';
import { MeshyClient, readRetryAfter, type MeshyExchange } from '../../worker/clients/meshy';
import { readTask } from '../../worker/clients/meshy-wire';
import { redact } from '../../worker/clients/redact';
import { meshySettings } from '../../worker/contract';
import { readAccount } from './stand-in';
import { tinyPng } from './studio';

const settings = meshySettings.parse({});
const image = { content_type: 'image/png', bytes: tinyPng() };

/** A client whose key names a scenario, and an account of its own. */
function clientFor(scenario: string, base_url = env.MESHY_BASE_URL) {
	const exchanges: MeshyExchange[] = [];
	const key = `msy_${crypto.randomUUID()}~${scenario}`;
	const outbound = vi.fn((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init));
	const client = new MeshyClient({
		base_url,
		api_key: key,
		fetch: outbound,
		onexchange: async (exchange) => void exchanges.push(exchange),
		stall_s: 1
	});
	return { client, key, exchanges, outbound };
}

async function finish(client: MeshyClient): Promise<string> {
	const submitted = await client.submit([image], settings);
	if (submitted.kind !== 'accepted') throw new Error(submitted.kind);
	for (let n = 0; n < 10; n++) {
		const seen = await client.read('image-to-3d', submitted.provider_task_id);
		if (seen.kind === 'task' && seen.task.glb_url) return seen.task.glb_url;
	}
	throw new Error('never finished');
}

describe('submitting', () => {
	it.each([
		['ok', { kind: 'accepted' }],
		['rate_limited_then_ok', { kind: 'busy', waiting_for: 'rate', retry_after_s: 1 }],
		['queue_full_then_ok', { kind: 'busy', waiting_for: 'slot', retry_after_s: null }],
		['out_of_credits', { kind: 'refused', code: 'meshy_out_of_credits' }],
		['bad_key', { kind: 'refused', code: 'meshy_unauthorized' }],
		['server_error_on_submit', { kind: 'unknown' }],
		['drop_connection_after_accept', { kind: 'unknown' }],
		['unreadable_answer_on_submit', { kind: 'unknown' }]
	])('%s is one request and one outcome', async (scenario, outcome) => {
		const { client, key, exchanges } = clientFor(scenario);
		expect(await client.submit([image], settings)).toMatchObject(outcome);
		expect((await readAccount(key)).posts).toHaveLength(1);
		expect(exchanges).toHaveLength(1);
		expect(exchanges[0]?.body).not.toContain(key);
	});

	it('an image of several megabytes arrives byte for byte as long as it left', async () => {
		const { client, key } = clientFor('ok');
		const bytes = new Uint8Array(5_000_001);
		bytes.set(tinyPng());
		const outcome = await client.submit([{ content_type: 'image/png', bytes }, image], settings);
		expect(outcome.kind).toBe('accepted');
		expect((await readAccount(key)).tasks[0]?.images.map((sent) => sent.bytes)).toEqual([
			5_000_001, 16
		]);
	});

	it('an image Meshy cannot read is refused with its words', async () => {
		const bytes = Uint8Array.of(1, 2, 3);
		const outcome = await clientFor('ok').client.submit(
			[{ content_type: 'image/png', bytes }],
			settings
		);
		expect(outcome).toMatchObject({ kind: 'refused', code: 'meshy_rejected' });
		expect(outcome.kind === 'refused' && outcome.message).toContain('cannot be decoded');
	});

	it('a host that is down is an unknown outcome', async () => {
		const { client, exchanges } = clientFor('ok', 'http://192.0.2.1');
		expect(await client.submit([image], settings)).toMatchObject({ kind: 'unknown' });
		expect(exchanges).toHaveLength(1);
	});
});

describe('results', () => {
	it('are fetched without the key and without following redirects', async () => {
		const { client, outbound } = clientFor('ok');
		const { body } = await client.openAsset(await finish(client));
		await body.cancel();
		const [, init] = outbound.mock.lastCall ?? [];
		expect(new Headers(init?.headers).has('authorization')).toBe(false);
		expect(init?.redirect).toBe('manual');
	});

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
		await expect(client.openAsset(address)).rejects.toThrow('not Meshy’s');
		expect(outbound).not.toHaveBeenCalled();
	});

	it('a download that stands still is given up', async () => {
		const { client } = clientFor('asset_cut');
		const { body } = await client.openAsset(await finish(client));
		await expect(new Response(body).arrayBuffer()).rejects.toThrow(/sent nothing|broke/);
	});
});

describe('reading permissively', () => {
	const task = { id: 'a', status: 'SUCCEEDED', progress: 100 };

	it('a field that is new, missing or null does not stop it', () => {
		expect(readTask(JSON.stringify({ ...task, finished_at: null, new_field: {} }))).toMatchObject({
			state: 'succeeded',
			glb_url: null,
			consumed_credits: null
		});
		expect(readTask(JSON.stringify({ ...task, model_urls: null, task_error: 'x' }))).not.toBeNull();
	});

	it('a status Meshy invents later counts as running', () => {
		expect(readTask(JSON.stringify({ ...task, status: 'POLISHING' }))?.state).toBe('running');
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
