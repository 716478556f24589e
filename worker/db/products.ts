import { and, desc, eq, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { auditEntry } from './audit';
import { isAfter, type Cursor } from './cursor';
import { products } from './schema';

export type Product = typeof products.$inferSelect;
type ProductStatus = Product['status'];

/** How many of the newest products one page of a search looks at, so that a page's cost does not grow with the table. */
const SEARCH_WINDOW = 1000;

export async function insertProduct(
	db: DrizzleD1Database,
	product: typeof products.$inferInsert
): Promise<Product> {
	return db.insert(products).values(product).returning().get();
}

export async function findProduct(db: DrizzleD1Database, id: string): Promise<Product | null> {
	return (await db.select().from(products).where(eq(products.id, id)).get()) ?? null;
}

export interface ProductPage {
	items: Product[];
	/** Where the next page begins; null after the last. */
	next: Cursor | null;
}

/** The query for products from a cursor on, newest first. */
export function newestProducts(
	db: DrizzleD1Database,
	cursor: Cursor | null,
	status?: ProductStatus
) {
	return db
		.select()
		.from(products)
		.where(
			and(
				cursor ? isAfter(products, cursor) : undefined,
				status ? eq(products.status, status) : undefined
			)
		)
		.orderBy(desc(products.created_at), desc(products.id));
}

/**
 * A page of products, newest first.
 * @param query part of a name, any case. A searched page looks at the newest 1000 products from the cursor on,
 * so it can hold fewer than `limit` products (even none) and still have a next page.
 * @param limit 1 to 100
 */
export async function listProducts(
	db: DrizzleD1Database,
	{
		cursor,
		query,
		status,
		limit
	}: { cursor: Cursor | null; query?: string; status?: ProductStatus; limit: number }
): Promise<ProductPage> {
	const newest = newestProducts(db, cursor, status);
	if (!query) {
		const rows = await newest.limit(limit + 1);
		const items = rows.slice(0, limit);
		return { items, next: rows.length > limit ? (items.at(-1) ?? null) : null };
	}

	const window = newest.limit(SEARCH_WINDOW).as('newest');
	const [found, end] = await db.batch([
		db
			.select()
			.from(window)
			.where(sql`instr(lower(${window.name}), lower(${query})) > 0`)
			.orderBy(desc(window.created_at), desc(window.id))
			.limit(limit + 1),
		newest.limit(1).offset(SEARCH_WINDOW - 1)
	]);
	const items = found.slice(0, limit);
	if (found.length > limit) return { items, next: items.at(-1) ?? null };
	return { items, next: end[0] ?? null };
}

export async function patchProduct(
	db: DrizzleD1Database,
	id: string,
	changes: Partial<typeof products.$inferInsert>
): Promise<Product | null> {
	const row = await db
		.update(products)
		.set({ ...changes, updated_at: Date.now() })
		.where(eq(products.id, id))
		.returning()
		.get();
	return row ?? null;
}

/** Deletes a product with all that hangs on it (assets, tasks, shares, ratings); the ledger and the audit log stay. */
export async function deleteProduct(
	db: DrizzleD1Database,
	product: Product,
	files: number,
	actor: string
): Promise<void> {
	await db.batch([
		auditEntry(db, actor, 'product.delete', product.id, { name: product.name, files }),
		db.delete(products).where(eq(products.id, product.id))
	]);
}
