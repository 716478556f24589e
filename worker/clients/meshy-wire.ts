/** Meshy's JSON: what we send, strictly, and what we read, permissively (fields and values are added monthly). */
import { z } from 'zod';
import type { ErrorCode, MeshySettings } from '../contract';

export interface MeshyImage {
	content_type: string;
	bytes: Uint8Array;
}

/** Where a task is made and read; more than one image needs its own endpoint. */
export type MeshyEndpoint = 'image-to-3d' | 'multi-image-to-3d';
export const endpointFor = (images: number): MeshyEndpoint =>
	images > 1 ? 'multi-image-to-3d' : 'image-to-3d';

/** A task as far as we need it. */
export interface MeshyTask {
	id: string;
	/** A status Meshy invents later counts as running. */
	state: 'pending' | 'running' | 'succeeded' | 'failed' | 'canceled';
	/** 0 to 100. */
	progress: number;
	/** By Meshy's clock, Unix epoch milliseconds; 0 when it does not say. */
	created_at: number;
	/** The model it runs on, when Meshy says it. */
	ai_model: string | null;
	/** Signed addresses: for the Worker only, and only for now. */
	glb_url: string | null;
	thumbnail_url: string | null;
	error: { type: string; code: string; message: string } | null;
	/** Credits charged so far; null when Meshy does not say. */
	consumed_credits: number | null;
}

const text = z.string().catch('');
const wireTask = z.looseObject({
	id: z.string().min(1),
	status: z.string(),
	progress: z.number().catch(0),
	created_at: z.number().catch(0),
	ai_model: z.string().nullish().catch(null),
	model_urls: z.looseObject({ glb: text }).nullish().catch(null),
	thumbnail_url: text,
	alpha_thumbnail_url: text,
	task_error: z.looseObject({ type: text, code: text, message: text }).nullish().catch(null),
	consumed_credits: z.number().min(0).nullish().catch(null)
});

const STATES: Record<string, MeshyTask['state']> = {
	PENDING: 'pending',
	IN_PROGRESS: 'running',
	SUCCEEDED: 'succeeded',
	FAILED: 'failed',
	CANCELED: 'canceled'
};

/** Reads a task; null when the text is not one. */
export function readTask(body: string): MeshyTask | null {
	return taskOf(parseJson(body));
}

/** Reads a page of the task list; null when the text is not one, or an item of it is not a task. */
export function readTaskList(body: string): MeshyTask[] | null {
	const list = z.array(z.unknown()).safeParse(parseJson(body));
	const tasks = list.data?.map(taskOf) ?? [null];
	return tasks.some((task) => task === null) ? null : tasks.filter((task) => task !== null);
}

/** Reads the account's credits; null when the text does not say. */
export function readBalance(body: string): number | null {
	return z.looseObject({ balance: z.number() }).safeParse(parseJson(body)).data?.balance ?? null;
}

function taskOf(value: unknown): MeshyTask | null {
	const parsed = wireTask.safeParse(value);
	if (!parsed.success) return null;
	const { id, status, progress, model_urls, task_error, consumed_credits } = parsed.data;
	return {
		id,
		state: STATES[status] ?? 'running',
		progress,
		created_at: parsed.data.created_at,
		ai_model: parsed.data.ai_model ?? null,
		glb_url: model_urls?.glb || null,
		thumbnail_url: parsed.data.alpha_thumbnail_url || parsed.data.thumbnail_url || null,
		error: task_error ?? null,
		consumed_credits: consumed_credits ?? null
	};
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

/**
 * The body of a new task, as pieces: the images are long, and joining them would hold them twice.
 * image_enhancement is off because it changes how the product looks; auto_size gives metres.
 */
export function taskBody(images: MeshyImage[], settings: MeshySettings): Uint8Array[] {
	const parameters = {
		ai_model: settings.ai_model,
		should_texture: true,
		enable_pbr: settings.enable_pbr,
		texture_resolution: settings.texture_resolution,
		should_remesh: true,
		topology: 'triangle',
		target_polycount: settings.target_polycount,
		image_enhancement: false,
		auto_size: true,
		origin_at: 'bottom',
		target_formats: ['glb'],
		alpha_thumbnail: true
	};
	const many = endpointFor(images.length) === 'multi-image-to-3d';
	const pieces = [encode(many ? '{"image_urls":[' : '{"image_url":')];
	images.forEach(({ content_type, bytes }, i) => {
		pieces.push(encode(`${i > 0 ? ',' : ''}"data:${content_type};base64,`));
		pieces.push(...base64(bytes), encode('"'));
	});
	pieces.push(encode(`${many ? ']' : ''},${JSON.stringify(parameters).slice(1)}`));
	return pieces;
}

/** What a refusal means for us, with a sentence. The request was surely not accepted. */
export function explainRefusal(status: number, said: string): { code: ErrorCode; message: string } {
	const quote = said === '' ? '' : ` (“${said}”)`;
	switch (status) {
		case 401:
			return {
				code: 'meshy_unauthorized',
				message: `Meshy does not accept the key${quote}. Check MESHY_API_KEY on the server. Nothing was charged.`
			};
		case 402:
			return {
				code: 'meshy_out_of_credits',
				message: `The Meshy account has not enough credits${quote}. Buy credits at Meshy, then generate again. Nothing was charged.`
			};
		case 403:
			return {
				code: 'meshy_unauthorized',
				message: `Meshy does not allow this request with the plan of the key${quote}. Check the plan, or use another key. Nothing was charged.`
			};
		case 404:
			return {
				code: 'meshy_rejected',
				message: `Meshy has nothing at the address asked${quote}. Check MESHY_BASE_URL on the server. Nothing was charged.`
			};
		default:
			return {
				code: 'meshy_rejected',
				message: `Meshy refused the request (${status})${quote}. Use other cut-outs or settings, then generate again. Nothing was charged.`
			};
	}
}

/**
 * Why a task failed at Meshy, with what to do about it.
 * @param credits what Meshy says it charged; failed tasks are refunded, so usually 0
 */
export function explainFailure(
	error: MeshyTask['error'],
	credits: number
): { code: ErrorCode; message: string } {
	const quote = error?.message ? ` It said: “${error.message.slice(0, 200)}”` : '';
	const [why, remedy] =
		FAILURES[error?.code ?? ''] ?? FAILURES[error?.type ?? ''] ?? FAILURES.server_error;
	const charged = credits > 0 ? `Meshy charged ${credits} credits.` : 'Nothing was charged.';
	return {
		code: 'generation_failed',
		message: `Meshy could not make this model: ${why}.${quote} ${remedy} ${charged}`
	};
}

const FAILURES: Record<string, [string, string]> & { server_error: [string, string] } = {
	image_too_complex: [
		'the image is too complex or shows several objects',
		'Use cut-outs that show the product alone.'
	],
	moderation_blocked: ['the image was blocked by its moderation', 'Use other cut-outs.'],
	invalid_input: ['the images cannot be used', 'Use other cut-outs.'],
	timeout: ['it took too long', 'Generate again.'],
	service_unavailable: ['its service is not available', 'Generate again in a few minutes.'],
	server_error: ['something went wrong there', 'Generate again, or use other cut-outs.']
};

function parseJson(body: string): unknown {
	try {
		return JSON.parse(body);
	} catch {
		return null;
	}
}

const encode = (value: string) => new TextEncoder().encode(value);

/** Base64 in pieces; a multiple of 3 bytes each, so that only the last is padded. */
function base64(bytes: Uint8Array): Uint8Array[] {
	const pieces: Uint8Array[] = [];
	const step = 3 * 8192;
	for (let i = 0; i < bytes.length; i += step) {
		pieces.push(encode(btoa(String.fromCharCode(...bytes.subarray(i, i + step)))));
	}
	return pieces;
}
