/**
 * A second provider, as small as one can be and as unlike Meshy as its rivals are: it bills in dollars, tells a task's
 * state by one token and its files by another call, cannot list, and its addresses live for minutes.
 */
import { openAsset } from '../../worker/clients/open-asset';
import type {
	AssetsOutcome,
	Exchange,
	ListOutcome,
	RemoteProvider,
	Order,
	PollOutcome,
	ProviderAsset,
	SubmitOutcome,
	TaskRef
} from '../../worker/clients/provider';
import type { Play } from './remote-contract';
import { tinyGlb } from './studio';

const PRICE_MICRO_USD = 400_000;
const HOST = 'https://api.tiny.example';

/** The provider's other side. */
export class TinyHost {
	readonly jobs = new Map<string, { looks: number }>();
	readonly requests: { url: string; headers: Headers }[] = [];
	constructor(private readonly play: Play) {}

	fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
		const url = new URL(String(input));
		this.requests.push({ url: url.href, headers: new Headers(init?.headers) });
		if (this.play === 'down') throw new TypeError('connection refused');
		if (url.pathname === '/balance') return Response.json({ usd: 12.5 });
		if (url.pathname === '/jobs') return this.create();
		const [, kind = '', token = ''] = url.pathname.split('/');
		const job = this.jobs.get(token);
		if (!job) return new Response('no such job', { status: 404 });
		if (kind === 'files') return new Response(tinyGlb());
		if (kind === 'download')
			return Response.json([{ name: 'a.glb', url: `${HOST}/files/${token}` }]);
		const ended = ++job.looks > 2;
		if (!ended) return Response.json({ jobs: [{ status: 'Generating' }] });
		return Response.json({ jobs: [{ status: this.play === 'fails' ? 'Failed' : 'Done' }] });
	};

	private create(): Response {
		if (this.play === 'queue_full')
			return new Response('all workers busy', { status: 503, headers: { 'x-queue': 'full' } });
		if (this.play === 'too_many_requests') return new Response(null, { status: 429 });
		if (this.play === 'out_of_credits') return new Response(null, { status: 402 });
		if (this.play === 'bad_key') return new Response(null, { status: 401 });
		const uuid = crypto.randomUUID();
		this.jobs.set(uuid, { looks: 0 });
		if (this.play === 'accepted_then_dropped') throw new TypeError('connection lost');
		if (this.play === 'server_error') return new Response(null, { status: 500 });
		if (this.play === 'unreadable_answer') return new Response('<html>');
		return Response.json({ uuid });
	}
}

export class TinyProvider implements RemoteProvider {
	readonly name = 'meshy'; // The wire knows no other yet.
	readonly label = 'Tiny';
	readonly capabilities: RemoteProvider['capabilities'] = {
		runs_on: 'provider',
		max_images: 1,
		views_ordered: false,
		input_modes: ['inline'],
		formats: ['glb'],
		webhook: 'none',
		cancel: false,
		list: false,
		typical_seconds: { from: 30, to: 60 },
		retention_seconds: 600
	};
	constructor(
		private readonly key: string,
		private readonly fetch: typeof globalThis.fetch,
		private readonly record: (exchange: Exchange) => Promise<void>
	) {}

	readonly endpoints = ['jobs'];
	endpointFor = () => 'jobs';
	estimate = () => ({ credits: 0, micro_usd: PRICE_MICRO_USD });
	modelOf = () => null;

	async submit({ inputs }: Order): Promise<SubmitOutcome> {
		const answer = await this.ask('POST', '/jobs', JSON.stringify({ images: inputs.length }));
		if (!answer) return { kind: 'unknown', reason: 'the connection broke' };
		const { status, text, headers } = answer;
		if (headers.get('x-queue') === 'full')
			return { kind: 'busy', waiting_for: 'slot', retry_after_s: null };
		if (status === 429) return { kind: 'busy', waiting_for: 'rate', retry_after_s: null };
		if (status === 402)
			return { kind: 'refused', code: 'meshy_out_of_credits', message: 'No money left.' };
		if (status === 401)
			return { kind: 'refused', code: 'meshy_unauthorized', message: 'Wrong key.' };
		const uuid = /"uuid":"([^"]+)"/.exec(text)?.[1];
		return uuid
			? { kind: 'accepted', provider_task_id: uuid }
			: { kind: 'unknown', reason: `it answered ${status}` };
	}

	async poll({ provider_task_id: id }: TaskRef): Promise<PollOutcome> {
		const answer = await this.ask('GET', `/status/${id}`);
		if (!answer) return { kind: 'later', reason: 'the connection broke', retry_after_s: null };
		if (answer.status === 404) return { kind: 'gone' };
		const [done, failed] = [answer.text.includes('Done'), answer.text.includes('Failed')];
		const failure = {
			code: 'generation_failed' as const,
			message: 'Try another photo. Nothing was charged.'
		};
		return {
			kind: 'task',
			retry_after_s: null,
			task: {
				id,
				state: done ? 'succeeded' : failed ? 'failed' : 'running',
				progress: done ? 100 : 0,
				queue_position: null,
				created_at: 0,
				expires_at: null,
				model: null,
				charged: failed ? { credits: 0, micro_usd: 0 } : { credits: 0, micro_usd: PRICE_MICRO_USD },
				failure: failed ? failure : null
			}
		};
	}

	async assets({ provider_task_id }: TaskRef): Promise<AssetsOutcome> {
		const answer = await this.ask('GET', `/download/${provider_task_id}`);
		if (!answer) return { kind: 'later', reason: 'the connection broke' };
		if (answer.status === 404) return { kind: 'gone' };
		const url = /"url":"([^"]+)"/.exec(answer.text)?.[1];
		return { kind: 'assets', assets: url ? [{ role: 'glb', url }] : [] };
	}

	open(asset: ProviderAsset) {
		const { fetch, record } = this;
		return openAsset(asset.url, { fetch, hosts: [], origin: HOST, record });
	}

	async balance(): Promise<number | null> {
		const answer = await this.ask('GET', '/balance');
		return answer ? Number(/[\d.]+/.exec(answer.text)?.[0]) : null;
	}

	reachable = async () => (await this.ask('GET', '/balance')) !== null;
	list = async (): Promise<ListOutcome> => ({ kind: 'later', reason: 'it has none' });
	remove = async () => false;

	private async ask(method: 'GET' | 'POST', path: string, body?: string) {
		const headers = { authorization: `Bearer ${this.key}` };
		try {
			const response = await this.fetch(`${HOST}${path}`, { method, headers, body });
			const { status } = response;
			await this.record({ method, path, status_code: status, duration_ms: 1, body: null });
			return { status, text: await response.text(), headers: response.headers };
		} catch {
			await this.record({ method, path, status_code: null, duration_ms: 1, body: null });
			return null;
		}
	}
}
