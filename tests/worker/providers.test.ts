import { env } from 'cloudflare:workers';
import { MeshyProvider } from '../../worker/clients/meshy';
import type { Exchange, Order } from '../../worker/clients/provider';
import { meshySettings } from '../../worker/contract';
import { describeRemoteProvider, type Play } from './remote-contract';
import { readAccount } from './stand-in';
import { tinyPng } from './studio';
import { TinyHost, TinyProvider } from './tiny-provider';

const order: Order = {
	request: {
		provider: 'meshy',
		product_id: crypto.randomUUID(),
		image_urls: [`/files/${crypto.randomUUID()}`],
		settings: meshySettings.parse({})
	},
	inputs: [{ role: 'image', source: { content_type: 'image/png', bytes: tinyPng() } }],
	source_task_id: null
};

const SCENARIOS: Record<Play, string> = {
	ok: 'ok',
	queue_full: 'queue_always_full',
	too_many_requests: 'rate_limited_without_retry_after',
	out_of_credits: 'out_of_credits',
	bad_key: 'bad_key',
	accepted_then_dropped: 'drop_connection_after_accept',
	server_error: 'server_error_on_submit',
	unreadable_answer: 'unreadable_answer_on_submit',
	fails: 'failed',
	down: 'down'
};

describeRemoteProvider('Meshy', order, (play) => {
	const key = `msy_${crypto.randomUUID()}~${SCENARIOS[play]}`;
	const exchanges: Exchange[] = [];
	const requests: { url: string; headers: Headers }[] = [];
	const provider = new MeshyProvider({
		base_url: env.MESHY_BASE_URL,
		api_key: key,
		fetch: (input, init) => {
			requests.push({ url: String(input), headers: new Headers(init?.headers) });
			return fetch(input, init);
		},
		turn: async () => undefined,
		onrate: async () => undefined,
		onexchange: async (exchange) => void exchanges.push(exchange)
	});
	const accepted = async () => (await readAccount(key)).tasks.length;
	return { provider, accepted, exchanges, outbound: () => requests, key };
});

describeRemoteProvider('A tiny other', order, (play) => {
	const key = `tiny_${crypto.randomUUID()}`;
	const exchanges: Exchange[] = [];
	const host = new TinyHost(play);
	const provider = new TinyProvider(key, host.fetch, async (one) => void exchanges.push(one));
	const accepted = async () => host.jobs.size;
	return { provider, accepted, exchanges, outbound: () => host.requests, key };
});
