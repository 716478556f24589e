import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { refusalOf, send } from './studio';

const PATH = 'maker/net/resolve/main/onnx/model.onnx';
const file = new Uint8Array(100_000).map((_, i) => (i * 7) % 251);

describe('weights from our own bucket', () => {
	beforeAll(async () => {
		await env.BUCKET.put(`models/${PATH}`, file);
		await env.BUCKET.put('products/secret.png', 'not a model');
	});

	it('come whole, for ever, to our own pages only', async () => {
		const response = await send('GET', `/models/${PATH}`);
		expect(response.status).toBe(200);
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(file);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'content-length': String(file.length),
			'accept-ranges': 'bytes',
			'cache-control': 'private, max-age=31536000, immutable',
			'cross-origin-resource-policy': 'same-origin',
			'x-content-type-options': 'nosniff'
		});
	});

	it('come from where a download was cut off', async () => {
		const response = await send('GET', `/models/${PATH}`, { headers: { range: 'bytes=60000-' } });
		expect(response.status).toBe(206);
		expect(response.headers.get('content-range')).toBe('bytes 60000-99999/100000');
		expect(new Uint8Array(await response.arrayBuffer())).toEqual(file.slice(60_000));
	});

	it('beyond their end are refused with their length', async () => {
		const response = await send('GET', `/models/${PATH}`, { headers: { range: 'bytes=100000-' } });
		expect(response.status).toBe(416);
		expect(response.headers.get('content-range')).toBe('bytes */100000');
	});

	it('say their length without their bytes, and nothing to who has them', async () => {
		const head = await send('HEAD', `/models/${PATH}`);
		expect(head.headers.get('content-length')).toBe('100000');
		const etag = head.headers.get('etag') ?? '';
		const again = await send('GET', `/models/${PATH}`, { headers: { 'if-none-match': etag } });
		expect(again.status).toBe(304);
	});

	it.each([
		'/models/maker/none.onnx',
		'/models/',
		'/models/..%2fproducts%2fsecret.png',
		'/models/%2e%2e/products/secret.png',
		'/models/a/%2e%2e/%2e%2e/products/secret.png'
	])('are not found at %s, and nothing else of the bucket is', async (path) => {
		const response = await send('GET', path);
		expect(response.status).toBe(404);
	});

	it('are the owner’s: a foreign host is refused', async () => {
		const response = await send('GET', `https://studio.example/models/${PATH}`);
		expect(await refusalOf(response)).toMatchObject({ status: 403, code: 'studio_closed' });
	});
});
