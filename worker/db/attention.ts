/** Paid tasks that a person should know of: made and not stored yet, or of which nobody knows whether they were charged. */
import { and, desc, eq, or, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { processing_tasks as tasks, products } from './schema';

/** The newest of them, at most so many, each with its product's name. Through tasks_by_status. */
export async function readAttention(db: D1Database, limit: number) {
	return drizzle(db)
		.select({
			task_id: tasks.id,
			product_id: tasks.product_id,
			name: products.name,
			status: tasks.status,
			/** Whether the provider is known to have accepted it: then it was charged. */
			accepted: sql<boolean>`${tasks.provider_task_id} is not null`.mapWith(Boolean),
			message: tasks.error_message,
			output: tasks.output
		})
		.from(tasks)
		.innerJoin(products, eq(products.id, tasks.product_id))
		.where(
			or(
				eq(tasks.status, 'unknown'),
				and(
					eq(tasks.status, 'copying'),
					sql`json_extract(${tasks.output}, '$.not_saved_because') is not null`
				)
			)
		)
		.orderBy(desc(tasks.updated_at))
		.limit(limit);
}
