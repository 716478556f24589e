import type { InferResponseType } from 'hono/client';
import { api, call } from '$lib/api';
import type { OwnShare } from '../share-dialog/share-list.svelte';

type Listed = InferResponseType<typeof api.comments.$get, 200>['comments'][number];
/** An open comment that is stuck to the model as it is now. */
export type Remark = Listed & { pin: NonNullable<Listed['pin']>; number: number };

/** Links whose comments are read: the newest that have open ones. */
const LINKS = 5;

/** What reviewers pinned to a product's model and its owner has not resolved. */
export class OpenRemarks {
	#remarks = $state.raw<readonly Remark[]>([]);
	#running: AbortController | null = null;

	get remarks(): readonly Remark[] {
		return this.#remarks;
	}

	/** Reads the newest hundred comments of each link that has open ones. A failure leaves what is shown. */
	async load(shares: readonly OwnShare[]): Promise<void> {
		this.#running?.abort();
		const { signal } = (this.#running = new AbortController());
		const asked = shares.filter(({ open_comments }) => open_comments > 0).slice(0, LINKS);
		try {
			const pages = await Promise.all(
				asked.map(({ id: share_id }) =>
					call(api.comments.$get({ query: { share_id, limit: '100' } }, { init: { signal } }))
				)
			);
			if (!signal.aborted) this.#remarks = pages.flatMap(({ comments }) => comments).filter(isOpen);
		} catch {
			// They are in the share dialog too, which says what is wrong.
		}
	}
}

const isOpen = (comment: Listed): comment is Remark =>
	comment.kind !== 'approval' &&
	comment.pin !== null &&
	comment.number !== null &&
	!comment.resolved &&
	!comment.of_older_model;
