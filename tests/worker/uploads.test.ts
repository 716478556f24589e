import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASSET_KINDS } from '../../worker/contract';
import {
	announce,
	createProduct,
	refusalOf,
	send,
	sendJson,
	sha256Hex,
	store,
	tinyGlb,
	tinyPng,
	type Announced
} from './studio';

let product_id = '';
beforeAll(async () => {
	product_id = await createProduct();
});

async function describeFile(
	bytes: Uint8Array<ArrayBuffer>,
	file: Partial<Announced> = {}
): Promise<Announced> {
	return {
		product_id,
		kind: 'source_model',
		content_type: 'model/gltf-binary',
		bytes: bytes.length,
		sha256: await sha256Hex(bytes),
		...file
	};
}

const put = (url: string, body: BodyInit, length: number | string) =>
	send('PUT', url, { body, headers: { 'content-length': String(length) } });

/** Announces, sends and completes; gives the last answer. */
async function tryUpload(sent: Uint8Array<ArrayBuffer>, announced: Announced) {
	const { asset_id, url } = await announce(announced);
	expect((await put(url, sent, sent.length)).status).toBe(200);
	return { asset_id, completed: await send('POST', `/api/uploads/${asset_id}/complete`) };
}

const storedFiles = async () => (await env.BUCKET.list()).objects.map((object) => object.key);

describe('announcing', () => {
	it('refuses a type the kind may not have', async () => {
		const file = await describeFile(tinyPng(), { kind: 'mask', content_type: 'image/jpeg' });
		const refusal = await refusalOf(await sendJson('POST', '/api/uploads', file));
		expect(refusal).toMatchObject({ status: 415, code: 'unsupported_type' });
		expect(refusal.message).toContain('image/png');
	});

	it('refuses a file over the limit of its kind, and takes one of exactly the limit', async () => {
		const limit = ASSET_KINDS.poster.max_bytes;
		const poster: Partial<Announced> = { kind: 'poster', content_type: 'image/png' };
		const over = await describeFile(tinyPng(), { ...poster, bytes: limit + 1 });
		expect(await refusalOf(await sendJson('POST', '/api/uploads', over))).toMatchObject({
			status: 413,
			code: 'payload_too_large'
		});
		await announce(await describeFile(tinyPng(), { ...poster, bytes: limit }));
	});

	it('refuses 0 bytes, a kind only the server writes, and an unknown product', async () => {
		const none = await describeFile(tinyGlb(), { bytes: 0 });
		const thumbnail = await describeFile(tinyPng(), { kind: 'thumbnail' });
		for (const file of [none, thumbnail]) {
			expect((await refusalOf(await sendJson('POST', '/api/uploads', file))).code).toBe(
				'invalid_request'
			);
		}
		const nowhere = await describeFile(tinyGlb(), {
			product_id: '00000000-0000-7000-8000-0000000000ff'
		});
		expect((await refusalOf(await sendJson('POST', '/api/uploads', nowhere))).code).toBe(
			'not_found'
		);
	});
});

describe('sending through the Worker', () => {
	it('a body cut in the middle leaves nothing behind, and the same upload can be tried again', async () => {
		const glb = tinyGlb(1);
		const { asset_id, url } = await announce(await describeFile(glb));
		const before = await storedFiles();
		const cut = new ReadableStream<Uint8Array>({
			start(controller) {
				controller.enqueue(glb.slice(0, 20));
				controller.close();
			}
		});
		expect(await refusalOf(await put(url, cut, glb.length))).toMatchObject({
			status: 422,
			code: 'length_mismatch'
		});
		expect(await storedFiles()).toEqual(before);
		expect((await refusalOf(await send('POST', `/api/uploads/${asset_id}/complete`))).code).toBe(
			'upload_missing'
		);

		expect((await put(url, glb, glb.length)).status).toBe(200);
		expect((await send('POST', `/api/uploads/${asset_id}/complete`)).status).toBe(200);
	});

	it('a connection that breaks leaves nothing behind', async () => {
		const glb = tinyGlb(2);
		const { url } = await announce(await describeFile(glb));
		const before = await storedFiles();
		let pulled = 0;
		const broken = new ReadableStream<Uint8Array>({
			pull(controller) {
				if (pulled++ === 0) controller.enqueue(glb.slice(0, 20));
				else controller.error(new Error('connection lost'));
			}
		});
		expect((await refusalOf(await put(url, broken, glb.length))).code).toBe('length_mismatch');
		expect(await storedFiles()).toEqual(before);
	});

	it('a body longer than announced leaves nothing behind', async () => {
		const glb = tinyGlb(3);
		const { url } = await announce(await describeFile(glb));
		const before = await storedFiles();
		const long = new Blob([glb, new Uint8Array(100_000)]).stream();
		expect((await refusalOf(await put(url, long, glb.length))).code).toBe('length_mismatch');
		expect(await storedFiles()).toEqual(before);
	});

	it('a Content-Length that is missing or not the announced one is refused', async () => {
		const glb = tinyGlb(4);
		const { url } = await announce(await describeFile(glb));
		for (const length of ['', glb.length - 1, glb.length + 1]) {
			const body = new ReadableStream<Uint8Array>({
				start(controller) {
					controller.enqueue(glb);
					controller.close();
				}
			});
			expect((await refusalOf(await put(url, body, length))).code).toBe('length_mismatch');
		}
	});

	it('a stored file cannot be replaced', async () => {
		const glb = tinyGlb(5);
		const address = await store(product_id, 'source_model', 'model/gltf-binary', glb);
		const asset_id = address.split('/').at(-1);
		const replaced = await put(`/api/uploads/${asset_id}/content`, tinyGlb(6), glb.length);
		expect(replaced.status).toBe(409);
		expect(new Uint8Array(await (await send('GET', address)).arrayBuffer())).toEqual(glb);
	});

	it('an upload nobody announced is not found', async () => {
		const nowhere = '/api/uploads/00000000-0000-7000-8000-0000000000ff';
		expect((await put(`${nowhere}/content`, tinyGlb(), 10)).status).toBe(404);
		expect((await send('POST', `${nowhere}/complete`)).status).toBe(404);
	});
});

describe('completing', () => {
	it('a right file is usable, and completing again changes nothing', async () => {
		const glb = tinyGlb(7);
		const { asset_id, completed } = await tryUpload(glb, await describeFile(glb));
		const answer = {
			asset_id,
			url: `/files/${asset_id}`,
			bytes: glb.length,
			sha256: await sha256Hex(glb),
			content_type: 'model/gltf-binary'
		};
		expect(await completed.json()).toEqual(answer);
		const again = await send('POST', `/api/uploads/${asset_id}/complete`);
		expect(await again.json()).toEqual(answer);
	});

	it('a wrong hash is refused, deleted and never served', async () => {
		const glb = tinyGlb(8);
		const before = await storedFiles();
		const { asset_id, completed } = await tryUpload(
			tinyGlb(9),
			await describeFile(tinyGlb(9), { sha256: await sha256Hex(glb) })
		);
		const refusal = await refusalOf(completed);
		expect(refusal).toMatchObject({ status: 422, code: 'hash_mismatch' });
		expect(refusal.message).toContain('source model');
		expect(await storedFiles()).toEqual(before);
		expect((await send('GET', `/files/${asset_id}`)).status).toBe(404);
	});

	it('a length that is not the announced one is refused, also when the bytes came by another way', async () => {
		const glb = tinyGlb(10);
		const { asset_id } = await announce(await describeFile(glb));
		await env.BUCKET.put(`products/${product_id}/${asset_id}.glb`, glb.slice(0, 30));
		const completed = await send('POST', `/api/uploads/${asset_id}/complete`);
		expect((await refusalOf(completed)).code).toBe('length_mismatch');
	});

	it.each([
		['text called PNG', 'cutout', 'image/png', ascii('just some text, no image')],
		['JPEG called PNG', 'cutout', 'image/png', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 1, 2, 3)],
		['a GLB that says another length', 'lod', 'model/gltf-binary', withLength(tinyGlb(), 9999)],
		['a GLB of version 1', 'lod', 'model/gltf-binary', withVersion(tinyGlb(), 1)],
		['a GLB cut inside its header', 'lod', 'model/gltf-binary', tinyGlb().slice(0, 9)],
		['one byte', 'mask', 'image/png', Uint8Array.of(0x89)]
	] as const)('%s is refused', async (_name, kind, content_type, bytes) => {
		const { completed } = await tryUpload(bytes, await describeFile(bytes, { kind, content_type }));
		expect(await refusalOf(completed)).toMatchObject({ status: 422, code: 'content_mismatch' });
	});

	it.each([
		['JPEG', 'image/jpeg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46)],
		['WebP', 'image/webp', ascii('RIFF\x08\0\0\0WEBPVP8 ')]
	] as const)('%s is known by its first bytes', async (_name, content_type, bytes) => {
		const file = await describeFile(bytes, { kind: 'poster', content_type });
		expect((await tryUpload(bytes, file)).completed.status).toBe(200);
	});
});

describe('reading a file', () => {
	const glb = tinyGlb(11);
	let address = '';
	beforeAll(async () => {
		address = await store(product_id, 'source_model', 'model/gltf-binary', glb);
	});
	const read = (headers: Record<string, string> = {}, method = 'GET') =>
		send(method, address, { headers });

	it('gives all of it, to keep for good, and to no other site', async () => {
		const response = await read();
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(glb);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'content-type': 'model/gltf-binary',
			'content-length': String(glb.length),
			'cache-control': 'private, max-age=31536000, immutable',
			'cross-origin-resource-policy': 'same-origin',
			'x-content-type-options': 'nosniff',
			etag: `"${await sha256Hex(glb)}"`
		});
	});

	it('HEAD gives the same headers without a body', async () => {
		const response = await read({}, 'HEAD');
		expect(response.headers.get('content-length')).toBe(String(glb.length));
		expect(await response.text()).toBe('');
	});

	it.each([
		['bytes=0-3', 0, 4],
		['bytes=10-', 10, glb.length],
		['bytes=-5', glb.length - 5, glb.length],
		['bytes=4-999999', 4, glb.length]
	])('Range %s gives that part', async (range, from, to) => {
		const response = await read({ range });
		expect(response.status).toBe(206);
		expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${glb.length}`);
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(glb.slice(from, to));
	});

	it.each(['bytes=5-2', 'bytes=-', 'bytes=0-1,3-4', 'lines=1-2'])(
		'Range %s, which cannot be read, gives all of it',
		async (range) => {
			const response = await read({ range });
			expect(response.status).toBe(200);
			expect((await response.arrayBuffer()).byteLength).toBe(glb.length);
		}
	);

	it.each(['bytes=100000-', 'bytes=-0'])('Range %s, beyond the end, is refused', async (range) => {
		const response = await read({ range });
		expect(response.status).toBe(416);
		expect(response.headers.get('content-range')).toBe(`bytes */${glb.length}`);
	});

	it('If-None-Match with its hash gives 304, with another all of it', async () => {
		const etag = `"${await sha256Hex(glb)}"`;
		expect((await read({ 'if-none-match': etag })).status).toBe(304);
		expect((await read({ 'if-none-match': `"x", W/${etag}` })).status).toBe(304);
		const other = await read({ 'if-none-match': '"x"' });
		expect(other.status).toBe(200);
		await other.body?.cancel();
	});

	it('If-Range with another hash gives all of it', async () => {
		const response = await read({ range: 'bytes=0-3', 'if-range': '"x"' });
		expect(response.status).toBe(200);
		expect((await response.arrayBuffer()).byteLength).toBe(glb.length);
	});

	it('a file that was announced and never completed is not there', async () => {
		const { asset_id } = await announce(await describeFile(tinyGlb(12)));
		expect((await send('GET', `/files/${asset_id}`)).status).toBe(404);
	});
});

function withLength(glb: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
	new DataView(glb.buffer).setUint32(8, length, true);
	return glb;
}

function withVersion(glb: Uint8Array<ArrayBuffer>, version: number): Uint8Array<ArrayBuffer> {
	new DataView(glb.buffer).setUint32(4, version, true);
	return glb;
}

function ascii(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
