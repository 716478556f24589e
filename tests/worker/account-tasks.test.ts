import { introspectWorkflow } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
	accepted,
	generate,
	KEY,
	playScenario,
	productWithCutouts,
	readAccount,
	readTask,
	runPaidTask
} from './stand-in';
import { refusalOf, send } from './studio';

const listed = z.strictObject({
	whole: z.boolean(),
	tasks: z.array(
		z.strictObject({
			id: z.string(),
			endpoint: z.string(),
			state: z.string(),
			progress: z.number(),
			credits: z.number().nullable(),
			created_at: z.number(),
			expires_at: z.number().nullable(),
			own: z.boolean(),
			product_id: z.string().nullable(),
			name: z.string().nullable(),
			deletable: z.boolean()
		})
	)
});

async function readList() {
	const response = await send('GET', '/api/providers/meshy/tasks');
	expect(response.status).toBe(200);
	const text = await response.text();
	expect(text).not.toMatch(/https?:/);
	return listed.parse(JSON.parse(text));
}
const remove = ({ endpoint, id }: { endpoint: string; id: string }) =>
	send('DELETE', `/api/providers/meshy/tasks/${endpoint}/${id}`);
const ids = async () => (await readAccount()).tasks.map(({ id }) => id);

describe('the account’s tasks', () => {
	it('are listed with the product they are of, and one that is stored here can be deleted there', async () => {
		const { product_id, task } = await runPaidTask('ok');
		const { whole, tasks } = await readList();
		expect(whole).toBe(true);
		expect(tasks).toMatchObject([
			{ state: 'succeeded', credits: 30, own: true, product_id, name: 'Oak chair', deletable: true }
		]);
		const [first] = tasks;
		if (!first) throw new Error('none');
		expect((await remove(first)).status).toBe(200);
		expect(await ids()).toEqual([]);
		expect((await send('GET', task.model_url ?? '')).status).toBe(200);
		const audited = await env.DB.prepare(
			"select subject from audit_log where action = 'provider_task.delete'"
		).first('subject');
		expect(audited).toBe(first.id);
		// Gone is gone: asking again is fine.
		expect((await remove(first)).status).toBe(200);
	});

	it('of others are shown, and never deleted from here', async () => {
		await playScenario('ok');
		const made = await fetch(`${env.MESHY_BASE_URL}/openapi/v1/remesh`, {
			method: 'POST',
			headers: { authorization: `Bearer ${KEY}` },
			body: JSON.stringify({ input_task_id: 'elsewhere' })
		});
		expect(made.status).toBe(202);
		await made.body?.cancel();
		const { tasks } = await readList();
		expect(tasks).toMatchObject([{ endpoint: 'remesh', own: false, deletable: false, name: null }]);
		const [foreign] = tasks;
		if (!foreign) throw new Error('none');
		expect(await refusalOf(await remove(foreign))).toMatchObject({ status: 404 });
		expect(await ids()).toEqual([foreign.id]);
	});

	it('of a model that is being made are not deleted', async () => {
		await playScenario('slow');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		const { product_id, image_urls } = await productWithCutouts(1);
		const { task_id } = accepted.parse(await (await generate({ product_id, image_urls })).json());
		const state = async () => (await readTask(task_id)).status;
		await expect.poll(state, { timeout: 15_000 }).toBe('running');
		await refusesToDelete();
		await workflows.get();
	});

	it('of a paid model that could not be saved are not deleted', async () => {
		const { task } = await runPaidTask('asset_not_glb');
		expect(task).toMatchObject({ status: 'failed', cost: 0.6 });
		await refusesToDelete();
	});

	async function refusesToDelete() {
		const [task] = (await readList()).tasks;
		if (!task) throw new Error('none');
		expect(task).toMatchObject({ own: true, deletable: false });
		const refusal = await refusalOf(await remove(task));
		expect(refusal).toMatchObject({ status: 409, code: 'not_deletable' });
		expect(await ids()).toEqual([task.id]);
	}

	it('are told to be a part where Meshy does not give them all', async () => {
		await playScenario('lists_fail_at_first');
		expect(await readList()).toEqual({ whole: false, tasks: [] });
	});
});

it('the balance is the account’s own now, with its time; the last known one while Meshy is away', async () => {
	const balance = z.object({
		credits: z.number().nullable(),
		usd: z.number().nullable(),
		as_of: z.number().nullable()
	});
	const read = async () =>
		balance.parse(await (await send('GET', '/api/providers/meshy/balance')).json());
	await playScenario('ok');
	const began = Date.now();
	const live = await read();
	expect(live).toMatchObject({ credits: 1000, usd: 20 });
	expect(live.as_of).toBeGreaterThanOrEqual(began);
	await playScenario('down');
	await env.DB.prepare(
		"insert into balance_checks (id, provider, balance, settled, in_flight, difference, created_at) values ('b', 'meshy', 940, 0, 0, null, 1000)"
	).run();
	expect(await read()).toEqual({ credits: 940, usd: 18.8, as_of: 1000 });
});
