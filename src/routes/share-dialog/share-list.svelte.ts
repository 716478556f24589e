import type { InferResponseType } from 'hono/client';
import { api, call } from '$lib/api';
import { createShare, type CreateShareOptions } from '$lib/share/create-share';
import { forgetLink, knownLink } from '$lib/share/known-links';
import { rotateShare } from '$lib/share/rotate-share';
import { explain } from '../explain';

type Listed = InferResponseType<typeof api.shares.$get, 200>['shares'][number];
export type ShareState = 'active' | 'expired' | 'revoked';

/** A link in the list, with its address where this device knows it. */
export interface OwnShare extends Listed {
	url: string | null;
	state: ShareState;
}

/** Changes of a link's options; `password: null` removes it. */
export type ShareChanges = CreateShareOptions;

/** A product's links, newest first, past ones too, and all that can be done with them. */
export class ShareList {
	#shares = $state.raw<OwnShare[]>([]);
	#next = $state.raw<string | null>(null);
	#loaded = $state(false);
	#failure = $state<string | null>(null);

	constructor(readonly product_id: string) {}

	get shares(): readonly OwnShare[] {
		return this.#shares;
	}
	/** The newest link that works and whose address is known here. */
	get newest(): OwnShare | null {
		return this.#shares.find(({ state, url }) => state === 'active' && url !== null) ?? null;
	}
	get has_more(): boolean {
		return this.#next !== null;
	}
	get loaded(): boolean {
		return this.#loaded;
	}
	/** Why the list could not be read, as a sentence. */
	get failure(): string | null {
		return this.#failure;
	}

	/** Reads the list from its start. */
	async load(): Promise<void> {
		await this.#read(null);
	}

	/** Reads the next page. */
	async more(): Promise<void> {
		await this.#read(this.#next);
	}

	/** @throws ApiError, as all that follow */
	async create(options: CreateShareOptions): Promise<string> {
		const { id } = await createShare(this.product_id, options);
		await this.load();
		return id;
	}

	async change(share_id: string, json: ShareChanges): Promise<void> {
		await call(api.shares[':share_id'].$patch({ param: { share_id }, json }));
		await this.load();
	}

	async rotate(share_id: string): Promise<void> {
		await rotateShare(share_id);
		await this.load();
	}

	async revoke(share_id: string): Promise<void> {
		await call(api.shares[':share_id'].$delete({ param: { share_id } }));
		forgetLink(share_id);
		await this.load();
	}

	async #read(cursor: string | null): Promise<void> {
		this.#failure = null;
		try {
			const query = { product_id: this.product_id, ...(cursor && { cursor }) };
			const { shares, next_cursor } = await call(api.shares.$get({ query }));
			const read = shares.map((share) => ({
				...share,
				url: knownLink(share.id),
				state: stateOf(share)
			}));
			this.#shares = cursor ? [...this.#shares, ...read] : read;
			this.#next = next_cursor;
			this.#loaded = true;
		} catch (error) {
			this.#failure = explain(error);
		}
	}
}

function stateOf({ revoked_at, expires_at }: Listed): ShareState {
	if (revoked_at !== null) return 'revoked';
	return expires_at !== null && expires_at <= Date.now() ? 'expired' : 'active';
}
