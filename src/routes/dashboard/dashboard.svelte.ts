import { api, call } from '$lib/api';
import { explain } from '../explain';

export type Summary = Awaited<ReturnType<typeof readSummary>>;
export type Costs = Awaited<ReturnType<typeof readCosts>>;
export type AttentionTask = Awaited<ReturnType<typeof readAttention>>['tasks'][number];

/** Periods a person can choose, days. */
export const PERIODS = [7, 30, 90] as const;
export type Period = (typeof PERIODS)[number];

/** The dashboard's numbers for a period. */
export class Dashboard {
	#days = $state<Period>(30);
	#summary = $state.raw<Summary | null>(null);
	#costs = $state.raw<Costs | null>(null);
	#attention = $state.raw<AttentionTask[]>([]);
	#updated_at = $state<number | null>(null);
	#busy = $state(false);
	#failure = $state<string | null>(null);
	#running: AbortController | null = null;

	get days() {
		return this.#days;
	}
	get summary() {
		return this.#summary;
	}
	get costs() {
		return this.#costs;
	}
	/** Paid models that are not stored. */
	get attention() {
		return this.#attention;
	}
	/** When the numbers were read, epoch milliseconds. */
	get updated_at() {
		return this.#updated_at;
	}
	get busy() {
		return this.#busy;
	}
	get failure() {
		return this.#failure;
	}

	/** Reads the numbers, of another period if given. What is shown stays until the new ones are in. */
	async load(days: Period = this.#days): Promise<void> {
		this.#running?.abort();
		const running = (this.#running = new AbortController());
		this.#days = days;
		this.#busy = true;
		this.#failure = null;
		try {
			const [summary, costs, attention] = await Promise.all([
				readSummary(days, running.signal),
				readCosts(running.signal),
				readAttention(running.signal)
			]);
			this.#summary = summary;
			this.#costs = costs;
			this.#attention = attention.tasks;
			this.#updated_at = Date.now();
		} catch (error) {
			this.#failure = explain(error);
		} finally {
			// A newer call owns the state now.
			if (this.#running === running) this.#busy = false;
		}
	}

	/** What a person saw at the provider of a task whose outcome is unknown. */
	async settle(task_id: string, decision: 'not_charged' | 'look_again'): Promise<void> {
		this.#busy = true;
		this.#failure = null;
		try {
			await call(api.tasks[':task_id'].resolve.$post({ param: { task_id }, json: { decision } }));
			await this.load();
		} catch (error) {
			this.#failure = explain(error);
		} finally {
			this.#busy = false;
		}
	}

	/** Drops what is under way. */
	dispose(): void {
		this.#running?.abort();
	}
}

const readSummary = (days: number, signal: AbortSignal) =>
	call(api.metrics.summary.$get({ query: { days: String(days) } }, { init: { signal } }));
const readCosts = (signal: AbortSignal) =>
	call(api.costs.$get({ query: { limit: '1' } }, { init: { signal } }));
const readAttention = (signal: AbortSignal) =>
	call(api.tasks.attention.$get({}, { init: { signal } }));
