import { ApiError } from './api';
import { StageError } from './artifacts';
import { fill, strings } from './strings';

/** Where a stage does not know them. */
const UNTOLD = { name: strings.common.photo, reason: strings.common.no_reason };

/**
 * What to tell the person about any failure: what happened and what to do.
 * @param known what the caller knows and the stage did not, such as a photo's `name`
 */
export function sentenceOf(error: unknown, known: Record<string, string> = {}): string {
	if (error instanceof StageError) {
		return fill(strings.errors[error.code], { ...UNTOLD, ...known, ...error.detail });
	}
	if (error instanceof ApiError) return error.message;
	return fill(strings.common.unexpected, {
		message: error instanceof Error ? error.message : String(error)
	});
}

/** True for the rejection of a stage that was canceled on purpose. */
export function isAbort(error: unknown): boolean {
	return error instanceof DOMException && error.name === 'AbortError';
}
