import { MESHY } from '../../../../worker/contract';
import { ApiError } from '../../api';
import { StageError, type Progress, type StageContext, type StageErrorCode } from '../../artifacts';
import { TaskWatch, type WireTask } from './task-watch';

/** So long without any answer, waiting ends (the task goes on and can be resumed), milliseconds. */
const SILENCE_MS = 15 * 60_000;

/** One for the page: all its tasks share their looks. */
const watch = new TaskWatch();

/**
 * Waits until a task has succeeded. A server that cannot be reached for a while is waited for.
 *
 * @throws StageError `generation_failed`, `outcome_unknown`, `not_finished` with the server's sentence; ApiError (an unknown task, signed out, a server
 *   that stays away); AbortError
 */
export async function followTask(
	task_id: string,
	{ signal, onprogress }: StageContext
): Promise<WireTask> {
	signal?.throwIfAborted();
	const { promise, resolve, reject } = Promise.withResolvers<WireTask>();
	let answered = Date.now();
	const unfollow = watch.follow(task_id, (look) => {
		if ('error' in look) {
			if (!passing(look.error) || Date.now() - answered > SILENCE_MS) reject(look.error);
			return;
		}
		answered = Date.now();
		const { task } = look;
		if (!task) {
			const message = 'The server does not know this model any longer. Start over.';
			return reject(new ApiError(404, 'not_found', message));
		}
		if (task.status === 'succeeded') return resolve(task);
		if (task.status === 'failed' || task.status === 'canceled' || task.status === 'unknown') {
			const code = failureOf(task);
			const message = task.error?.message ?? `The task ended as "${task.status}". Try again.`;
			return reject(new StageError(code, { message }));
		}
		onprogress?.(progressOf(task));
	});
	const onabort = () => reject(signal?.reason);
	signal?.addEventListener('abort', onabort);
	return promise.finally(() => {
		unfollow();
		signal?.removeEventListener('abort', onabort);
	});
}

function failureOf({ status, accepted }: WireTask): StageErrorCode {
	if (status !== 'unknown') return 'generation_failed';
	return accepted ? 'not_finished' : 'outcome_unknown';
}

/** A failure that may be over at the next look. */
function passing(error: unknown): boolean {
	return (
		error instanceof ApiError &&
		(error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500)
	);
}

/** What a task's state means for the person who waits. */
function progressOf(task: WireTask): Progress {
	return { ...stepOf(task), since: task.created_at, usual_s: MESHY.typical_seconds };
}

/** Meshy reports up to 99 and then finishes for a while. */
function stepOf({
	status,
	progress,
	output
}: WireTask): Pick<Progress, 'step' | 'fraction' | 'detail'> {
	const fraction = null;
	const number = (value: unknown) => (typeof value === 'number' ? value : 0);
	if (status === 'copying') {
		const reason = output?.not_saved_because;
		if (typeof reason !== 'string') return { step: 'saving', fraction };
		const left = number(output?.deleted_at) - Date.now();
		const hours = Math.max(0, Math.floor(left / 3_600_000));
		return { step: 'not_saved_yet', fraction, detail: { reason, hours } };
	}
	if (status === 'running') {
		if (progress >= 95) return { step: 'finishing', fraction };
		const ahead = number(output?.queue_position);
		if (ahead > 0) return { step: 'queued_behind', fraction, detail: { ahead } };
		if (progress === 0) return { step: 'waiting_in_queue', fraction };
		return { step: 'generating', fraction: progress / 100 };
	}
	if (output?.looking_for_outcome) return { step: 'looking_for_outcome', fraction };
	switch (output?.waiting_for) {
		case 'turn':
			return { step: 'waiting_for_turn', fraction, detail: { ahead: number(output.ahead) } };
		case 'slot':
			return { step: 'queue_full', fraction };
		case 'rate':
			return { step: 'slowed_down', fraction };
	}
	return { step: 'waiting_in_queue', fraction };
}
