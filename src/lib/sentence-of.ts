import { ApiError } from './api';
import { StageError } from './artifacts';
import { fill, strings } from './strings';

/** What to tell the person about any failure: what happened and what to do. */
export function sentenceOf(error: unknown): string {
	if (error instanceof StageError) return fill(strings.errors[error.code], error.detail);
	if (error instanceof ApiError) return error.message;
	return fill(strings.common.unexpected, {
		message: error instanceof Error ? error.message : String(error)
	});
}

/** True for the rejection of a stage that was canceled on purpose. */
export function isAbort(error: unknown): boolean {
	return error instanceof DOMException && error.name === 'AbortError';
}
