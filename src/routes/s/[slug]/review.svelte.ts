import type { InferResponseType } from 'hono/client';
import { api, call } from '$lib/api';
import type { ViewSession } from '$lib/viewer/view-session.svelte';
import { knownReviewer, rememberReviewer, type Reviewer } from '$lib/share/reviewer';
import type { COMMENT_KINDS, ModelPin } from '../../../../worker/contract';
import { accessHeaders } from './open-share';

const comments = api.public.shares[':slug'].comments;
export type ReviewComment = InferResponseType<typeof comments.$get, 200>['comments'][number];
export type CommentKind = (typeof COMMENT_KINDS)[number];

/** A comment with what was answered to it, oldest answer first. */
export interface Thread extends ReviewComment {
	answers: ReviewComment[];
}

export interface Draft {
	kind: CommentKind;
	name: string;
	body: string;
	pin: ModelPin | null;
	parent_id: string | null;
}

/** What visitors of a link said, and the way to say more. */
export class Review {
	#comments = $state.raw<readonly ReviewComment[]>([]);
	#loaded = $state(false);
	#reviewer = $state.raw<Reviewer | null>(knownReviewer());
	/** The comment in focus, by a click on its pin or in the list. */
	shown = $state<string | null>(null);
	/** Where the next comment is stuck to the model. */
	pin = $state.raw<ModelPin | null>(null);
	/** The next click on the model says where. */
	placing = $state(false);
	/** The view the pins float over, once it stands. */
	session = $state.raw<ViewSession | null>(null);

	constructor(private readonly slug: string) {}

	/** Newest first. */
	readonly threads = $derived.by((): Thread[] =>
		this.#comments
			.filter(({ parent_id }) => parent_id === null)
			.map((comment) => ({
				...comment,
				answers: this.#comments.filter(({ parent_id }) => parent_id === comment.id).toReversed()
			}))
	);

	get loaded(): boolean {
		return this.#loaded;
	}
	/** The name this browser remembers; empty before the first comment. */
	get name(): string {
		return this.#reviewer?.name ?? '';
	}

	/** Reads all comments, page by page: a link takes at most 500. @throws ApiError */
	async load(): Promise<void> {
		const read: ReviewComment[] = [];
		let cursor: string | null = null;
		do {
			const query: { limit: string; cursor?: string } = { limit: '100', ...(cursor && { cursor }) };
			const page: InferResponseType<typeof comments.$get, 200> = await call(
				comments.$get({ param: { slug: this.slug }, query }, { headers: this.#headers })
			);
			read.push(...page.comments);
			cursor = page.next_cursor;
		} while (cursor !== null);
		this.#comments = read;
		this.#loaded = true;
	}

	/** Sends a comment; from then on this browser knows its reviewer. @throws ApiError */
	async send(draft: Draft): Promise<ReviewComment> {
		const reviewer = { id: this.#reviewer?.id ?? crypto.randomUUID(), name: draft.name.trim() };
		const sent = await call(
			comments.$post(
				{ param: { slug: this.slug }, json: { ...draft, reviewer_id: reviewer.id } },
				{ headers: this.#headers }
			)
		);
		rememberReviewer(reviewer);
		this.#reviewer = reviewer;
		if (draft.parent_id === null) this.pin = null;
		this.#comments = [sent, ...this.#comments];
		return sent;
	}

	/** Sticks the next comment to a point. */
	place(pin: ModelPin): void {
		this.pin = pin;
		this.placing = false;
	}

	/** Puts a comment in focus and goes to where its pin was seen from. */
	show({ id, pin }: ReviewComment): void {
		this.shown = id;
		if (!pin || !this.session) return;
		this.session.touch();
		this.session.viewer?.show(pin.view);
	}

	get #headers(): Record<string, string> {
		const headers = accessHeaders(this.slug);
		if (this.#reviewer) headers['X-Reviewer-Id'] = this.#reviewer.id;
		return headers;
	}
}
