import { PRODUCT_STATUSES } from '../../worker/contract';

export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

export interface ProductFilter {
	/** Words to look for; empty for all. */
	query: string;
	/** Empty for any. */
	status: ProductStatus | '';
}

/** The list's address with a filter, so that coming back shows the same list. */
export function addressOf({ query, status }: ProductFilter): string {
	const kept = new URLSearchParams({ ...(query && { query }), ...(status && { status }) });
	return kept.size > 0 ? `/?${kept}` : '/';
}

/** The filter an address holds; what is unknown in it counts as not given. */
export function filterOf({ searchParams }: Pick<URL, 'searchParams'>): ProductFilter {
	const status = searchParams.get('status');
	return {
		query: searchParams.get('query')?.slice(0, 200) ?? '',
		status: PRODUCT_STATUSES.find((known) => known === status) ?? ''
	};
}
