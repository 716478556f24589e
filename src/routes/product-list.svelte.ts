import { api, call } from '$lib/api';
import { deleteJob } from '$lib/job-store';
import { explain } from './explain';
import type { ProductFilter } from './product-filter';

type Page = Awaited<ReturnType<typeof readPage>>;
export type ListedProduct = Page['products'][number];

/** Empty pages of a search that are skipped before the person is asked. */
const EMPTY_TURNS = 5;

/** The products list: what is shown of it, and how to get more. */
export class ProductList {
	#products = $state.raw<ListedProduct[]>([]);
	#cursor = $state.raw<string | null>(null);
	#busy = $state(true);
	#loaded = $state(false);
	#failure = $state<string | null>(null);
	#filter: ProductFilter = { query: '', status: '' };
	#running: AbortController | null = null;

	get products() {
		return this.#products;
	}
	get has_more() {
		return this.#cursor !== null;
	}
	get busy() {
		return this.#busy;
	}
	/** True once the server has answered. */
	get loaded() {
		return this.#loaded;
	}
	get failure() {
		return this.#failure;
	}

	/** Starts over with a filter; an earlier call that is still under way is dropped. */
	async show(filter: ProductFilter): Promise<void> {
		this.#filter = filter;
		await this.#read(null);
	}

	/** Appends the next page. */
	async more(): Promise<void> {
		if (this.#cursor !== null && !this.#busy) await this.#read(this.#cursor);
	}

	/** Deletes a product for good, on the server and on this device. @throws ApiError */
	async delete(product_id: string): Promise<void> {
		await call(api.products[':product_id'].$delete({ param: { product_id } }));
		// A device that keeps nothing (private mode) has nothing to delete.
		await deleteJob(product_id).catch(() => undefined);
		this.#products = this.#products.filter(({ id }) => id !== product_id);
	}

	/** Drops what is under way. */
	dispose(): void {
		this.#running?.abort();
	}

	async #read(cursor: string | null): Promise<void> {
		this.#running?.abort();
		const running = (this.#running = new AbortController());
		this.#busy = true;
		this.#failure = null;
		try {
			let page = await readPage(this.#filter, cursor, running.signal);
			// A page of a search can be empty although there are more.
			for (let turn = 0; turn < EMPTY_TURNS && isEmptyWithMore(page); turn++) {
				page = await readPage(this.#filter, page.next_cursor, running.signal);
			}
			this.#products = cursor === null ? page.products : [...this.#products, ...page.products];
			this.#cursor = page.next_cursor;
			this.#loaded = true;
		} catch (error) {
			this.#failure = explain(error);
		} finally {
			// A newer call owns the state now.
			if (this.#running === running) this.#busy = false;
		}
	}
}

const isEmptyWithMore = (page: Page) => page.products.length === 0 && page.next_cursor !== null;

function readPage({ query, status }: ProductFilter, cursor: string | null, signal: AbortSignal) {
	const asked = {
		...(query && { query }),
		...(status && { status }),
		...(cursor !== null && { cursor })
	};
	return call(api.products.$get({ query: asked }, { init: { signal } }));
}
