/**
 * What everything that makes 3D models is to us: `ModelProvider`, also the draft engine on the device; and what is asked
 * over a network besides: `RemoteProvider`. The Workflow, the sweep and the routes know this file only, so a new provider
 * is one more implementation (and passes tests/provider-contract.ts and tests/worker/remote-contract.ts).
 *
 * No method repeats a request by itself, and none throws for anything the provider or the network does: every answer
 * is an outcome, and the caller decides.
 */
import type { ErrorCode, PaidRequest, Provider } from '../contract';

/** A price or a charge. Credits are 0 for providers that bill in money. */
export interface Bill {
	credits: number;
	micro_usd: number;
}

export interface Capabilities {
	/** `device`: in the person's browser; then nothing leaves it. */
	runs_on: 'device' | 'provider';
	max_images: number;
	/** Whether the first image must be the front. */
	views_ordered: boolean;
	/** How images may be handed over. */
	input_modes: readonly ('inline' | 'url')[];
	/** Files it can make. */
	formats: readonly ('glb' | 'usdz')[];
	/** `account`: one address for all tasks, set by hand. */
	webhook: 'account' | 'per_request' | 'none';
	/** Whether an accepted task can be called off. */
	cancel: boolean;
	/** Whether what was accepted can be listed, so that an unknown outcome can be cleared up without a person. */
	list: boolean;
	/** How long a task usually takes, seconds. */
	typical_seconds: { from: number; to: number };
	/** How long results are kept, seconds; null: until they are removed. */
	retention_seconds: number | null;
}

/** One file that goes into a task. */
export interface Input {
	role: 'image' | 'texture' | 'model';
	source: { content_type: string; bytes: Uint8Array } | { url: string };
}

/** One task to be made, once. */
export interface Order<Request = PaidRequest> {
	request: Request;
	/** Images in their order, then the texture picture or the model, as far as the request names them. */
	inputs: Input[];
	/** The provider's own task whose model is changed; null: the model is among the inputs, or there is none. */
	source_task_id: string | null;
}

/** Where a task is at its provider. */
export interface TaskRef {
	endpoint: string;
	provider_task_id: string;
}

export type SubmitOutcome =
	| { kind: 'accepted'; provider_task_id: string }
	/** Surely not accepted; try again. `slot`: the account's queue is full. `rate`: too many requests per second. */
	| { kind: 'busy'; waiting_for: 'slot' | 'rate'; retry_after_s: number | null }
	/** Surely not accepted; the same request would be refused again. */
	| { kind: 'refused'; code: ErrorCode; message: string }
	/** It may be accepted and paid for. Must not be sent again blindly. */
	| { kind: 'unknown'; reason: string };

/** A task as its provider tells it. No address in it: it may be kept. */
export interface ProviderTask {
	id: string;
	/** A state the provider invents later counts as running. */
	state: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';
	/** 0 to 100. */
	progress: number;
	/** Tasks before it in the provider's queue; null when it does not say, or it has begun. */
	queue_position: number | null;
	/** By the provider's clock, Unix epoch milliseconds; 0 when it does not say. */
	created_at: number;
	/** When its results are deleted, Unix epoch milliseconds; null when it does not say. */
	expires_at: number | null;
	/** The model it runs on, when the provider says it. */
	model: string | null;
	/** What was charged so far; null when the provider does not say. */
	charged: Bill | null;
	/** Why it failed, with what to do about it; null unless it did. */
	failure: { code: ErrorCode; message: string } | null;
}

export type PollOutcome =
	| { kind: 'task'; task: ProviderTask; retry_after_s: number | null }
	/** Expired, deleted or never there. */
	| { kind: 'gone' }
	/** No usable answer this time. */
	| { kind: 'later'; reason: string; retry_after_s: number | null };

/** A finished task's file, under an address that is good only now and for the Worker only. */
export interface ProviderAsset {
	role: 'glb' | 'usdz' | 'thumbnail';
	/** Which of several thumbnails: `front`, `right`, `back`, `left`. */
	view?: string;
	url: string;
}

export type AssetsOutcome =
	| { kind: 'assets'; assets: ProviderAsset[] }
	| { kind: 'gone' }
	| { kind: 'later'; reason: string };

/** One page, newest first. */
export type ListOutcome =
	{ kind: 'tasks'; tasks: ProviderTask[]; last: boolean } | { kind: 'later'; reason: string };

export interface ModelProvider<Request = PaidRequest> {
	readonly name: Provider;
	/** As people know it. */
	readonly label: string;
	readonly capabilities: Capabilities;
	/** Where a request is made; kept with its task. */
	endpointFor(request: Request): string;
	/** The most a request can cost. */
	estimate(request: Request): Bill;
	/** Asks for a task, once. */
	submit(order: Order<Request>): Promise<SubmitOutcome>;
	poll(ref: TaskRef): Promise<PollOutcome>;
	/** Fresh addresses of what a finished task made. */
	assets(ref: TaskRef): Promise<AssetsOutcome>;
	/**
	 * Opens a result. Only the provider's own hosts are asked, redirects are refused, no key is sent.
	 * @returns the body and its length in bytes, null when the host does not say
	 * @throws when it cannot be had; AssetError where a host is asked
	 */
	open(asset: ProviderAsset): Promise<{ body: ReadableStream<Uint8Array>; bytes: number | null }>;
	/** The account's credits; null when the provider does not say now, or there is no account. */
	balance(): Promise<number | null>;
	/** Deletes a task and its results; one that runs is called off where `capabilities.cancel`. @returns whether it is gone */
	remove(ref: TaskRef): Promise<boolean>;
}

/** One that the Worker asks over a network, for money. */
export interface RemoteProvider extends ModelProvider {
	readonly name: Exclude<Provider, 'draft' | 'own'>;
	readonly capabilities: Capabilities & { retention_seconds: number };
	/** Everything `endpointFor` gives. */
	readonly endpoints: readonly string[];
	/** The model a request pins, to tell its task from others; null when it pins none. */
	modelOf(request: PaidRequest): string | null;
	/** False when it is down: no answer at all, or a server error. Free. */
	reachable(): Promise<boolean>;
	/** A page (from 1) of the account's tasks at an endpoint. Without `capabilities.list` always `later`. */
	list(endpoint: string, page: number): Promise<ListOutcome>;
}

/** What was sent and answered, fit to be stored: no address, key or image in it. */
export interface Exchange {
	method: 'GET' | 'POST' | 'DELETE';
	path: string;
	/** Null when no answer came. */
	status_code: number | null;
	duration_ms: number;
	body: string | null;
}
