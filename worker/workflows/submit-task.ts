/** One attempt to hand a task to its provider. At most one POST, and never a second one for a task that may be accepted. */
import type { ErrorCode } from '../contract';
import { beginSubmission, noteAccepted } from '../db/generation';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { gatherInputs, type Gathered } from './gather-inputs';
import { providerOf, type PaidJob } from './paid-job';

export type Submission =
	| { kind: 'accepted'; provider_task_id: string }
	| { kind: 'busy'; waiting_for: 'slot' | 'rate'; retry_after_s: number | null }
	| { kind: 'refused'; code: ErrorCode; message: string }
	| { kind: 'unknown'; reason: string }
	/** The files could not be read just now; nothing was sent. */
	| { kind: 'not_ready' }
	/** The provider is down; nothing was sent. */
	| { kind: 'unreachable' }
	/** The task was canceled or has ended; nothing was sent. */
	| { kind: 'ended' };

/**
 * Submits once. When the Workflow replays it, the row says how far the first run came: an id means accepted,
 * `submitting` without one means that a POST was under way, so its outcome is unknown.
 */
export async function submitTask(env: Env, job: PaidJob): Promise<Submission> {
	let gathered: Gathered | null;
	try {
		gathered = await gatherInputs(env, job.request);
	} catch (error) {
		console.error(JSON.stringify({ level: 'error', task_id: job.task_id, message: String(error) }));
		return { kind: 'not_ready' };
	}
	if (!gathered) {
		const message =
			'A file of this task is no longer there, or no longer kept at Meshy. Make the cut-outs again, then generate again. Nothing was charged.';
		return { kind: 'refused', code: 'asset_not_ready', message };
	}
	const { task_id, endpoint, request } = job;
	const provider = providerOf(env, job);
	// Asked before anything is sent: a provider that is down is then known to have charged nothing.
	const fresh = (await getTask(env.DB, task_id))?.status === 'queued';
	if (fresh && !(await provider.reachable())) return { kind: 'unreachable' };
	const at = { provider: job.provider, endpoint };
	const begun = await beginSubmission(env.DB, task_id, at, Date.now());
	if (!begun) return standing(env, task_id);
	const outcome = await provider.submit({ request, ...gathered });
	if (outcome.kind === 'accepted') {
		// The next step writes this again; here it is only written as early as can be.
		await noteAccepted(env.DB, task_id, outcome.provider_task_id, Date.now()).catch(
			() => undefined
		);
	}
	return outcome;
}

/** How a task stands that may not be submitted. */
async function standing(env: Env, task_id: string): Promise<Submission> {
	const row = await getTask(env.DB, task_id);
	if (row?.provider_task_id) {
		return { kind: 'accepted', provider_task_id: row.provider_task_id };
	}
	// Its place was lost meanwhile: it waits for another.
	if (row?.status === 'queued' || row?.output?.waiting_for !== undefined) {
		return { kind: 'busy', waiting_for: 'rate', retry_after_s: null };
	}
	if (row?.status === 'submitting') {
		return { kind: 'unknown', reason: 'the server stopped in the middle of the request' };
	}
	return { kind: 'ended' };
}
