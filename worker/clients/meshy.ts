/** Meshy as a provider of models: the only caller of its API. A second POST is a second charge, so none is ever repeated here. */
import type { PaidRequest } from '../contract';
import { endpointFor, MESHY_ENDPOINTS, taskBody } from './meshy-body';
import { creditsToMicroUsd, MESHY, priceInCredits, retexturePriceInCredits } from './meshy-catalog';
import { explainRefusal } from './meshy-errors';
import { isQueueFull, MeshyHttp, type MeshyHttpOptions } from './meshy-http';
import {
	readBalance,
	readMessage,
	readTask,
	readTaskId,
	readTaskList,
	type MeshyTask
} from './meshy-wire';
import { openAsset } from './open-asset';
import type {
	AssetsOutcome,
	Bill,
	ListOutcome,
	RemoteProvider,
	Order,
	PollOutcome,
	ProviderAsset,
	SubmitOutcome,
	TaskRef
} from './provider';
import { redact } from './redact';

export interface MeshyOptions extends MeshyHttpOptions {
	/** Seconds without a byte after which a download is given up. Default 30. */
	stall_s?: number;
}

/** Meshy downloads and checks images while answering; its own client waits as long, seconds. */
const POST_TIMEOUT_S = 180;
const GET_TIMEOUT_S = 30;
/** Tasks per page of a list: the most Meshy gives. */
const LIST_PAGE = 50;

export const MESHY_CAPABILITIES: RemoteProvider['capabilities'] = {
	runs_on: 'provider',
	max_images: MESHY.max_images,
	views_ordered: true,
	input_modes: ['inline', 'url'],
	formats: ['glb', 'usdz'],
	webhook: 'account',
	cancel: false,
	list: true,
	typical_seconds: MESHY.typical_seconds,
	retention_seconds: MESHY.retention_seconds
};

/** The most a request can cost; known without an account. */
export function estimateMeshy(request: PaidRequest): Bill {
	const credits = creditsFor(request);
	return { credits, micro_usd: creditsToMicroUsd(credits) };
}

function creditsFor(request: PaidRequest): number {
	if (!('operation' in request)) return priceInCredits(request.settings);
	if (request.operation === 'remesh') return MESHY.remesh_credits;
	return retexturePriceInCredits(request.settings);
}

export class MeshyProvider implements RemoteProvider {
	readonly name = 'meshy';
	readonly label = 'Meshy';
	readonly capabilities = MESHY_CAPABILITIES;
	readonly estimate = estimateMeshy;
	readonly endpointFor = endpointFor;
	readonly endpoints = MESHY_ENDPOINTS;
	private readonly http: MeshyHttp;

	constructor(private readonly options: MeshyOptions) {
		this.http = new MeshyHttp(options);
	}

	modelOf(request: PaidRequest): string | null {
		if ('operation' in request && request.operation === 'remesh') return null;
		return request.settings.ai_model;
	}

	async submit(order: Order): Promise<SubmitOutcome> {
		const pieces = taskBody(order);
		const body = new FixedLengthStream(pieces.reduce((sum, piece) => sum + piece.length, 0));
		const writer = body.writable.getWriter();
		// A refused or broken connection shows in the answer; the pipe's own end says nothing more.
		void writeAll(pieces, writer).catch(() => undefined);
		const answer = await this.http.exchange('POST', `/openapi/v1/${endpointFor(order.request)}`, {
			body: body.readable,
			timeout_s: POST_TIMEOUT_S
		});
		// Whatever was not read by now never will be.
		void writer.abort().catch(() => undefined);
		if (answer.status === null) {
			if (answer.sent) return { kind: 'unknown', reason: answer.reason };
			return { kind: 'busy', waiting_for: 'rate', retry_after_s: null };
		}
		const { status, text, retry_after_s } = answer;
		if (status >= 200 && status < 300) {
			const provider_task_id = readTaskId(text);
			if (provider_task_id !== null) return { kind: 'accepted', provider_task_id };
			return { kind: 'unknown', reason: 'its answer could not be read' };
		}
		if (status === 429) {
			const waiting_for = isQueueFull(status, text) ? 'slot' : 'rate';
			return { kind: 'busy', waiting_for, retry_after_s };
		}
		if (status < 400 || status >= 500 || status === 408) {
			return { kind: 'unknown', reason: `it answered ${status}` };
		}
		return {
			kind: 'refused',
			...explainRefusal(status, redact(readMessage(text), this.options.api_key))
		};
	}

	async poll(ref: TaskRef): Promise<PollOutcome> {
		const seen = await this.read(ref);
		return seen.kind === 'task' ? { ...seen, task: seen.task.task } : seen;
	}

	async assets(ref: TaskRef): Promise<AssetsOutcome> {
		const seen = await this.read(ref);
		return seen.kind === 'task' ? { kind: 'assets', assets: seen.task.assets } : seen;
	}

	open({ url }: ProviderAsset) {
		const { fetch, base_url, stall_s } = this.options;
		return openAsset(url, {
			fetch,
			hosts: MESHY.asset_hosts,
			origin: new URL(base_url).origin,
			record: (exchange) => this.http.record(exchange),
			stall_s
		});
	}

	async balance(): Promise<number | null> {
		const answer = await this.http.exchange('GET', '/openapi/v1/balance', {
			timeout_s: GET_TIMEOUT_S
		});
		return answer.status === 200 ? readBalance(answer.text) : null;
	}

	/** Asks for the balance: it is free and counts in no queue. */
	async reachable(): Promise<boolean> {
		const answer = await this.http.exchange('GET', '/openapi/v1/balance', {
			timeout_s: GET_TIMEOUT_S
		});
		return answer.status !== null && answer.status < 500;
	}

	async list(endpoint: string, page: number): Promise<ListOutcome> {
		const query = `page_num=${page}&page_size=${LIST_PAGE}&sort_by=-created_at`;
		const answer = await this.http.exchange('GET', `/openapi/v1/${endpoint}`, {
			query,
			timeout_s: GET_TIMEOUT_S
		});
		if (answer.status === null) return { kind: 'later', reason: answer.reason };
		if (answer.status !== 200) return { kind: 'later', reason: `it answered ${answer.status}` };
		const tasks = readTaskList(answer.text, this.options.api_key);
		if (!tasks) return { kind: 'later', reason: 'its answer is no list' };
		return { kind: 'tasks', tasks, last: tasks.length < LIST_PAGE };
	}

	async remove(ref: TaskRef): Promise<boolean> {
		const answer = await this.http.exchange('DELETE', pathOf(ref), { timeout_s: GET_TIMEOUT_S });
		return answer.status === 200 || answer.status === 204 || answer.status === 404;
	}

	private async read(
		ref: TaskRef
	): Promise<
		| { kind: 'task'; task: MeshyTask; retry_after_s: number | null }
		| Exclude<PollOutcome, { kind: 'task' }>
	> {
		const answer = await this.http.exchange('GET', pathOf(ref), { timeout_s: GET_TIMEOUT_S });
		if (answer.status === null) {
			return { kind: 'later', reason: answer.reason, retry_after_s: null };
		}
		const { status, text, retry_after_s } = answer;
		if (status === 404) return { kind: 'gone' };
		if (status !== 200) return { kind: 'later', reason: `it answered ${status}`, retry_after_s };
		const task = readTask(text, this.options.api_key);
		if (!task) return { kind: 'later', reason: 'its answer could not be read', retry_after_s };
		return { kind: 'task', task, retry_after_s };
	}
}

const pathOf = ({ endpoint, provider_task_id }: TaskRef) =>
	`/openapi/v1/${endpoint}/${encodeURIComponent(provider_task_id)}`;

async function writeAll(
	pieces: Uint8Array[],
	writer: WritableStreamDefaultWriter<ArrayBuffer | ArrayBufferView>
): Promise<void> {
	for (const piece of pieces) await writer.write(piece);
	await writer.close();
}
