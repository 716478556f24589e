/** The line to a provider: every exchange waits for its turn, is recorded for the task if there is one, and measured. */
import { MESHY } from '../clients/meshy-catalog';
import { MeshyProvider } from '../clients/meshy';
import type { Exchange, RemoteProvider } from '../clients/provider';
import type { Provider } from '../contract';
import { holdTurns, takeTurn } from '../db/pace';
import { recordResponse } from '../db/responses';
import type { Env } from '../env';
import { recordMetric } from '../meter';

/** Providers that are asked by the Worker. */
export type PaidProvider = Exclude<Provider, 'draft' | 'own'>;

/** A turn that is further away is not waited for, milliseconds. */
const LONGEST_WAIT_MS = 20_000;

/** One row per provider. */
const PROVIDERS: Record<PaidProvider, (env: Env, task_id: string | null) => RemoteProvider> = {
	meshy: (env, task_id) =>
		new MeshyProvider({
			base_url: env.MESHY_BASE_URL.replace(/\/+$/, ''),
			api_key: env.MESHY_API_KEY ?? '',
			fetch: (input, init) => fetch(input, init),
			turn: () => waitForTurn(env, 'meshy', MESHY.requests_per_second),
			onrate: (seconds) => holdTurns(env.DB, 'meshy', Date.now() + seconds * 1000),
			onexchange: async (exchange) => {
				await recordMetric(env.DB, measured('meshy', exchange));
				await recordResponse(env.DB, { ...exchange, task_id, provider: 'meshy' });
			}
		})
};

export function openProvider(env: Env, name: PaidProvider, task_id: string | null): RemoteProvider {
	return PROVIDERS[name](env, task_id);
}

/** Whether a provider can be used here. */
export function isConfigured(env: Env, name: PaidProvider): boolean {
	return { meshy: Boolean(env.MESHY_API_KEY) }[name];
}

/** How many tasks a provider takes at once. An unknown plan counts as the smallest. */
export function placesOf(env: Env, name: PaidProvider): number {
	const queue: Record<string, number> = MESHY.queue;
	const own = /^[1-9]\d{0,2}$/.test(env.MESHY_QUEUE ?? '') ? Number(env.MESHY_QUEUE) : undefined;
	return { meshy: own ?? queue[env.MESHY_PLAN] ?? MESHY.queue.pro }[name];
}

async function waitForTurn(env: Env, name: PaidProvider, per_second: number): Promise<void> {
	const wait = await takeTurn(env.DB, name, per_second, Date.now());
	if (wait > LONGEST_WAIT_MS) throw new Error(`The next turn at ${name} is ${wait} ms away`);
	if (wait > 0) await scheduler.wait(wait);
}

function measured(provider: PaidProvider, { method, path, status_code, duration_ms }: Exchange) {
	const [, api, , call] = path.split('/');
	return {
		kind: 'outbound' as const,
		name: `${provider} ${method} ${api === 'openapi' && call ? call : 'file'}`,
		outcome: outcomeOf(status_code),
		ms: duration_ms
	};
}

function outcomeOf(status_code: number | null): 'ok' | 'refused' | 'failed' {
	if (status_code === null || status_code >= 500) return 'failed';
	return status_code >= 300 ? 'refused' : 'ok';
}
