/// <reference lib="webworker" />
import { StageError } from '../artifacts';
import type { TaskAnswer, TaskRequest } from './messages';
import { tasks } from './tasks';

const answer = (message: TaskAnswer) => self.postMessage(message);

self.onmessage = async ({ data }: MessageEvent<TaskRequest>) => {
	try {
		// The registry types the input where it is sent (run-task.ts); here it is one of many.
		const handler = (await tasks[data.name].load()) as (
			input: unknown,
			context: { onprogress: (progress: { step: never; fraction: number | null }) => void }
		) => Promise<unknown>;
		const output = await handler(data.input, {
			onprogress: (progress) => answer({ type: 'progress', progress })
		});
		answer({ type: 'done', output });
	} catch (error) {
		const cause = error instanceof Error ? error : new Error(String(error));
		answer({
			type: 'failed',
			code: cause instanceof StageError ? cause.code : null,
			detail: cause instanceof StageError ? cause.detail : {},
			message: cause.message,
			stack: cause.stack
		});
	}
};
