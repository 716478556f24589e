import { describe, expect, it } from 'vitest';
import {
	LengthMismatch,
	StorageError,
	hasS3,
	openStorage,
	storageKey
} from '../../worker/clients/storage';
import { env } from 'cloudflare:workers';
import { sha256Hex, tinyGlb } from './studio';

const SETTINGS = {
	BUCKET: env.BUCKET,
	AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
	AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
	AWS_S3_BUCKET: 'models',
	AWS_REGION: 'auto',
	S3_ENDPOINT: 'https://storage.example.com'
};
const text = (value: string) => Uint8Array.from(new TextEncoder().encode(value));
const hex = (bytes: ArrayBuffer) =>
	[...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

async function hmac(
	key: Uint8Array<ArrayBuffer>,
	message: string
): Promise<Uint8Array<ArrayBuffer>> {
	const imported = await crypto.subtle.importKey(
		'raw',
		key,
		{ name: 'HMAC', hash: 'SHA-256' },
		false,
		['sign']
	);
	return new Uint8Array(await crypto.subtle.sign('HMAC', imported, text(message)));
}

/**
 * The signature a presigned address must have, worked out from AWS's description of Signature Version 4
 * (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html).
 */
async function expectedSignature(
	method: string,
	address: string,
	headers: Record<string, string>,
	secret: string
): Promise<string> {
	const url = new URL(address);
	const query = [...url.searchParams]
		.filter(([name]) => name !== 'X-Amz-Signature')
		.map(([name, value]) => [encodeURIComponent(name), encodeURIComponent(value)].join('='))
		.sort()
		.join('&');
	const signed = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
	const all: Record<string, string> = { host: url.host, ...headers };
	const request = [
		method,
		url.pathname,
		query,
		...signed.map((name) => `${name}:${all[name]}`),
		'',
		signed.join(';'),
		'UNSIGNED-PAYLOAD'
	].join('\n');
	const [, date = '', region = '', service = ''] = (
		url.searchParams.get('X-Amz-Credential') ?? ''
	).split('/');
	const scope = `${date}/${region}/${service}/aws4_request`;
	const hash = hex(await crypto.subtle.digest('SHA-256', text(request)));
	const toSign = ['AWS4-HMAC-SHA256', url.searchParams.get('X-Amz-Date'), scope, hash].join('\n');
	let key = text(`AWS4${secret}`);
	for (const part of [date, region, service, 'aws4_request']) key = await hmac(key, part);
	return hex((await hmac(key, toSign)).buffer);
}

describe('presigned addresses', () => {
	it('are checked here by a method that gives the signature AWS published', async () => {
		const published =
			'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';
		expect(await expectedSignature('GET', published, {}, SETTINGS.AWS_SECRET_ACCESS_KEY)).toBe(
			'aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'
		);
	});

	it('sign the path, the type and the exact length, for the time asked', async () => {
		const key = storageKey('p', 'a', 'model/gltf-binary');
		const file = { content_type: 'model/gltf-binary', bytes: 1234 };
		const signed = await openStorage(SETTINGS).presignPut(key, file, 600);
		const url = new URL(signed?.url ?? '');
		expect(url.origin + url.pathname).toBe('https://storage.example.com/models/products/p/a.glb');
		expect(url.searchParams.get('X-Amz-Expires')).toBe('600');
		expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
		expect(signed?.headers).toEqual({ 'content-type': 'model/gltf-binary' });
		expect(signed?.url).not.toContain(SETTINGS.AWS_SECRET_ACCESS_KEY);
		const headers = { 'content-type': file.content_type, 'content-length': '1234' };
		const signature = url.searchParams.get('X-Amz-Signature');
		const check = (sent: Record<string, string>) =>
			expectedSignature('PUT', url.href, sent, SETTINGS.AWS_SECRET_ACCESS_KEY);
		expect(await check(headers)).toBe(signature);
		expect(await check({ ...headers, 'content-length': '1235' })).not.toBe(signature);
		expect(await check({ ...headers, 'content-type': 'text/html' })).not.toBe(signature);
	});

	it('need all four settings, of which an empty one counts as missing', () => {
		expect(hasS3(SETTINGS)).toBe(true);
		expect(hasS3({ ...SETTINGS, AWS_REGION: '' })).toBe(true);
		for (const name of [
			'AWS_ACCESS_KEY_ID',
			'AWS_SECRET_ACCESS_KEY',
			'AWS_S3_BUCKET',
			'S3_ENDPOINT'
		]) {
			expect(hasS3({ ...SETTINGS, [name]: '' })).toBe(false);
			expect(hasS3({ ...SETTINGS, [name]: undefined })).toBe(false);
		}
	});
});

describe('calls to S3', () => {
	/** An S3 that gives one answer, and what it was asked. */
	function answering(status: number, body: BodyInit | null = null, headers: HeadersInit = {}) {
		const asked: Request[] = [];
		const bodies: number[] = [];
		const storage = openStorage(SETTINGS, async (input, init) => {
			const request = new Request(input, init);
			asked.push(request);
			bodies.push((await request.arrayBuffer()).byteLength);
			return new Response(body, { status, headers });
		});
		return { storage, asked, bodies };
	}

	it('are signed and ask for the part that is wanted', async () => {
		const { storage, asked } = answering(206, 'part');
		const body = await storage.get('products/p/a.glb', { offset: 4, length: 4 });
		expect(await new Response(body).text()).toBe('part');
		expect(asked[0]?.url).toBe('https://storage.example.com/models/products/p/a.glb');
		expect(asked[0]?.headers.get('range')).toBe('bytes=4-7');
		expect(asked[0]?.headers.get('authorization')).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIA/);
	});

	it('take 404 for nothing there, and any other refusal for a failure without its body', async () => {
		expect(await answering(404).storage.get('k')).toBeNull();
		expect(await answering(404).storage.head('k')).toBeNull();
		await answering(404).storage.delete(['k']);
		const denied = answering(403, '<Error>secret detail</Error>').storage;
		for (const call of [denied.get('k'), denied.head('k'), denied.delete(['k'])]) {
			const error: unknown = await call.catch((reason: unknown) => reason);
			expect(error).toBeInstanceOf(StorageError);
			expect(String(error)).not.toContain('detail');
		}
	});

	it('store exactly what was announced or fail', async () => {
		const glb = tinyGlb();
		const stream = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]).stream();
		const file = { content_type: 'model/gltf-binary', bytes: glb.length };
		const good = answering(200);
		await good.storage.put('k', stream(glb), file);
		expect(good.bodies).toEqual([glb.length]);
		await expect(
			answering(200).storage.put('k', stream(glb.slice(1)), file)
		).rejects.toBeInstanceOf(LengthMismatch);
		await expect(answering(503).storage.put('k', stream(glb), file)).rejects.toBeInstanceOf(
			StorageError
		);
	});
});

it('the bucket gives back what was put, in whole and in part', async () => {
	const storage = openStorage({ BUCKET: env.BUCKET });
	const glb = tinyGlb(3);
	const file = { content_type: 'model/gltf-binary', bytes: glb.length };
	await storage.put('products/p/b.glb', new Blob([glb]).stream(), file);
	expect(await storage.head('products/p/b.glb')).toEqual({ bytes: glb.length });
	const whole = await new Response(await storage.get('products/p/b.glb')).bytes();
	expect(await sha256Hex(Uint8Array.from(whole))).toBe(await sha256Hex(glb));
	const part = await storage.get('products/p/b.glb', { offset: 2, length: 3 });
	expect([...(await new Response(part).bytes())]).toEqual([...glb.slice(2, 5)]);
	await storage.delete(['products/p/b.glb']);
	expect(await storage.get('products/p/b.glb')).toBeNull();
});
