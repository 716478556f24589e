import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { readTask, runPaidTask } from './stand-in';
import { createProduct, send, sendJson } from './studio';

const list = z.strictObject({
	tasks: z.array(
		z.strictObject({
			task_id: z.string(),
			product_id: z.string(),
			name: z.string(),
			status: z.string(),
			accepted: z.boolean(),
			message: z.string().nullable(),
			not_saved_because: z.string().nullable(),
			retry_at: z.number().nullable(),
			deleted_at: z.number().nullable()
		})
	)
});
const readAttention = async () =>
	list.parse(await (await send('GET', '/api/tasks/attention')).json()).tasks;

it('an unknown outcome needs attention until a person has decided, a stored model never does', async () => {
	const stored = await runPaidTask('ok');
	const lost = await runPaidTask('drop_connection_before_accept');
	const found = await readAttention();
	expect(found.map(({ task_id }) => task_id)).not.toContain(stored.task_id);
	expect(found.find(({ task_id }) => task_id === lost.task_id)).toMatchObject({
		product_id: lost.product_id,
		name: 'Oak chair',
		status: 'unknown',
		accepted: false,
		not_saved_because: null
	});
	const decided = await sendJson('POST', `/api/tasks/${lost.task_id}/resolve`, {
		decision: 'not_charged'
	});
	expect(decided.status).toBe(200);
	expect((await readAttention()).map(({ task_id }) => task_id)).not.toContain(lost.task_id);
});

it('a paid model that could not be stored needs it, with the reason, the next try and its deletion; one being copied does not', async () => {
	const product_id = await createProduct('Lamp');
	const add = async (output: object | null) => {
		const id = crypto.randomUUID();
		await env.DB.prepare(
			"insert into processing_tasks (id, product_id, type, provider, provider_task_id, status, input, output, created_at, updated_at) values (?, ?, '3d_generation', 'meshy', ?, 'copying', '{}', ?, 1, 1)"
		)
			.bind(id, product_id, `at Meshy: ${id}`, output && JSON.stringify(output))
			.run();
		return id;
	};
	const output = { not_saved_because: 'asset_unavailable', retry_at: 2, deleted_at: 3 };
	const stuck = await add(output);
	const copying = await add(null);
	const found = await readAttention();
	expect(found.find(({ task_id }) => task_id === stuck)).toMatchObject({
		name: 'Lamp',
		status: 'copying',
		accepted: true,
		...output
	});
	expect(found.map(({ task_id }) => task_id)).not.toContain(copying);
	expect(JSON.stringify(found)).not.toContain('at Meshy');
});

it('the batched poll is answered 304 until a task has moved on', async () => {
	const { task_id } = await runPaidTask('drop_connection_before_accept');
	const poll = (etag?: string | null) =>
		send('GET', `/api/tasks?ids=${task_id}`, {
			headers: etag ? { 'if-none-match': etag } : {}
		});
	const first = await poll();
	const etag = first.headers.get('etag');
	expect(first.headers.get('cache-control')).toBe('private, no-cache');
	expect(etag).toMatch(/^(W\/)?".+"$/);
	const same = await poll(etag);
	expect([same.status, await same.text()]).toEqual([304, '']);
	await sendJson('POST', `/api/tasks/${task_id}/resolve`, { decision: 'not_charged' });
	const moved = await poll(etag);
	expect(moved.status).toBe(200);
	expect(moved.headers.get('etag')).not.toBe(etag);
	expect((await readTask(task_id)).status).toBe('failed');
});
