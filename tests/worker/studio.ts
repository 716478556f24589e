/** Drives the studio's API the way the browser does, for tests. */
import { exports } from 'cloudflare:workers';
import { expect } from 'vitest';
import { z } from 'zod';
import type { AssetKind } from '../../worker/contract';

export const ORIGIN = 'http://127.0.0.1:8787';

/** One request to the Worker through its real entry. */
export function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
	return exports.default.fetch(
		new Request(new URL(path, ORIGIN), { redirect: 'manual', ...init, method })
	);
}

export function sendJson(method: string, path: string, json: unknown): Promise<Response> {
	return send(method, path, {
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(json)
	});
}

const refusalBody = z.object({
	error: z.object({ code: z.string(), message: z.string(), request_id: z.string() })
});

/** Expects a refusal in our shape and gives its code and sentence. */
export async function refusalOf(response: Response) {
	const { error } = refusalBody.parse(await response.json());
	expect(error.request_id).toBe(response.headers.get('x-request-id'));
	return { status: response.status, code: error.code, message: error.message };
}

export async function createProduct(name = 'Oak chair'): Promise<string> {
	const response = await sendJson('POST', '/api/products', { name });
	expect(response.status).toBe(201);
	return z.object({ id: z.string() }).parse(await response.json()).id;
}

/** The smallest GLB: a header and a JSON chunk. */
export function tinyGlb(seed = 0): Uint8Array<ArrayBuffer> {
	const json = new TextEncoder().encode(`{"asset":{"version":"2.0","generator":"${1000 + seed}"}}`);
	const padded = Math.ceil(json.length / 4) * 4;
	const glb = new Uint8Array(20 + padded).fill(0x20);
	const view = new DataView(glb.buffer);
	view.setUint32(0, 0x46546c67, true);
	view.setUint32(4, 2, true);
	view.setUint32(8, glb.length, true);
	view.setUint32(12, padded, true);
	view.setUint32(16, 0x4e4f534a, true);
	glb.set(json, 20);
	return glb;
}

/** What begins like a PNG. */
export function tinyPng(seed = 0): Uint8Array<ArrayBuffer> {
	return Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, seed, 1, 2, 3);
}

export async function sha256Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const uploadAnswer = z.object({
	asset_id: z.string(),
	url: z.string(),
	method: z.literal('PUT'),
	headers: z.record(z.string(), z.string())
});

export interface Announced {
	product_id: string;
	kind: AssetKind;
	content_type: string;
	bytes: number;
	sha256: string;
}

/** Announces an upload. */
export async function announce(upload: Announced) {
	const response = await sendJson('POST', '/api/uploads', upload);
	expect(response.status).toBe(201);
	return uploadAnswer.parse(await response.json());
}

/** Uploads a file in all three steps. @returns its address */
export async function store(
	product_id: string,
	kind: AssetKind,
	content_type: string,
	bytes: Uint8Array<ArrayBuffer>
): Promise<string> {
	const { asset_id, url, headers } = await announce({
		product_id,
		kind,
		content_type,
		bytes: bytes.length,
		sha256: await sha256Hex(bytes)
	});
	const put = await send('PUT', url, {
		body: bytes,
		headers: { ...headers, 'content-length': String(bytes.length) }
	});
	expect(put.status).toBe(200);
	const done = await send('POST', `/api/uploads/${asset_id}/complete`);
	expect(done.status).toBe(200);
	return z.object({ url: z.string() }).parse(await done.json()).url;
}

/** A product with a draft model that was optimized: ready to be shared. */
export async function optimizedProduct(name = 'Oak chair', seed = 0) {
	const product_id = await createProduct(name);
	const cutout_url = await store(product_id, 'cutout', 'image/png', tinyPng(seed));
	const model_url = await store(product_id, 'source_model', 'model/gltf-binary', tinyGlb(seed));
	const size = { width_m: 0.4, height_m: 0.8, depth_m: 0.4 };
	const generated = await send('POST', '/api/generate-3d-model', {
		headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
		body: JSON.stringify({
			provider: 'draft',
			product_id,
			image_urls: [cutout_url],
			model_url,
			triangles: 1200,
			size,
			processing_time: 2
		})
	});
	expect(generated.status).toBe(202);
	return { product_id, cutout_url, model_url, ...(await optimize(product_id, model_url, seed)) };
}

/** Records an optimization of a product's model. */
export async function optimize(product_id: string, model_url: string, seed = 0) {
	const lod = tinyGlb(seed + 100);
	const lod_url = await store(product_id, 'lod', 'model/gltf-binary', lod);
	const plain_url = await store(
		product_id,
		'plain_model',
		'model/gltf-binary',
		tinyGlb(seed + 200)
	);
	const poster_url = await store(product_id, 'poster', 'image/png', tinyPng(seed + 1));
	const response = await sendJson('POST', '/api/optimize-model', {
		product_id,
		model_url,
		lods: [{ level: 0, url: lod_url, triangles: 600, bytes: lod.length }],
		plain_url,
		poster_url,
		settings: { texture_size: 1024 },
		source: { triangles: 1200, bytes: 4000 },
		size: { width_m: 0.4, height_m: 0.8, depth_m: 0.4 },
		processing_time: 3
	});
	expect(response.status).toBe(200);
	return { lod_url, plain_url, poster_url };
}

const shareAnswer = z.object({ id: z.string(), slug: z.string(), url: z.string() });

export async function createShare(product_id: string, options: Record<string, unknown> = {}) {
	const response = await sendJson('POST', '/api/shares', { product_id, ...options });
	expect(response.status).toBe(201);
	return shareAnswer.parse(await response.json());
}
