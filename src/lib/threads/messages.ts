import type { Progress, StageErrorCode } from '../artifacts';
import type { TaskName } from './tasks';

/** Page to thread. */
export interface TaskRequest {
	name: TaskName;
	input: unknown;
}

/** Thread to page. */
export type TaskAnswer =
	| { type: 'progress'; progress: Progress }
	| { type: 'done'; output: unknown }
	| {
			type: 'failed';
			/** Set for expected failures. */
			code: StageErrorCode | null;
			detail: Record<string, string | number>;
			message: string;
			stack: string | undefined;
	  };
