import { introspectWorkflow } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
	accepted,
	generate,
	playScenario,
	productWithCutouts,
	readAccount,
	readLedger,
	readTask,
	runPaidTask
} from './stand-in';
import { refusalOf, sendJson } from './studio';

vi.setConfig({ testTimeout: 60_000 });

// What other tests left open could, rightly, be behind any task made now.
beforeEach(() => env.DB.exec("update submissions set submitted_at = 1 where state = 'open'"));

/** Asks for several models at once and waits until all have ended. */
async function runTogether(scenario: string, count: number) {
	await playScenario(scenario);
	await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
	await workflows.modifyAll((m) => m.disableSleeps());
	const requests = await Promise.all(Array.from({ length: count }, () => productWithCutouts(1)));
	const answers = await Promise.all(requests.map((request) => generate(request)));
	const ids = await Promise.all(
		answers.map(async (answer) => accepted.parse(await answer.json()).task_id)
	);
	for (const instance of await workflows.get()) await instance.waitForStatus('complete');
	return { ids, tasks: await Promise.all(ids.map(readTask)), account: await readAccount() };
}

/** A task as a server's death in the middle of its POST leaves it. */
async function diedWhilePosting() {
	const { product_id, image_urls } = await productWithCutouts(1);
	const task_id = crypto.randomUUID();
	const input = { provider: 'meshy', product_id, image_urls, settings: {} };
	await env.DB.batch([
		env.DB.prepare(
			"insert into processing_tasks (id, product_id, type, provider, status, input, created_at, updated_at) values (?, ?, '3d_generation', 'meshy', 'submitting', ?, 1, 1)"
		).bind(task_id, product_id, JSON.stringify(input)),
		env.DB.prepare(
			"insert into cost_entries (id, task_id, product_id, provider, kind, credits, micro_usd, created_at) values (?, ?, ?, 'meshy', 'reserve', 30, 600000, 1)"
		).bind(crypto.randomUUID(), task_id, product_id)
	]);
	return task_id;
}

describe('a POST whose answer is lost', () => {
	it.each([
		'drop_connection_after_accept',
		'server_error_on_submit',
		'unreadable_answer_on_submit',
		'orphan_shows_up_late',
		'lists_fail_at_first'
	])('%s: found in the list, one POST, the model is ours', async (scenario) => {
		const { task, task_id, account } = await runPaidTask(scenario);
		expect(account.posts).toHaveLength(1);
		expect(account.tasks).toHaveLength(1);
		expect(task).toMatchObject({ status: 'succeeded', error: null, cost: 0.6 });
		expect(await readLedger(task_id)).toMatchObject({
			kinds: ['release', 'reserve', 'settle'],
			credits: account.spent
		});
	});

	it('that was never accepted: looked for, never asked again, held until a person says it was not charged', async () => {
		const { task, task_id, account } = await runPaidTask('drop_connection_before_accept');
		expect(account.posts).toHaveLength(1);
		const looks = account.requests.filter(
			({ method, path }) => method === 'GET' && !path.endsWith('/balance')
		);
		expect(looks).toHaveLength(8);
		expect(task).toMatchObject({ status: 'unknown', error: { code: 'outcome_unknown' } });
		expect(await readLedger(task_id)).toEqual({
			kinds: ['reserve'],
			credits: 30,
			micro_usd: 600_000
		});

		const resolve = () =>
			sendJson('POST', `/api/tasks/${task_id}/resolve`, { decision: 'not_charged' });
		expect(await (await resolve()).json()).toMatchObject({ status: 'failed', cost: 0 });
		expect(await readLedger(task_id)).toMatchObject({ kinds: ['release', 'reserve'], credits: 0 });
		expect(await refusalOf(await resolve())).toMatchObject({ status: 409, code: 'not_resolvable' });
		const { results } = await env.DB.prepare('select action from audit_log where subject = ?')
			.bind(task_id)
			.all();
		expect(results).toEqual([{ action: 'task.not_charged' }]);
	});

	it('among tasks of another program is not guessed at', async () => {
		const { task, task_id, account } = await runPaidTask('orphan_among_strays');
		expect(account.tasks).toHaveLength(2);
		expect(account.posts).toHaveLength(1);
		expect(task.status).toBe('unknown');
		expect(task.error?.message).toContain('not which of them');
		expect((await readLedger(task_id)).kinds).toEqual(['reserve']);
	});

	it('twice at once: neither takes the other’s model', async () => {
		const { tasks, account } = await runTogether('drop_connection_after_accept', 2);
		expect(account.posts).toHaveLength(2);
		expect(tasks.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
		expect(account.tasks.map(({ downloads }) => downloads)).toEqual([0, 0]);
	});

	it('beside one that is answered: each gets its own model', async () => {
		const { ids, tasks, account } = await runTogether('drop_first_connection_after_accept', 2);
		expect(account.posts).toHaveLength(2);
		expect(tasks.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
		expect(account.tasks.map(({ downloads }) => downloads)).toEqual([1, 1]);
		const { results } = await env.DB.prepare(
			'select count(distinct provider_task_id) as n from processing_tasks where id in (?, ?)'
		)
			.bind(...ids)
			.all();
		expect(results).toEqual([{ n: 2 }]);
	});

	it('by a server that died: not POSTed again when it is back', async () => {
		await playScenario('ok');
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		await workflows.modifyAll((m) => m.disableSleeps());
		const task_id = await diedWhilePosting();
		await env.GENERATE_MODEL.create({ id: task_id, params: { task_id } });
		const [instance] = await workflows.get();
		await instance?.waitForStatus('complete');
		expect((await readAccount()).posts).toHaveLength(0);
		expect(await readTask(task_id)).toMatchObject({ status: 'unknown' });
		expect((await readLedger(task_id)).kinds).toEqual(['reserve']);
	});
});

describe('deciding', () => {
	it('to look again finds what came up since', async () => {
		const { task_id, task } = await runPaidTask('drop_connection_before_accept');
		expect(task.status).toBe('unknown');
		// What Meshy made of it turns up hours later: the stand-in is told by another POST of the same kind.
		await playScenario('ok');
		const form = { method: 'POST', headers: { authorization: 'Bearer msy_test_key' } };
		const made = await fetch(`${env.MESHY_BASE_URL}/openapi/v1/image-to-3d`, {
			...form,
			body: JSON.stringify({ image_url: 'data:image/png;base64,iVBORw0KGgoAAAAN' })
		});
		expect(made.status).toBe(202);
		await made.body?.cancel();
		await using workflows = await introspectWorkflow(env.GENERATE_MODEL);
		await workflows.modifyAll((m) => m.disableSleeps());
		const path = `/api/tasks/${task_id}/resolve`;
		expect((await sendJson('POST', path, { decision: 'look_again' })).status).toBe(200);
		await expect
			.poll(async () => (await readTask(task_id)).status, { timeout: 30_000, interval: 500 })
			.toBe('succeeded');
		expect((await readLedger(task_id)).credits).toBe(30);
		await workflows.get();
	});

	it('about a task that ended, or that does not exist, is refused', async () => {
		const { task_id } = await runPaidTask('ok');
		const ask = (id: string) =>
			sendJson('POST', `/api/tasks/${id}/resolve`, { decision: 'not_charged' });
		expect(await refusalOf(await ask(task_id))).toMatchObject({ code: 'not_resolvable' });
		expect((await ask(crypto.randomUUID())).status).toBe(404);
		expect((await readLedger(task_id)).credits).toBe(30);
	});
});
