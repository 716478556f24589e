/** The queue before a provider: who may post now, and waking those who may. */
import {
	freePlace,
	enqueueStatement,
	grantPlaces,
	holdPlaces,
	readPlace,
	type Place
} from '../db/queue';
import type { Env } from '../env';
import { placesOf, type PaidProvider } from './open-provider';
import type { PaidJob } from './paid-job';
import { PLACE } from './pauses';

/**
 * Gives out free places and says whether this task has one. Safe to repeat.
 * @param probe the provider said before that its queue is full; this task now tries again
 */
export async function takePlace(env: Env, job: PaidJob, probe: boolean): Promise<Place> {
	const { task_id, provider, endpoint } = job;
	await enqueueStatement(env.DB, task_id, { provider, endpoint }, Date.now()).run();
	if (probe) await holdPlaces(env.DB, provider, 0);
	await givePlaces(env, provider, task_id);
	return readPlace(env.DB, task_id, Date.now());
}

/** The provider has ended a task, so another one may come. Safe to repeat. */
export async function leavePlace(
	env: Env,
	job: Pick<PaidJob, 'task_id' | 'provider'>
): Promise<void> {
	await freePlace(env.DB, job.task_id);
	await givePlaces(env, job.provider, job.task_id);
}

/** A task left the queue before it was posted: if the provider was full, the next one finds out whether it still is. */
export async function stepAside(env: Env, provider: PaidProvider): Promise<void> {
	await holdPlaces(env.DB, provider, 0);
	await givePlaces(env, provider, null);
}

/** Gives out free places and wakes those that got one, except the caller's own task. */
export async function givePlaces(
	env: Env,
	provider: PaidProvider,
	own_task_id: string | null
): Promise<void> {
	const granted = await grantPlaces(env.DB, provider, placesOf(env, provider), Date.now());
	for (const task_id of granted) {
		if (task_id === own_task_id) continue;
		// One that is not woken looks again by itself later.
		await env.GENERATE_MODEL.get(task_id)
			.then((instance) => instance.sendEvent({ type: PLACE, payload: {} }))
			.catch(() => undefined);
	}
}
