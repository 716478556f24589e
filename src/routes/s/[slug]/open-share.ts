import type { InferResponseType } from 'hono/client';
import { api, ApiError, call } from '$lib/api';

const shareCall = api.public.shares[':slug'];

/** What a link shows. */
export type OpenShare = InferResponseType<typeof shareCall.$get, 200>;

export type Opened =
	| { state: 'open'; share: OpenShare }
	/** Unknown, expired and revoked are not told apart. */
	| { state: 'unavailable' }
	| { state: 'unreachable'; message: string };

/** Asks what a link shows. Never rejects. */
export async function openShare(slug: string): Promise<Opened> {
	try {
		return { state: 'open', share: await call(shareCall.$get({ param: { slug } })) };
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) return { state: 'unavailable' };
		return { state: 'unreachable', message: error instanceof Error ? error.message : '' };
	}
}

/** Counts a view or a finished load; nothing about the person is sent, and a failure is nobody's concern. */
export function countShareEvent(
	slug: string,
	event: { type: 'view' } | { type: 'loaded'; load_ms: number }
): void {
	shareCall.events
		.$post({ param: { slug }, json: event }, { init: { keepalive: true } })
		.catch(() => undefined);
}
