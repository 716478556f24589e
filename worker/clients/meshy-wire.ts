/** Meshy's answers, read permissively: fields and values are added monthly. */
import { z } from 'zod';
import { creditsToMicroUsd } from './meshy-catalog';
import { explainFailure } from './meshy-errors';
import type { ProviderAsset, ProviderTask } from './provider';
import { redact } from './redact';

const text = z.string().catch('');
const number = z.number().catch(0);
const wireTask = z.looseObject({
	id: z.string().min(1),
	status: z.string(),
	progress: number,
	preceding_tasks: z.number().int().min(0).nullish().catch(null),
	created_at: number,
	expires_at: number,
	ai_model: z.string().nullish().catch(null),
	model_urls: z.looseObject({ glb: text, usdz: text }).nullish().catch(null),
	thumbnail_url: text,
	alpha_thumbnail_url: text,
	thumbnail_urls: z.record(z.string(), z.string()).nullish().catch(null),
	task_error: z.looseObject({ type: text, code: text, message: text }).nullish().catch(null),
	consumed_credits: z.number().min(0).nullish().catch(null)
});

const STATES: Record<string, ProviderTask['state']> = {
	PENDING: 'queued',
	IN_PROGRESS: 'running',
	SUCCEEDED: 'succeeded',
	FAILED: 'failed',
	CANCELED: 'canceled'
};

export interface MeshyTask {
	task: ProviderTask;
	/** Signed addresses: for the Worker only, and only for now. */
	assets: ProviderAsset[];
}

/** Reads a task; null when the text is not one. @param key taken out of Meshy's words, should it stand there */
export function readTask(body: string, key = ''): MeshyTask | null {
	return taskOf(parseJson(body), key);
}

/** Reads a page of the task list; null when the text is not one, or an item of it is not a task. */
export function readTaskList(body: string, key = ''): ProviderTask[] | null {
	const list = z.array(z.unknown()).safeParse(parseJson(body));
	const tasks = list.data?.map((item) => taskOf(item, key)?.task ?? null) ?? [null];
	return tasks.some((task) => task === null) ? null : tasks.filter((task) => task !== null);
}

/** Reads the account's credits; null when the text does not say. */
export function readBalance(body: string): number | null {
	return z.looseObject({ balance: z.number() }).safeParse(parseJson(body)).data?.balance ?? null;
}

/** Reads the id out of the answer to a new task; null when there is none. */
export function readTaskId(body: string): string | null {
	const parsed = z.looseObject({ result: z.string().min(1).max(200) }).safeParse(parseJson(body));
	return parsed.success ? parsed.data.result : null;
}

/** Meshy's sentence in an error answer, at most 200 characters; '' when there is none. */
export function readMessage(body: string): string {
	const parsed = z.looseObject({ message: text, error: text }).safeParse(parseJson(body));
	return parsed.success ? (parsed.data.message || parsed.data.error).slice(0, 200) : '';
}

function taskOf(value: unknown, key: string): MeshyTask | null {
	const parsed = wireTask.safeParse(value);
	if (!parsed.success) return null;
	const { id, status, progress, created_at, expires_at, ai_model, task_error } = parsed.data;
	const credits = parsed.data.consumed_credits ?? null;
	const state = STATES[status] ?? 'running';
	const ended_badly = state === 'failed' || state === 'canceled';
	const error = task_error ? { ...task_error, message: redact(task_error.message, key) } : null;
	return {
		task: {
			id,
			state,
			progress,
			queue_position: state === 'queued' ? (parsed.data.preceding_tasks ?? null) : null,
			created_at,
			expires_at: expires_at > 0 ? expires_at : null,
			model: ai_model ?? null,
			charged: credits === null ? null : { credits, micro_usd: creditsToMicroUsd(credits) },
			failure: ended_badly ? explainFailure(error, credits ?? 0) : null
		},
		assets: assetsOf(parsed.data)
	};
}

function assetsOf(task: z.infer<typeof wireTask>): ProviderAsset[] {
	const assets: ProviderAsset[] = [];
	if (task.model_urls?.glb) assets.push({ role: 'glb', url: task.model_urls.glb });
	if (task.model_urls?.usdz) assets.push({ role: 'usdz', url: task.model_urls.usdz });
	const thumbnail = task.alpha_thumbnail_url || task.thumbnail_url;
	if (thumbnail) assets.push({ role: 'thumbnail', url: thumbnail });
	for (const [view, url] of Object.entries(task.thumbnail_urls ?? {})) {
		if (url) assets.push({ role: 'thumbnail', view, url });
	}
	return assets;
}

function parseJson(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return null;
	}
}
