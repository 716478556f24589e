/** The tasks of all products: reads, and the few writes by which a task moves forward. */
import { and, desc, eq, gt, inArray, isNotNull, sql, type SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import { PRODUCT_STATUSES, type ErrorCode, type Provider, type TaskStatus } from '../contract';
import { fileUrl } from './assets';
import { processing_tasks, products } from './schema';

export type Task = typeof processing_tasks.$inferSelect;
export type NewTask = typeof processing_tasks.$inferInsert;
type ProductStatus = (typeof PRODUCT_STATUSES)[number];

/** A task as our API answers it: money decimal USD, addresses ours. */
export interface TaskOnWire {
	task_id: string;
	product_id: string;
	type: Task['type'];
	provider: Task['provider'];
	status: TaskStatus;
	/** Whether its provider has accepted it: then it was charged, unless it failed there. */
	accepted: boolean;
	/** 0 to 100. */
	progress: number;
	model_url: string | null;
	/** USD, final once the task has ended. */
	cost: number;
	error: { code: ErrorCode; message: string } | null;
	estimated_completion: number | null;
	/** Seconds. */
	processing_time: number | null;
	output: Record<string, unknown> | null;
	created_at: number;
	completed_at: number | null;
}

/** A row as the wire has it. */
export function taskOnWire(row: Task): TaskOnWire {
	return {
		task_id: row.id,
		product_id: row.product_id,
		type: row.type,
		provider: row.provider,
		status: row.status,
		accepted: row.provider_task_id !== null,
		progress: row.progress,
		model_url: row.model_asset_id === null ? null : fileUrl(row.model_asset_id),
		cost: row.cost_micro_usd / 1_000_000,
		error:
			row.error_code === null
				? null
				: { code: row.error_code, message: row.error_message ?? row.error_code },
		estimated_completion: row.estimated_completion,
		processing_time: row.processing_time,
		output: row.output,
		created_at: row.created_at,
		completed_at: row.completed_at
	};
}

export async function getTask(db: D1Database, task_id: string): Promise<Task | undefined> {
	return drizzle(db).select().from(processing_tasks).where(eq(processing_tasks.id, task_id)).get();
}

/** The task a provider knows under this id. */
export async function findByProviderTask(
	db: D1Database,
	provider: Provider,
	provider_task_id: string
): Promise<Task | undefined> {
	return drizzle(db)
		.select()
		.from(processing_tasks)
		.where(
			and(
				eq(processing_tasks.provider, provider),
				eq(processing_tasks.provider_task_id, provider_task_id)
			)
		)
		.get();
}

/** The task that made a model. */
export async function findByModel(
	db: D1Database,
	model_asset_id: string
): Promise<Task | undefined> {
	return drizzle(db)
		.select()
		.from(processing_tasks)
		.where(eq(processing_tasks.model_asset_id, model_asset_id))
		.limit(1)
		.get();
}

/** A product's tasks that a provider may still keep: ended since an instant. */
export async function keptByProvider(
	db: D1Database,
	product_id: string,
	since: number
): Promise<Task[]> {
	return drizzle(db)
		.select()
		.from(processing_tasks)
		.where(
			and(
				eq(processing_tasks.product_id, product_id),
				eq(processing_tasks.type, '3d_generation'),
				isNotNull(processing_tasks.provider_task_id),
				gt(processing_tasks.completed_at, since)
			)
		)
		.limit(50)
		.all();
}

/** Tasks by id (at most 50) or the newest 100 of a product, newest first. */
export async function listTasks(
	db: D1Database,
	filter: { ids?: string[]; product_id?: string }
): Promise<Task[]> {
	const conditions: SQL[] = [];
	if (filter.ids) conditions.push(inArray(processing_tasks.id, filter.ids));
	if (filter.product_id) conditions.push(eq(processing_tasks.product_id, filter.product_id));
	if (conditions.length === 0) return [];
	return drizzle(db)
		.select()
		.from(processing_tasks)
		.where(and(...conditions))
		.orderBy(desc(processing_tasks.created_at))
		.limit(100)
		.all();
}

/** A stage that was done in the browser, recorded as a succeeded task. */
export function finishedTask(
	task: Pick<NewTask, 'product_id' | 'type' | 'input' | 'output'> &
		Partial<Pick<NewTask, 'provider' | 'model_asset_id'>> & { processing_time: number },
	now: number
): NewTask & { id: string } {
	return {
		...task,
		id: uuidv7(),
		status: 'succeeded',
		progress: 100,
		cost_micro_usd: 0,
		created_at: now,
		started_at: now - Math.round(task.processing_time * 1000),
		completed_at: now,
		updated_at: now
	};
}

export const insertTaskStatement = (db: D1Database, task: NewTask) =>
	drizzle(db).insert(processing_tasks).values(task);

/** Moves a product's status forward; a product that is further on stays where it is. */
export function advanceProductStatement(
	db: D1Database,
	product_id: string,
	status: ProductStatus,
	now: number,
	more: Partial<Pick<typeof products.$inferInsert, 'poster_asset_id'>> = {}
) {
	const behind = PRODUCT_STATUSES.slice(0, PRODUCT_STATUSES.indexOf(status));
	return drizzle(db)
		.update(products)
		.set({
			...more,
			status: sql`case when ${inArray(products.status, [...behind])} then ${status} else ${products.status} end`,
			updated_at: now
		})
		.where(eq(products.id, product_id));
}
