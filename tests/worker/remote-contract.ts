/** What every provider that is asked over a network must do besides: run on each implementation of `RemoteProvider`. */
import { describe, expect, it } from 'vitest';
import { AssetError } from '../../worker/clients/open-asset';
import type { Exchange, Order, RemoteProvider } from '../../worker/clients/provider';
import { describeProvider, finish } from '../provider-contract';

/** What happens at the provider. */
export type Play =
	| 'ok'
	| 'queue_full'
	| 'too_many_requests'
	| 'out_of_credits'
	| 'bad_key'
	| 'accepted_then_dropped'
	| 'server_error'
	| 'unreadable_answer'
	| 'fails'
	| 'down';

export interface Opened {
	provider: RemoteProvider;
	/** How many tasks it has accepted, by its own book. */
	accepted: () => Promise<number>;
	exchanges: Exchange[];
	/** Every request that went out, with its headers. */
	outbound: () => { url: string; headers: Headers }[];
	/** Never to be found in anything kept. */
	key: string;
}

export function describeRemoteProvider(
	name: string,
	order: Order,
	open: (play: Play) => Opened
): void {
	describeProvider(name, {
		good: () => open('ok').provider,
		order,
		failing: () => ({ provider: open('fails').provider, order })
	});
	describe(`${name} over the network`, () => {
		it.each([
			['ok', { kind: 'accepted' }, 1],
			['queue_full', { kind: 'busy', waiting_for: 'slot' }, 0],
			['too_many_requests', { kind: 'busy', waiting_for: 'rate' }, 0],
			['out_of_credits', { kind: 'refused', code: 'meshy_out_of_credits' }, 0],
			['bad_key', { kind: 'refused', code: 'meshy_unauthorized' }, 0],
			['server_error', { kind: 'unknown' }, 1],
			['accepted_then_dropped', { kind: 'unknown' }, 1],
			['unreadable_answer', { kind: 'unknown' }, 1],
			['down', { kind: 'unknown' }, 0]
		] as const)('%s: one request, one outcome', async (play, outcome, accepted) => {
			const opened = open(play);
			expect(await opened.provider.submit(order)).toMatchObject(outcome);
			expect(opened.outbound()).toHaveLength(1);
			if (play !== 'down') expect(await opened.accepted()).toBe(accepted);
		});

		it('is paid, and says how much at most beforehand', () => {
			expect(open('ok').provider.estimate(order.request).micro_usd).toBeGreaterThan(0);
		});

		it('opens results without its key, and on no other host', async () => {
			const { provider, outbound } = open('ok');
			const { ref } = await finish(provider, order);
			const made = await provider.assets(ref);
			const glb = made.kind === 'assets' && made.assets.find(({ role }) => role === 'glb');
			if (!glb) throw new Error('no GLB');
			await (await provider.open(glb)).body.cancel();
			expect(outbound().at(-1)?.headers.has('authorization')).toBe(false);
			const before = outbound().length;
			const foreign = { role: 'glb' as const, url: 'https://evil.example/model.glb' };
			await expect(provider.open(foreign)).rejects.toThrow(AssetError);
			expect(outbound()).toHaveLength(before);
		});

		it('says whether it is there, and what the account holds', async () => {
			expect(await open('ok').provider.reachable()).toBe(true);
			expect(await open('ok').provider.balance()).toBeGreaterThan(0);
			expect(await open('down').provider.reachable()).toBe(false);
			expect(await open('down').provider.balance()).toBeNull();
		});

		it('lists what it accepted, or says that it cannot', async () => {
			const { provider } = open('ok');
			const submitted = await provider.submit(order);
			const seen = await provider.list(provider.endpointFor(order.request), 1);
			if (!provider.capabilities.list) return expect(seen.kind).toBe('later');
			if (seen.kind !== 'tasks' || submitted.kind !== 'accepted') throw new Error(seen.kind);
			expect(seen.tasks.map(({ id }) => id)).toEqual([submitted.provider_task_id]);
		});

		it('keeps no address, key or image in what is recorded', async () => {
			const { provider, exchanges, key } = open('ok');
			await finish(provider, order);
			expect(exchanges.length).toBeGreaterThan(1);
			const kept = JSON.stringify(exchanges);
			expect(kept).not.toContain(key);
			expect(kept).not.toMatch(/https?:\/\/|data:/);
		});
	});
}
