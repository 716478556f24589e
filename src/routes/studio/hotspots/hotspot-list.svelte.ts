import { api, call } from '$lib/api';
import { sentenceOf } from '$lib/sentence-of';
import { fill } from '$lib/strings';
import { HOTSPOT_STRINGS } from '$lib/strings/hotspots';
import { hotspotPins } from '$lib/viewer/hotspot-pins';
import { toBox } from '$lib/viewer/place-in-box';
import type { ViewSession } from '$lib/viewer/view-session.svelte';
import { LIMITS, type Hotspot, type ModelPin } from '../../../../worker/contract';

const words = HOTSPOT_STRINGS.studio;

export interface Entry {
	/** Stays when the entry moves. */
	key: number;
	hotspot: Hotspot;
}

/** A product's points as its owner makes them. Every change is kept on the server at once. */
export class HotspotList {
	#entries = $state.raw<readonly Entry[]>([]);
	#status = $state('');
	#keys = 0;
	/** The next click on the model says where a point belongs. */
	placing = $state(false);
	/** The entry in focus. */
	shown = $state<number | null>(null);
	/** The view they stand in, while there is one. */
	session = $state.raw<ViewSession | null>(null);

	constructor(private readonly product_id: string) {}

	/** In the order they are walked. */
	get entries(): readonly Entry[] {
		return this.#entries;
	}
	/** What came of the last change, as a sentence. */
	get status(): string {
		return this.#status;
	}
	get full(): boolean {
		return this.#entries.length >= LIMITS.hotspots;
	}
	readonly pins = $derived.by(() => {
		const hotspots = this.#entries.map(({ hotspot }) => hotspot);
		return this.session ? hotspotPins(hotspots, this.session) : [];
	});

	/** Never rejects, as all that follow. */
	async load(): Promise<void> {
		try {
			const { hotspots } = await call(
				api.products[':product_id'].$get({ param: { product_id: this.product_id } })
			);
			this.#entries = (hotspots ?? []).map((hotspot) => this.#entry(hotspot));
		} catch (error) {
			this.#fail(error);
		}
	}

	/** Adds a point that waits for its name. @returns its key; null where the model is not shown */
	add(pin: ModelPin): number | null {
		this.placing = false;
		const box = this.session?.viewer?.bounds;
		if (!box || this.full) return null;
		const entry = this.#entry({ ...toBox(pin, box), label: words.fresh, text: '' });
		this.shown = entry.key;
		void this.#keep([...this.#entries, entry]);
		return entry.key;
	}

	async change(key: number, changes: Partial<Hotspot>): Promise<void> {
		await this.#keep(
			this.#entries.map((entry) =>
				entry.key === key ? { key, hotspot: { ...entry.hotspot, ...changes } } : entry
			)
		);
	}

	async move(key: number, by: 1 | -1): Promise<void> {
		const now = [...this.#entries];
		const at = now.findIndex((entry) => entry.key === key);
		now.splice(at + by, 0, ...now.splice(at, 1));
		await this.#keep(now);
	}

	async remove(key: number): Promise<void> {
		await this.#keep(this.#entries.filter((entry) => entry.key !== key));
	}

	/** Puts a point in focus and goes to where it was seen from. */
	show(at: number): void {
		this.shown = this.#entries[at]?.key ?? null;
		const pin = this.pins[at];
		this.session?.touch();
		if (pin) this.session?.viewer?.show(pin.view);
	}

	#entry(hotspot: Hotspot): Entry {
		return { key: this.#keys++, hotspot };
	}

	async #keep(entries: readonly Entry[]): Promise<void> {
		this.#entries = entries;
		try {
			await call(
				api.products[':product_id'].$patch({
					param: { product_id: this.product_id },
					json: { hotspots: entries.map(({ hotspot }) => hotspot) }
				})
			);
			this.#status = words.saved;
		} catch (error) {
			this.#fail(error);
		}
	}

	#fail(error: unknown): void {
		this.#status = fill(words.failed, { message: sentenceOf(error) });
	}
}
