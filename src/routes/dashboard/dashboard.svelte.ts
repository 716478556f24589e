import { api, call } from '$lib/api';
import { explain } from '../explain';

export type Summary = Awaited<ReturnType<typeof readSummary>>;
export type Costs = Awaited<ReturnType<typeof readCosts>>;

/** Periods a person can choose, days. */
export const PERIODS = [7, 30, 90] as const;
export type Period = (typeof PERIODS)[number];

/** The dashboard's numbers for a period. */
export class Dashboard {
	#days = $state<Period>(30);
	#summary = $state.raw<Summary | null>(null);
	#costs = $state.raw<Costs | null>(null);
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
			const [summary, costs] = await Promise.all([
				readSummary(days, running.signal),
				readCosts(running.signal)
			]);
			this.#summary = summary;
			this.#costs = costs;
			this.#updated_at = Date.now();
		} catch (error) {
			this.#failure = explain(error);
		} finally {
			// A newer call owns the state now.
			if (this.#running === running) this.#busy = false;
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
