/** What a product's newest finished tasks made: its cut-outs, its source model, its optimized model. */
import { and, desc, eq, inArray } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { z } from 'zod';
import {
	generateRequest,
	optimizeRequest,
	removeBackgroundsRequest,
	type StillSide
} from '../contract';
import { processing_tasks } from './schema';

type Task = typeof processing_tasks.$inferSelect;

/** The query for a product's newest succeeded task of one type, for use alone or in a batch. */
export function latestTask(db: DrizzleD1Database, product_id: string, type: Task['type']) {
	return db
		.select()
		.from(processing_tasks)
		.where(
			and(
				eq(processing_tasks.product_id, product_id),
				eq(processing_tasks.type, type),
				eq(processing_tasks.status, 'succeeded')
			)
		)
		.orderBy(desc(processing_tasks.created_at))
		.limit(1);
}

/** True while a 3D model of the product is being made and paid for. */
export async function hasRunningGeneration(
	db: DrizzleD1Database,
	product_id: string
): Promise<boolean> {
	const row = await db
		.select({ id: processing_tasks.id })
		.from(processing_tasks)
		.where(
			and(
				eq(processing_tasks.product_id, product_id),
				eq(processing_tasks.type, '3d_generation'),
				inArray(processing_tasks.status, ['queued', 'submitting', 'running', 'copying'])
			)
		)
		.limit(1)
		.get();
	return row !== undefined;
}

/** An optimized model as the task recorded it. */
export interface OptimizedModelRecord {
	task_id: string;
	/** The source model it was made of. */
	model_url: string;
	lods: { level: number; url: string; triangles: number; bytes: number }[];
	plain_url: string;
	poster_url: string;
	usdz_url: string | null;
	stills: { side: StillSide; url: string }[];
	settings: { texture_size: number };
	source: { triangles: number; bytes: number };
	size: { width_m: number; height_m: number; depth_m: number };
	/** Seconds. */
	processing_time: number;
	created_at: number;
}

/** Reads an optimization out of its task; null for no task. */
export function readOptimization(task: Task | undefined): OptimizedModelRecord | null {
	const input = optimizeRequest.safeParse(task?.input).data;
	if (!task || !input) return null;
	const {
		model_url,
		lods,
		plain_url,
		poster_url,
		stills,
		settings,
		source,
		size,
		processing_time
	} = input;
	const { id: task_id, created_at } = task;
	return {
		task_id,
		model_url,
		lods: lods.toSorted((a, b) => a.level - b.level),
		plain_url,
		poster_url,
		usdz_url: input.usdz_url ?? null,
		stills,
		settings,
		source,
		size,
		processing_time,
		created_at
	};
}

/** The source model as the task recorded it, without the file's length. */
export function readGeneration(task: Task | undefined) {
	if (!task?.model_asset_id || !task.provider) return null;
	const input = generateRequest.safeParse(task.input).data;
	const made_here = input && input.provider !== 'meshy' ? input : null;
	const output = z.object({ triangles: z.number() }).safeParse(task.output).data;
	return {
		task_id: task.id,
		asset_id: task.model_asset_id,
		provider: task.provider,
		triangles: made_here?.triangles ?? output?.triangles ?? null,
		size: made_here?.size ?? null,
		/** Sides nobody photographed were made up: always in a draft, which is made of the front alone. */
		sides_guessed:
			input?.provider === 'draft' || (input?.provider === 'meshy' && input.image_urls.length === 1),
		cost: task.cost_micro_usd / 1e6,
		processing_time: task.processing_time,
		created_at: task.created_at
	};
}

/** The approved cut-outs as the task recorded them, in the order of the photos. */
export function readCutouts(task: Task | undefined) {
	return removeBackgroundsRequest.safeParse(task?.input).data?.processed_images ?? [];
}
