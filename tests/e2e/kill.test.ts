import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { startMeshyStandIn, type StandIn } from '../meshy-stand-in/server';

const KEY = 'msy_killed';
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 1, 1, 2, 3);

/** Where the server is killed, each time without warning: just when this has arrived at Meshy. */
const KILL_POINTS: [string, (method: string, path: string) => boolean][] = [
	['Meshy is asked whether it is there', (_, path) => path.endsWith('/balance')],
	['it was accepted and charged, and not answered', (method) => method === 'ACCEPTED'],
	[
		'Meshy’s list is asked for it',
		(method, path) => method === 'GET' && path.endsWith('/image-to-3d')
	],
	['it is polled for the first time', isPoll],
	['it is polled again', isPoll],
	['it is at 99 %', isPoll],
	['its file is asked for', (_, path) => path.endsWith('/model.glb')],
	['its picture is asked for', (_, path) => path.endsWith('.png')]
];
function isPoll(method: string, path: string): boolean {
	return method === 'GET' && /image-to-3d\/.+/.test(path);
}

let meshy: StandIn;
let server: ChildProcess | null = null;
let port = 0;
let arrived: (method: string, path: string) => Promise<void> | void = () => undefined;
const data = fs.mkdtempSync(path.join(os.tmpdir(), 'vitrine-kill-'));
const url = (address: string) => `http://127.0.0.1:${port}${address}`;

beforeAll(async () => {
	meshy = await startMeshyStandIn({
		scenario: 'brisk',
		onarrival: (method, path) => arrived(method, path),
		onaccepted: () => arrived('ACCEPTED', '')
	});
	port = await freePort();
	await start();
});
afterAll(async () => {
	await kill();
	await meshy?.close();
	fs.rmSync(data, { recursive: true, force: true });
});

/** `npm start`, without building again. */
async function start(): Promise<void> {
	const args = ['scripts/start.mjs', '--built', '--data', data];
	const vars = [`MESHY_BASE_URL:${meshy.url}`, `MESHY_API_KEY:${KEY}`, 'STUDIO_TOKEN:'];
	server = spawn(process.execPath, [...args, ...vars.flatMap((one) => ['--var', one])], {
		env: { ...process.env, PORT: String(port), PATH: `node_modules/.bin:${process.env.PATH}` },
		stdio: 'ignore',
		detached: true
	});
	for (;;) {
		const health = await fetch(url('/api/health')).catch(() => null);
		if (health?.ok) return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** The whole process group at once, as a power cut would. */
async function kill(): Promise<void> {
	const killed = server;
	if (!killed?.pid || killed.exitCode !== null) return;
	const gone = new Promise((resolve) => killed.once('exit', resolve));
	process.kill(-killed.pid, 'SIGKILL');
	await gone;
}

async function freePort(): Promise<number> {
	const probe = net.createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => probe.once('listening', resolve));
	const address = probe.address();
	await new Promise((resolve) => probe.close(resolve));
	return typeof address === 'object' && address ? address.port : 0;
}

async function send(method: string, address: string, body?: unknown, headers = {}) {
	const response = await fetch(url(address), {
		method,
		headers: { 'content-type': 'application/json', ...headers },
		body: body === undefined ? undefined : JSON.stringify(body)
	});
	return z.record(z.string(), z.unknown()).parse(await response.json());
}

async function productWithCutout() {
	const { id: product_id } = await send('POST', '/api/products', { name: 'Killed chair' });
	const sha256 = createHash('sha256').update(PNG).digest('hex');
	const file = { kind: 'cutout', content_type: 'image/png', bytes: PNG.length, sha256 };
	const upload = await send('POST', '/api/uploads', { product_id, ...file });
	await fetch(url(String(upload.url)), {
		method: 'PUT',
		body: PNG,
		headers: { 'content-type': 'image/png' }
	});
	const stored = await send('POST', `/api/uploads/${String(upload.asset_id)}/complete`);
	return { product_id, image_urls: [stored.url] };
}

it(`killed at ${KILL_POINTS.length + 1} points of a running generation and started again, it makes and pays one model`, async () => {
	const request = { provider: 'meshy', ...(await productWithCutout()) };
	const headers = { 'idempotency-key': crypto.randomUUID() };
	const points = [...KILL_POINTS];
	const passed: string[] = [];
	let wanted = Promise.withResolvers<void>();
	// Meshy does nothing more before the server is dead.
	arrived = async (method, path) => {
		if (!points[0]?.[1](method, path)) return;
		passed.push(points.shift()?.[0] ?? '');
		await kill();
		wanted.resolve();
	};
	const { task_id } = await send('POST', '/api/generate-3d-model', request, headers);
	// The first kill: the request was answered, and nothing more is known.
	await kill();
	await start();
	for (let n = 0; n < KILL_POINTS.length; n++) {
		await wanted.promise;
		wanted = Promise.withResolvers();
		await start();
	}
	let task: Record<string, unknown> = {};
	while (!/^(succeeded|failed|canceled|unknown)$/.test(String(task.status))) {
		await new Promise((resolve) => setTimeout(resolve, 500));
		task = await send('GET', `/api/tasks/${String(task_id)}`);
	}
	expect(passed).toEqual(KILL_POINTS.map(([name]) => name));
	expect(task).toMatchObject({ status: 'succeeded', error: null, cost: 0.6 });

	const account = await (await fetch(`${meshy.url}/__account?key=${KEY}`)).json();
	const { book } = z.object({ book: z.array(z.object({ credits: z.number() })) }).parse(account);
	expect(book.map(({ credits }) => credits)).toEqual([30]);
	const model = await fetch(url(String(task.model_url)));
	expect(
		createHash('sha256')
			.update(await model.bytes())
			.digest('hex')
	).toBe(z.object({ sha256: z.string() }).parse(task.output).sha256);
	const again = await send('POST', '/api/generate-3d-model', request, headers);
	expect(again.task_id).toBe(task_id);
});
