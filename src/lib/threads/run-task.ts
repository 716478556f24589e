import { StageError, type StageContext, type StageErrorCode } from '../artifacts';
import type { TaskAnswer, TaskRequest } from './messages';
import { tasks, type Lane, type TaskInput, type TaskName, type TaskOutput } from './tasks';

/** How long an idle thread is kept, milliseconds. The cut-out lane holds a loaded model, so it stays longer. */
const IDLE_MS: Record<Lane, number> = { photo: 10_000, cutout: 120_000, edit: 0, mesh: 10_000 };

/**
 * Failures after which a thread is not used again: a heap that was full stays as large as it became, and ONNX Runtime under
 * transformers.js opens no session any more once one could not be opened (its `webInitChain` stays rejected).
 */
const FATAL: ReadonlySet<StageErrorCode> = new Set(['out_of_memory', 'engine_failed']);

interface Thread {
	worker: Worker | null;
	/** The last task queued on this lane; the next one waits for it. */
	tail: Promise<unknown>;
	idle: ReturnType<typeof setTimeout> | undefined;
}
const threads = new Map<Lane, Thread>();

/**
 * Runs a task of the registry on its lane's thread, after the tasks queued there before it.
 * Aborting rejects at once with the signal's reason and ends the thread, which also gives its memory back.
 * What is in `transfer` (ports, canvases) belongs to the thread from then on.
 *
 * @throws StageError for expected failures, and `thread_crashed` when the thread died.
 */
export async function runTask<N extends TaskName>(
	name: N,
	input: TaskInput<N>,
	{ signal, onprogress, transfer = [] }: StageContext & { transfer?: Transferable[] } = {}
): Promise<TaskOutput<N>> {
	const { lane } = tasks[name];
	const thread = laneThread(lane);
	const turn = thread.tail.then(() => {
		signal?.throwIfAborted();
		return perform(thread, lane, { name, input }, { signal, onprogress, transfer });
	});
	thread.tail = turn.catch(() => undefined);
	// The registry ties the name to this output; postMessage cannot carry the type.
	return turn as Promise<TaskOutput<N>>;
}

function laneThread(lane: Lane): Thread {
	let thread = threads.get(lane);
	if (!thread) {
		thread = { worker: null, tail: Promise.resolve(), idle: undefined };
		threads.set(lane, thread);
	}
	return thread;
}

function perform(
	thread: Thread,
	lane: Lane,
	request: TaskRequest,
	{ signal, onprogress, transfer }: StageContext & { transfer: Transferable[] }
): Promise<unknown> {
	clearTimeout(thread.idle);
	const worker = (thread.worker ??= new Worker(new URL('./thread.worker.ts', import.meta.url), {
		type: 'module',
		name: `vitrine-${lane}`
	}));
	return new Promise((resolve, reject) => {
		const settle = (keep: boolean) => {
			signal?.removeEventListener('abort', onabort);
			worker.onmessage = worker.onerror = worker.onmessageerror = null;
			if (keep) thread.idle = setTimeout(() => end(thread), IDLE_MS[lane]);
			else end(thread);
		};
		const onabort = () => {
			settle(false);
			reject(signal?.reason);
		};
		signal?.addEventListener('abort', onabort);
		worker.onmessage = ({ data }: MessageEvent<TaskAnswer>) => {
			if (data.type === 'progress') return onprogress?.(data.progress);
			settle(data.type === 'done' || !(data.code && FATAL.has(data.code)));
			if (data.type === 'done') return resolve(data.output);
			const error = data.code
				? new StageError(data.code, data.detail)
				: new StageError('thread_crashed', { message: data.message });
			error.stack = data.stack;
			reject(error);
		};
		worker.onerror = (event) => {
			settle(false);
			reject(new StageError('thread_crashed', { message: event.message || 'out of memory' }));
		};
		worker.onmessageerror = () => {
			settle(false);
			reject(new StageError('thread_crashed', { message: 'unreadable answer' }));
		};
		worker.postMessage(request, transfer);
	});
}

function end(thread: Thread): void {
	clearTimeout(thread.idle);
	thread.worker?.terminate();
	thread.worker = null;
}
