/** Deletes what a provider still keeps of a product that is deleted here. Best effort: it deletes results itself after days. */
import { MESHY } from '../clients/meshy-catalog';
import { keptByProvider } from '../db/tasks';
import type { Env } from '../env';
import { providerOf, readPaidJob, refOf, type PaidJob } from './paid-job';

export interface Kept {
	job: PaidJob;
	provider_task_id: string;
}

/** Read before the product goes, for its tasks go with it. */
export async function keptAtProviders(env: Env, product_id: string): Promise<Kept[]> {
	const since = Date.now() - MESHY.retention_seconds * 1000;
	const kept: Kept[] = [];
	for (const { id, provider_task_id } of await keptByProvider(env.DB, product_id, since)) {
		const job = await readPaidJob(env, id);
		if (job && provider_task_id !== null) kept.push({ job, provider_task_id });
	}
	return kept;
}

export async function removeAtProviders(env: Env, kept: Kept[]): Promise<void> {
	for (const { job, provider_task_id } of kept) {
		const gone = await providerOf(env, job).remove(refOf(job, provider_task_id));
		if (!gone) {
			console.error(
				JSON.stringify({ level: 'warn', part: job.provider, not_deleted: job.task_id })
			);
		}
	}
}
