/** Keeps paid tasks moving when their Workflow was never started or did not come back after a restart. */
import { and, eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { FINAL_TASK_STATUSES } from '../contract';
import { processing_tasks } from '../db/schema';
import type { Task } from '../db/tasks';
import type { Env } from '../env';
import { HINT } from './pauses';

/**
 * How long a task may be silent before it is woken, milliseconds: it is written at every poll, which are at most
 * 30 seconds apart while it is young (45 minutes) and 3 minutes later.
 */
const STILL_MS = { young: 60_000, old: 4 * 60_000 } as const;
const YOUNG_MS = 45 * 60_000;

/** Starts a new task's Workflow. @throws when it cannot be started, or exists */
export async function startWorkflow(env: Env, task_id: string): Promise<void> {
	const listens = Boolean(env.MESHY_WEBHOOK_SECRET);
	await env.GENERATE_MODEL.create({ id: task_id, params: { task_id, listens } });
}

/** Ends the pause before a Workflow's next poll, if it listens. Hints beyond that are kept for its next pauses. */
export async function hintWorkflow(env: Env, task_id: string): Promise<void> {
	const instance = await env.GENERATE_MODEL.get(task_id);
	await instance.sendEvent({ type: HINT, payload: {} });
}

/** `unknown`: there is none. */
async function workflowStatus(env: Env, task_id: string): Promise<InstanceStatus['status']> {
	return env.GENERATE_MODEL.get(task_id).then(
		async (instance) => (await instance.status()).status,
		() => 'unknown'
	);
}

/** Runs the task's Workflow from its beginning, as an instance that has ended cannot go on. Steps read the row first, so nothing is paid again. */
export async function restartWorkflow(env: Env, task_id: string): Promise<void> {
	if ((await workflowStatus(env, task_id)) === 'unknown') return startWorkflow(env, task_id);
	await (await env.GENERATE_MODEL.get(task_id)).restart();
}

/**
 * Wakes a paid task that has stood still: starts its Workflow if there is none or it died, else pauses and resumes it,
 * which makes the engine take up a sleeping instance again (the local engine does not do so by itself after a restart).
 * Safe at any time: steps that are done stay done, and a POST under way is never repeated.
 */
export async function wakeTask(env: Env, task: Task, now: number): Promise<void> {
	if (task.type !== '3d_generation' || FINAL_TASK_STATUSES.includes(task.status)) return;
	const due = Math.max(task.updated_at, Number(task.output?.retry_at ?? 0));
	const still = now - task.created_at < YOUNG_MS ? STILL_MS.young : STILL_MS.old;
	// The local engine does not take up by itself what slept when the server was stopped.
	const slept = task.updated_at < Number(env.STARTED_AT ?? 0);
	if (!slept && now - due < still) return;
	const claimed = await drizzle(env.DB)
		.update(processing_tasks)
		.set({ updated_at: now })
		.where(and(eq(processing_tasks.id, task.id), eq(processing_tasks.updated_at, task.updated_at)))
		.run();
	if (claimed.meta.changes !== 1) return;
	try {
		const status = await workflowStatus(env, task.id);
		if (status === 'unknown') return await startWorkflow(env, task.id);
		const instance = await env.GENERATE_MODEL.get(task.id);
		// One that is over while its task is not has died; its steps read the row, so it can begin again.
		if (/^(errored|terminated|complete)$/.test(status)) return await instance.restart();
		if (status !== 'paused') await instance.pause();
		await instance.resume();
	} catch (error) {
		console.error(JSON.stringify({ level: 'error', task_id: task.id, message: String(error) }));
	}
}
