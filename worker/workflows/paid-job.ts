/** What every part of a paid task's life needs to know. */
import type { Bill, RemoteProvider, TaskRef } from '../clients/provider';
import { paidRequest, type PaidRequest } from '../contract';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { v7 as uuidv7 } from 'uuid';
import { openProvider, type PaidProvider } from './open-provider';

/** A task as its Workflow keeps it. Small: Workflow step results may have 1 MiB. */
export interface PaidJob {
	task_id: string;
	product_id: string;
	provider: PaidProvider;
	request: PaidRequest;
	/** Where it is made and listed. */
	endpoint: string;
	/** What was reserved. */
	reserved: Bill;
	/** Ids the results will have, fixed now so that a repeated copy overwrites itself. */
	model_asset_id: string;
	extra_asset_ids: string[];
}

/** USDZ, the thumbnail, and four more from around. */
const EXTRAS = 6;

/** Reads a task's own request; null when the task is gone (its product was deleted). */
export async function readPaidJob(env: Env, task_id: string): Promise<PaidJob | null> {
	const row = await getTask(env.DB, task_id);
	if (!row) return null;
	if (row.provider === null || row.provider === 'draft' || row.provider === 'own') {
		throw new Error(`Task ${task_id} is not a paid one`);
	}
	const request = paidRequest.parse(row.input);
	const provider = openProvider(env, row.provider, task_id);
	return {
		task_id,
		product_id: row.product_id,
		provider: row.provider,
		request,
		endpoint: provider.endpointFor(request),
		reserved: provider.estimate(request),
		model_asset_id: uuidv7(),
		extra_asset_ids: Array.from({ length: EXTRAS }, () => uuidv7())
	};
}

/** The job's line to its provider. */
export function providerOf(env: Env, job: Pick<PaidJob, 'provider' | 'task_id'>): RemoteProvider {
	return openProvider(env, job.provider, job.task_id);
}

export const refOf = (job: PaidJob, provider_task_id: string): TaskRef => ({
	endpoint: job.endpoint,
	provider_task_id
});
