import type { InferResponseType } from 'hono/client';
import type { TaskStatus } from '../../../../worker/contract';
import { api, ApiError, call } from '../../api';
import { StageError, type Progress, type StageContext } from '../../artifacts';
import { pause } from '../../pause';

/** A task as the server tells it. */
export type WireTask = InferResponseType<(typeof api.tasks)[':task_id']['$get'], 200>;

/** Pause between two looks, milliseconds: grows while nothing is new. */
const PAUSE_MS = { first: 2000, growth: 1.2, most: 5000 };
/** So long without any answer, waiting ends (the task goes on and can be resumed), milliseconds. */
const SILENCE_MS = 15 * 60_000;

/**
 * Waits until a task has succeeded. A server that cannot be reached for a while is waited for.
 *
 * @throws StageError `generation_failed`, `outcome_unknown` with the server's sentence; ApiError (an unknown task, signed out, a server
 *   that stays away); AbortError
 */
export async function followTask(
	task_id: string,
	{ signal, onprogress }: StageContext
): Promise<WireTask> {
	let wait = PAUSE_MS.first;
	let answered = Date.now();
	let seen = '';
	for (;;) {
		const task = await look(task_id, signal).catch((error: unknown) => {
			if (!passing(error) || Date.now() - answered > SILENCE_MS) throw error;
			return null;
		});
		if (task) {
			answered = Date.now();
			if (task.status === 'succeeded') return task;
			if (task.status === 'failed' || task.status === 'canceled' || task.status === 'unknown') {
				throw new StageError(task.status === 'unknown' ? 'outcome_unknown' : 'generation_failed', {
					message: task.error?.message ?? `The task ended as "${task.status}". Try again.`
				});
			}
			onprogress?.(progressOf(task));
			const now = `${task.status} ${task.progress}`;
			wait = now === seen ? Math.min(wait * PAUSE_MS.growth, PAUSE_MS.most) : PAUSE_MS.first;
			seen = now;
		}
		await pause(wait, signal);
	}
}

async function look(task_id: string, signal: AbortSignal | undefined): Promise<WireTask> {
	return call(api.tasks[':task_id'].$get({ param: { task_id } }, { init: { signal } }));
}

/** A failure that may be over at the next look. */
function passing(error: unknown): boolean {
	return (
		error instanceof ApiError &&
		(error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500)
	);
}

/** What a task's state means for the person who waits. Meshy reports up to 99 and then finishes for a while. */
function progressOf({ status, progress }: { status: TaskStatus; progress: number }): Progress {
	if (status === 'copying') return { step: 'saving', fraction: null };
	if (status !== 'running') return { step: 'waiting_in_queue', fraction: null };
	if (progress >= 99) return { step: 'finishing', fraction: null };
	return { step: 'generating', fraction: progress / 100 };
}
