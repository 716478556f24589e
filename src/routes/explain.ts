import { goto } from '$app/navigation';
import { ApiError } from '$lib/api';
import { isAbort, sentenceOf } from '$lib/sentence-of';
import { signInAddress } from './sign-in/way-back';

/**
 * The sentence for a failed call, for people. When the server asks for a sign-in, leads there, and back here afterwards.
 * A canceled call is not a failure: it gives null.
 */
export function explain(error: unknown): string | null {
	if (isAbort(error)) return null;
	if (error instanceof ApiError && error.status === 401) void goto(signInAddress(location));
	return sentenceOf(error);
}
