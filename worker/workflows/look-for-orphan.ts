/** One look, at the provider's own list, for a task whose POST was never answered. */
import type { ProviderTask } from '../clients/provider';
import { findSubmission, hasRival, knownProviderTasks } from '../db/submissions';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { providerOf, type PaidJob } from './paid-job';

export type Look =
	/** The one task that can be ours. */
	| { kind: 'found'; provider_task_id: string }
	/** The whole window was seen, and nothing in it can be ours. */
	| { kind: 'none' }
	/** There are candidates, but it cannot be told whose they are. */
	| { kind: 'several'; count: number }
	/** No usable list this time. */
	| { kind: 'later'; reason: string };

/** How far the provider's clock may be from ours, milliseconds. */
const CLOCK_MS = 2 * 60_000;
/** How long after our POST began it may still be taken up, milliseconds (we wait 3 minutes for its answer). */
const LATE_MS = 10 * 60_000;
/** Pages of the list that are read at most. */
const MAX_PAGES = 10;

/**
 * Adopts only what is beyond doubt: made around our POST by its clock, on the same endpoint, at our price and
 * with our model where the provider says them, known for no other task, the only one, and not perhaps the outcome of
 * another open POST of ours. Our rows are read after the list, so a POST that made a listed task is seen.
 */
export async function lookForOrphan(env: Env, job: PaidJob): Promise<Look> {
	const submission = await findSubmission(env.DB, job.task_id);
	const row = submission ? undefined : await getTask(env.DB, job.task_id);
	const submitted_at = submission?.submitted_at ?? row?.started_at ?? row?.created_at ?? 0;
	const provider = providerOf(env, job);
	const model = provider.modelOf(job.request);
	if (!provider.capabilities.list) return { kind: 'later', reason: 'it has none' };
	const from = submitted_at - CLOCK_MS;
	const to = submitted_at + LATE_MS;

	const listed = new Map<string, ProviderTask>();
	for (let page = 1; ; page++) {
		if (page > MAX_PAGES) return { kind: 'later', reason: 'its list is too long to look through' };
		const seen = await provider.list(job.endpoint, page);
		if (seen.kind === 'later') return seen;
		for (const task of seen.tasks) listed.set(task.id, task);
		const oldest = seen.tasks.at(-1);
		if (!oldest || seen.last || oldest.created_at < from) break;
	}
	const fitting = [...listed.values()].filter(
		(task) => task.created_at >= from && task.created_at <= to && couldBe(task, job, model)
	);
	const known = await knownProviderTasks(
		env.DB,
		job.provider,
		fitting.map(({ id }) => id)
	);
	const [candidate, ...more] = fitting.filter(({ id }) => !known.has(id));
	if (!candidate) return { kind: 'none' };
	const rival = await hasRival(
		env.DB,
		{ task_id: job.task_id, provider: job.provider, endpoint: job.endpoint },
		candidate.created_at - LATE_MS,
		candidate.created_at + CLOCK_MS
	);
	if (more.length > 0 || rival) return { kind: 'several', count: 1 + more.length };
	return { kind: 'found', provider_task_id: candidate.id };
}

/** A failed task is refunded and says 0 credits, so only another price tells that it is not ours. */
function couldBe(task: ProviderTask, { reserved }: PaidJob, model: string | null): boolean {
	if (task.model !== null && model !== null && task.model !== model) return false;
	return !task.charged?.micro_usd || task.charged.micro_usd === reserved.micro_usd;
}
