/** What Meshy keeps for the account: a look at its own list, and deleting there what is safe here. */
import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { z } from 'zod';
import type { ProviderTask } from '../clients/provider';
import { auditEntry } from '../db/audit';
import { findOwnTasks, type OwnTask } from '../db/provider-tasks';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { validate } from '../validate';
import { openProvider } from '../workflows/open-provider';
import { refuseUnconfigured } from './pay-once';

/** The newest of all endpoints together. */
const SHOWN = 50;

const taskParam = z.object({ endpoint: z.string().max(40), id: z.string().min(1).max(200) });

export const providerTasks = new Hono<AppEnv>()
	.get('/', async (c) => {
		const unconfigured = refuseUnconfigured(c, 'meshy');
		if (unconfigured) return unconfigured;
		const provider = openProvider(c.env, 'meshy', null);
		const pages = await Promise.all(
			provider.endpoints.map(async (endpoint) => {
				const page = await provider.list(endpoint, 1);
				return page.kind === 'tasks' ? page.tasks.map((task) => ({ ...task, endpoint })) : null;
			})
		);
		const listed = pages
			.flatMap((page) => page ?? [])
			.toSorted((a, b) => b.created_at - a.created_at)
			.slice(0, SHOWN);
		const own = await findOwnTasks(
			c.env.DB,
			'meshy',
			listed.map(({ id }) => id)
		);
		const tasks = listed.map((task) => onWire(task, own));
		/** `whole`: false when a part of the list could not be read now. */
		return c.json({ whole: pages.every((page) => page !== null), tasks }, 200);
	})
	.delete('/:endpoint/:id', validate('param', taskParam), async (c) => {
		const unconfigured = refuseUnconfigured(c, 'meshy');
		if (unconfigured) return unconfigured;
		const { endpoint, id } = c.req.valid('param');
		const provider = openProvider(c.env, 'meshy', null);
		const [own] = await findOwnTasks(c.env.DB, 'meshy', [id]);
		if (!own || !provider.endpoints.includes(endpoint)) {
			const message =
				'This studio did not make that task, so it does not delete it. Do it at Meshy.';
			return refuse(c, 404, 'not_found', message);
		}
		const ref = { endpoint, provider_task_id: id };
		const seen = await provider.poll(ref);
		if (seen.kind === 'task' && !deletable(seen.task, own)) {
			const message =
				'This task is not over, or its model is not in your storage yet. It can be deleted at Meshy once it is.';
			return refuse(c, 409, 'not_deletable', message);
		}
		if (seen.kind === 'later' || !(await provider.remove(ref))) {
			const message = 'Meshy does not answer right now, so nothing was deleted. Try again later.';
			return refuse(c, 503, 'meshy_unavailable', message);
		}
		await auditEntry(drizzle(c.env.DB), c.get('user'), 'provider_task.delete', id, { endpoint });
		return c.json({ deleted: true as const }, 200);
	});

/** Paid results are deleted there only when they are stored here, or nobody wants them any longer. */
function deletable({ state }: ProviderTask, { task_id, status }: OwnTask): boolean {
	if (state === 'failed' || state === 'canceled') return true;
	return state === 'succeeded' && (task_id === null || status === 'succeeded');
}

function onWire(task: ProviderTask & { endpoint: string }, all: OwnTask[]) {
	const own = all.find(({ provider_task_id }) => provider_task_id === task.id);
	return {
		id: task.id,
		endpoint: task.endpoint,
		state: task.state,
		progress: task.progress,
		credits: task.charged?.credits ?? null,
		/** Unix epoch milliseconds, by Meshy's clock. */
		created_at: task.created_at,
		/** When Meshy deletes its results by itself, Unix epoch milliseconds; null when it does not say. */
		expires_at: task.expires_at,
		/** False: another program or the Meshy website asked for it with the same account. */
		own: own !== undefined,
		product_id: own?.product_id ?? null,
		name: own?.name ?? null,
		deletable: own !== undefined && deletable(task, own)
	};
}
