import { and, eq, isNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import { feedback } from './schema';

/** The owner's own rating of a product, for use in a batch. */
export function ownerRating(db: DrizzleD1Database, product_id: string) {
	return db
		.select({ rating: feedback.rating, comment: feedback.comment })
		.from(feedback)
		.where(and(eq(feedback.product_id, product_id), isNull(feedback.share_id)))
		.limit(1);
}

/** Stores the owner's rating, of which there is one per product: a new one replaces the old. */
export async function rateProduct(
	db: DrizzleD1Database,
	rating: { product_id: string; rating: number; comment?: string }
) {
	const comment = rating.comment ?? null;
	return db
		.insert(feedback)
		.values({ id: uuidv7(), ...rating, comment, created_at: Date.now() })
		.onConflictDoUpdate({
			target: feedback.product_id,
			targetWhere: sql`${feedback.share_id} is null`,
			set: { rating: rating.rating, comment, created_at: Date.now() }
		})
		.returning()
		.get();
}
