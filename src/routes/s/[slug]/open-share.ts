import type { InferResponseType } from 'hono/client';
import { api, ApiError, call, tell } from '$lib/api';
import { recall, remember } from '$lib/share/tab-memory';
import type { ShareEvent } from '../../../../worker/contract';

const shareCall = api.public.shares[':slug'];
/** A reload within this is the same view, milliseconds. */
const VIEW_MS = 30 * 60_000;

/** What a link shows. */
export type OpenShare = InferResponseType<typeof shareCall.$get, 200>;

export type Opened =
	| { state: 'open'; share: OpenShare }
	/** The owner set a password. */
	| { state: 'locked' }
	/** Unknown, expired and revoked are not told apart. */
	| { state: 'unavailable' }
	| { state: 'unreachable'; message: string };

/** Asks what a link shows. Never rejects. */
export async function openShare(slug: string): Promise<Opened> {
	try {
		const carried = takeCarried();
		const options = carried ? { fetch: () => Promise.resolve(carried) } : {};
		return {
			state: 'open',
			share: await call(
				shareCall.$get({ param: { slug } }, { headers: accessHeaders(slug), ...options })
			)
		};
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) return { state: 'unavailable' };
		if (error instanceof ApiError && error.code === 'password_required') return { state: 'locked' };
		return { state: 'unreachable', message: error instanceof Error ? error.message : '' };
	}
}

/** The answer the Worker sent along with the page, once: what is asked for later is asked for anew. */
function takeCarried(): Response | null {
	const element = document.getElementById('share-data');
	element?.remove();
	return element && new Response(element.textContent);
}

/**
 * Opens a protected link for this tab. No cookie: what the server signs for a few hours is sent with each call.
 * @throws ApiError `wrong_password`, `too_many_requests`, and when the server cannot be reached
 */
export async function unlockShare(slug: string, password: string): Promise<void> {
	const { access } = await call(shareCall.unlock.$post({ param: { slug }, json: { password } }));
	unlocked.set(slug, access);
	remember(`access.${slug}`, access);
}

/** What shows the server that this tab may see a protected link. */
export function accessHeaders(slug: string): Record<string, string> {
	const access = unlocked.get(slug) ?? recall(`access.${slug}`);
	return access ? { 'X-Share-Access': access } : {};
}

/** For frames that have no storage. */
const unlocked = new Map<string, string>();

/** Counts something that happened; nothing about the person is sent, and a failure is nobody's concern. */
export function countShareEvent(slug: string, event: ShareEvent): void {
	if (event.type === 'view') {
		const last = Number(recall(`viewed.${slug}`));
		if (Date.now() - last < VIEW_MS) return;
		remember(`viewed.${slug}`, String(Date.now()));
	}
	tell(shareCall.events.$url({ param: { slug } }), event);
}
