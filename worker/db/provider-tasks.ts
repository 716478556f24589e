/** Which of a provider's tasks are ours. */
import { and, eq, inArray } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import type { Provider, TaskStatus } from '../contract';
import { processing_tasks as tasks, products, submissions } from './schema';

/** D1 binds at most 100 parameters per statement. */
const IDS_PER_QUERY = 90;

/** A provider's task as we know it; all null but the first where its product was deleted. */
export interface OwnTask {
	provider_task_id: string | null;
	task_id: string | null;
	product_id: string | null;
	/** The product's. */
	name: string | null;
	status: TaskStatus | null;
}

/** Those of a provider's ids that this studio asked for, also for products deleted since. */
export async function findOwnTasks(
	db: D1Database,
	provider: Provider,
	ids: string[]
): Promise<OwnTask[]> {
	const found: OwnTask[] = [];
	for (let i = 0; i < ids.length; i += IDS_PER_QUERY) {
		const some = ids.slice(i, i + IDS_PER_QUERY);
		const rows = await drizzle(db)
			.select({
				provider_task_id: submissions.provider_task_id,
				task_id: tasks.id,
				product_id: tasks.product_id,
				name: products.name,
				status: tasks.status
			})
			.from(submissions)
			.leftJoin(tasks, eq(tasks.id, submissions.task_id))
			.leftJoin(products, eq(products.id, tasks.product_id))
			.where(and(eq(submissions.provider, provider), inArray(submissions.provider_task_id, some)))
			.all();
		found.push(...rows);
	}
	return found;
}
