/** Reading tasks, canceling one that costs nothing yet, and settling one whose outcome is unknown. */
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { z } from 'zod';
import { resolveRequest, tasksQuery } from '../contract';
import { readAttention } from '../db/attention';
import { cancelWaitingTask, resolveNotCharged, reviveTask } from '../db/task-ends';
import { getTask, listTasks, taskOnWire } from '../db/tasks';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { validate } from '../validate';
import { stepAside } from '../workflows/take-place';
import { restartWorkflow, wakeTask } from '../workflows/wake-task';

/** How many tasks that need attention are told at once. */
const ATTENTION = 50;

const taskParam = z.object({ task_id: z.uuid() });
const unknownTask = (task_id: string) =>
	`There is no task ${task_id}. Check the id; tasks go with their product when it is deleted.`;

export const tasks = new Hono<AppEnv>()
	// What did not change is answered 304: the browser's cache compares the ETag by itself.
	.get('/', etag(), validate('query', tasksQuery), async (c) => {
		c.header('Cache-Control', 'private, no-cache');
		const filter = c.req.valid('query');
		if (!filter.ids && !filter.product_id) {
			const message = 'Say which tasks: ids (comma-separated, at most 50) or product_id.';
			return refuse(c, 400, 'invalid_request', message);
		}
		const rows = await listTasks(c.env.DB, filter);
		for (const row of rows) c.executionCtx.waitUntil(wakeTask(c.env, row, Date.now()));
		return c.json({ tasks: rows.map(taskOnWire) }, 200);
	})
	/** Paid models that are not in our storage, for a person to know of. */
	.get('/attention', async (c) => {
		const rows = await readAttention(c.env.DB, ATTENTION);
		const number = (value: unknown) => (typeof value === 'number' ? value : null);
		const text = (value: unknown) => (typeof value === 'string' ? value : null);
		return c.json(
			{
				tasks: rows.map(({ output, ...row }) => ({
					...row,
					not_saved_because: text(output?.not_saved_because),
					/** Unix epoch milliseconds. */
					retry_at: number(output?.retry_at),
					deleted_at: number(output?.deleted_at)
				}))
			},
			200
		);
	})
	.get('/:task_id', validate('param', taskParam), async (c) => {
		const { task_id } = c.req.valid('param');
		const row = await getTask(c.env.DB, task_id);
		if (!row) return refuse(c, 404, 'not_found', unknownTask(task_id));
		c.executionCtx.waitUntil(wakeTask(c.env, row, Date.now()));
		return c.json(taskOnWire(row), 200);
	})
	.post('/:task_id/cancel', validate('param', taskParam), async (c) => {
		const { task_id } = c.req.valid('param');
		const canceled = await cancelWaitingTask(c.env.DB, task_id, Date.now());
		const row = await getTask(c.env.DB, task_id);
		if (!row) return refuse(c, 404, 'not_found', unknownTask(task_id));
		if (canceled && row.provider === 'meshy') {
			c.executionCtx.waitUntil(stepAside(c.env, row.provider));
		}
		// Canceling twice is fine.
		if (canceled || row.status === 'canceled') return c.json(taskOnWire(row), 200);
		return refuse(c, 409, 'not_cancelable', whyNot(row.status));
	})
	.post(
		'/:task_id/resolve',
		validate('param', taskParam),
		validate('json', resolveRequest),
		async (c) => {
			const { task_id } = c.req.valid('param');
			const { decision } = c.req.valid('json');
			const now = Date.now();
			let done: boolean;
			if (decision === 'not_charged') {
				const message =
					'Meshy never accepted this model, by the account’s own usage. Nothing was charged; generate it again.';
				done = await resolveNotCharged(c.env.DB, task_id, message, c.get('user'), now);
			} else {
				done = await reviveTask(c.env.DB, task_id, now);
				if (done) await restartWorkflow(c.env, task_id);
			}
			const row = await getTask(c.env.DB, task_id);
			if (!row) return refuse(c, 404, 'not_found', unknownTask(task_id));
			if (done) return c.json(taskOnWire(row), 200);
			const message =
				row.status === 'unknown'
					? 'Meshy has accepted this task, so it was charged. Look again for its result instead.'
					: 'The outcome of this task is not in question, so there is nothing to decide.';
			return refuse(c, 409, 'not_resolvable', message);
		}
	);

function whyNot(status: ReturnType<typeof taskOnWire>['status']): string {
	switch (status) {
		case 'succeeded':
		case 'failed':
			return 'This task has already ended, so there is nothing to cancel.';
		case 'unknown':
			return 'It is not known whether Meshy accepted this task, so it cannot be canceled. Its price stays reserved until that is cleared up.';
		default:
			return 'Meshy has already been asked for this model and offers no way to cancel. The result will be saved when it is ready.';
	}
}
