/** Talks to Meshy's stand-in and follows paid tasks, for tests. */
import { introspectWorkflow } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect } from 'vitest';
import { z } from 'zod';
import { createProduct, send, store, tinyPng } from './studio';

/** The key the tests' Worker has; see vitest.config.ts. */
export const KEY = 'msy_test_key';

const account = z.object({
	/** Credits. */
	spent: z.number(),
	book: z.array(z.object({ task_id: z.string(), credits: z.number() })),
	requests: z.array(
		z.object({ method: z.string(), path: z.string(), status: z.union([z.number(), z.string()]) })
	),
	tasks: z.array(
		z.object({
			id: z.string(),
			endpoint: z.string(),
			parameters: z.record(z.string(), z.unknown()),
			images: z.array(z.object({ content_type: z.string(), bytes: z.number() })),
			reads: z.number(),
			downloads: z.number()
		})
	)
});

/** Sets what happens from now on to a key, and forgets what it did. */
export async function playScenario(scenario: string, key = KEY): Promise<void> {
	const response = await fetch(`${env.MESHY_BASE_URL}/__scenario`, {
		method: 'POST',
		body: JSON.stringify({ key, scenario })
	});
	expect(response.status).toBe(200);
	await response.body?.cancel();
	// A fresh account has nothing under way.
	await env.DB.prepare(
		"update submissions set state = 'closed' where state in ('waiting', 'open', 'accepted')"
	).run();
	await env.DB.prepare('update provider_pace set held_until = 0').run();
}

/** What a key did at the stand-in. */
export async function readAccount(key = KEY) {
	const url = `${env.MESHY_BASE_URL}/__account?key=${encodeURIComponent(key)}`;
	const { tasks, requests, spent, book } = account.parse(await (await fetch(url)).json());
	return {
		spent,
		book,
		tasks,
		posts: requests.filter(({ method }) => method === 'POST'),
		requests
	};
}

/** A product with cut-outs. */
export async function productWithCutouts(count: number) {
	const product_id = await createProduct();
	const image_urls: string[] = [];
	for (let i = 0; i < count; i++) {
		image_urls.push(await store(product_id, 'cutout', 'image/png', tinyPng(i)));
	}
	return { product_id, image_urls };
}

/** Asks for a paid model. */
export function generate(
	request: { product_id: string; image_urls: string[]; settings?: object },
	key: string = crypto.randomUUID()
): Promise<Response> {
	return send('POST', '/api/generate-3d-model', {
		headers: { 'content-type': 'application/json', 'idempotency-key': key },
		body: JSON.stringify({ provider: 'meshy', ...request })
	});
}

export const accepted = z.strictObject({
	product_id: z.string(),
	task_id: z.string(),
	status: z.string(),
	estimated_completion: z.number(),
	cost: z.number()
});

export const wireTask = z.strictObject({
	task_id: z.string(),
	product_id: z.string(),
	type: z.string(),
	provider: z.string().nullable(),
	status: z.string(),
	accepted: z.boolean(),
	progress: z.number(),
	model_url: z.string().nullable(),
	cost: z.number(),
	error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
	estimated_completion: z.number().nullable(),
	processing_time: z.number().nullable(),
	output: z.record(z.string(), z.unknown()).nullable(),
	created_at: z.number(),
	completed_at: z.number().nullable()
});

export async function readTask(task_id: string) {
	const response = await send('GET', `/api/tasks/${task_id}`);
	expect(response.status).toBe(200);
	return wireTask.parse(await response.json());
}

/** Plays a scenario with a whole task, with all pauses taken out. */
export async function runPaidTask(scenario: string, images = 1) {
	await playScenario(scenario);
	await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
	await workflows.modifyAll((m) => m.disableSleeps());
	const { product_id, image_urls } = await productWithCutouts(images);
	const response = await generate({ product_id, image_urls });
	expect(response.status).toBe(202);
	const { task_id } = accepted.parse(await response.json());
	const [instance] = await workflows.get();
	await instance?.waitForStatus('complete');
	const task = await readTask(task_id);
	return { task, product_id, image_urls, task_id, account: await readAccount() };
}

const entries = z.array(z.object({ kind: z.string(), credits: z.number(), micro_usd: z.number() }));

/** The ledger of one task. */
export async function readLedger(task_id: string) {
	const { results } = await env.DB.prepare(
		'select kind, credits, micro_usd from cost_entries where task_id = ? order by id'
	)
		.bind(task_id)
		.all();
	const rows = entries.parse(results);
	return {
		kinds: rows.map(({ kind }) => kind).sort(),
		credits: rows.reduce((sum, row) => sum + row.credits, 0),
		micro_usd: rows.reduce((sum, row) => sum + row.micro_usd, 0)
	};
}

/** Every text in every table that a person could come to see. */
export async function everythingStored(): Promise<string> {
	const tables = [
		'products',
		'assets',
		'processing_tasks',
		'external_api_responses',
		'cost_entries',
		'idempotency_keys',
		'performance_metrics'
	];
	const rows = await Promise.all(
		tables.map((table) => env.DB.prepare(`select * from ${table}`).all())
	);
	return JSON.stringify(rows.map(({ results }) => results));
}
