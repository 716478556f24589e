/**
 * What everything that makes 3D models must do, whoever it is and wherever it runs: run on each implementation of
 * `ModelProvider`, also on the draft engine in the browser.
 */
import { describe, expect, it } from 'vitest';
import type { ModelProvider, Order } from '../worker/clients/provider';

export interface Providing<Request> {
	/** A provider with which all goes well. */
	good: () => ModelProvider<Request>;
	order: Order<Request>;
	/** One whose task will fail, and the order that makes it fail. */
	failing: () => { provider: ModelProvider<Request>; order: Order<Request> };
	/** Pause between two looks, milliseconds; default 0. */
	pause_ms?: number;
}

/** Looks made at a task at most. */
const LOOKS = 1000;

export function describeProvider<Request>(name: string, of: Providing<Request>): void {
	describe(`${name} as a provider`, () => {
		it('follows a task to its files, and charges no more than it estimated', async () => {
			const provider = of.good();
			const { task, ref, seen } = await finish(provider, of.order, of.pause_ms);
			expect(task).toMatchObject({ state: 'succeeded', progress: 100, failure: null });
			expect(seen).toEqual(seen.toSorted((a, b) => a - b));
			const estimate = provider.estimate(of.order.request);
			expect(task.charged?.micro_usd ?? 0).toBeLessThanOrEqual(estimate.micro_usd);
			expect(task.charged?.credits ?? 0).toBeLessThanOrEqual(estimate.credits);
			const made = await provider.assets(ref);
			if (made.kind !== 'assets') throw new Error(made.kind);
			const glb = made.assets.find(({ role }) => role === 'glb');
			if (!glb) throw new Error('no GLB');
			expect(provider.capabilities.formats).toContain('glb');
			const { body, bytes } = await provider.open(glb);
			const file = new Uint8Array(await new Response(body).arrayBuffer());
			expect(String.fromCharCode(...file.subarray(0, 4))).toBe('glTF');
			expect(bytes ?? file.length).toBe(file.length);
		});

		it('a failed task says why, what to do, and that it cost nothing', async () => {
			const { provider, order } = of.failing();
			const { task } = await finish(provider, order, of.pause_ms);
			expect(task.state).toBe('failed');
			expect(task.failure?.message).toMatch(/Nothing was charged/);
			expect(task.charged?.micro_usd ?? 0).toBe(0);
		});

		it('a task nobody made is gone, not an exception', async () => {
			const provider = of.good();
			const endpoint = provider.endpointFor(of.order.request);
			const ref = { endpoint, provider_task_id: crypto.randomUUID() };
			expect(await provider.poll(ref)).toEqual({ kind: 'gone' });
			expect((await provider.assets(ref)).kind).toBe('gone');
		});

		it('two orders are two tasks', async () => {
			const provider = of.good();
			const [one, other] = [await provider.submit(of.order), await provider.submit(of.order)];
			if (one.kind !== 'accepted' || other.kind !== 'accepted') throw new Error(one.kind);
			expect(one.provider_task_id).not.toBe(other.provider_task_id);
		});

		it('a removed task is gone, or it says that it cannot remove', async () => {
			const provider = of.good();
			const { ref } = await finish(provider, of.order, of.pause_ms);
			const removed = await provider.remove(ref);
			expect((await provider.poll(ref)).kind).toBe(removed ? 'gone' : 'task');
		});

		it('gives a balance that is a number, or none', async () => {
			const balance = await of.good().balance();
			if (balance !== null) expect(balance).toBeGreaterThan(0);
		});
	});
}

/** Submits an order and looks until it is over. `seen`: the progress of every look. */
export async function finish<Request>(
	provider: ModelProvider<Request>,
	order: Order<Request>,
	pause_ms = 0
) {
	const submitted = await provider.submit(order);
	if (submitted.kind !== 'accepted') throw new Error(submitted.kind);
	const { provider_task_id } = submitted;
	const ref = { endpoint: provider.endpointFor(order.request), provider_task_id };
	const seen: number[] = [];
	for (let n = 0; n < LOOKS; n++) {
		const look = await provider.poll(ref);
		if (look.kind === 'task') {
			seen.push(look.task.progress);
			if (/^(succeeded|failed)$/.test(look.task.state)) return { task: look.task, ref, seen };
		}
		if (pause_ms > 0) await new Promise((resolve) => setTimeout(resolve, pause_ms));
	}
	throw new Error('never finished');
}
