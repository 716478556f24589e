/** One attempt to hand a task to Meshy. At most one POST, and never a second one for a task that may be accepted. */
import type { MeshyImage } from '../clients/meshy-wire';
import { openStorage } from '../clients/storage';
import type { ErrorCode } from '../contract';
import { assetIdOf, findAsset } from '../db/assets';
import { beginSubmission, noteAccepted } from '../db/generation';
import { getTask } from '../db/tasks';
import type { Env } from '../env';
import { drizzle } from 'drizzle-orm/d1';
import { openMeshy, type PaidJob } from './paid-job';

export type Submission =
	| { kind: 'accepted'; provider_task_id: string }
	| { kind: 'busy'; waiting_for: 'slot' | 'rate'; retry_after_s: number | null }
	| { kind: 'refused'; code: ErrorCode; message: string }
	| { kind: 'unknown'; reason: string }
	/** The cut-outs could not be read just now; nothing was sent. */
	| { kind: 'not_ready' }
	/** Meshy is down; nothing was sent. */
	| { kind: 'unreachable' }
	/** The task was canceled or has ended; nothing was sent. */
	| { kind: 'ended' };

/**
 * Submits once. When the Workflow replays it, the row says how far the first run came: an id means accepted,
 * `submitting` without one means that a POST was under way, so its outcome is unknown.
 */
export async function submitTask(env: Env, job: PaidJob): Promise<Submission> {
	let images: MeshyImage[] | null;
	try {
		images = await readCutouts(env, job.image_urls);
	} catch (error) {
		console.error(JSON.stringify({ level: 'error', task_id: job.task_id, message: String(error) }));
		return { kind: 'not_ready' };
	}
	if (!images) {
		const message =
			'A cut-out of this task is no longer stored. Make the cut-outs again, then generate again. Nothing was charged.';
		return { kind: 'refused', code: 'asset_not_ready', message };
	}
	const meshy = openMeshy(env, job.task_id);
	// Asked before anything is sent: a Meshy that is down is then known to have charged nothing.
	const fresh = (await getTask(env.DB, job.task_id))?.status === 'queued';
	if (fresh && !(await meshy.reachable())) return { kind: 'unreachable' };
	const begun = await beginSubmission(env.DB, job.task_id, job.endpoint, Date.now());
	if (!begun) return standing(env, job.task_id);
	const outcome = await meshy.submit(images, job.settings);
	if (outcome.kind === 'accepted') {
		// The next step writes this again; here it is only written as early as can be.
		await noteAccepted(env.DB, job.task_id, outcome.provider_task_id, Date.now()).catch(
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
	if (row?.status === 'submitting') {
		return { kind: 'unknown', reason: 'the server stopped in the middle of the request' };
	}
	return { kind: 'ended' };
}

/** The cut-outs' bytes (bounded by the route that took the task), or null when one is gone. */
async function readCutouts(env: Env, image_urls: string[]): Promise<MeshyImage[] | null> {
	const storage = openStorage(env);
	const images: MeshyImage[] = [];
	for (const url of image_urls) {
		const asset = await findAsset(drizzle(env.DB), assetIdOf(url) ?? '');
		const body = asset && (await storage.get(asset.storage_key));
		if (!asset || !body) return null;
		const bytes = new Uint8Array(await new Response(body).arrayBuffer());
		images.push({ content_type: asset.content_type, bytes });
	}
	return images;
}
