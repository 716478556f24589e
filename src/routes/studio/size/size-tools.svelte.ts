import type { Triple } from '$lib/viewer/pick-point';
import type { FigureName } from '$lib/viewer/scale-figures';
import type { ViewSession } from '$lib/viewer/view-session.svelte';

/** What helps to find a product's real size on its model: a ruler with two ends, and something to compare it with. */
export class SizeTools {
	/** The view they work in; null before it stands. */
	session = $state.raw<ViewSession | null>(null);
	figure = $state<FigureName | null>(null);
	#measuring = $state(false);
	/** At most two points of the model, in its own lengths. */
	#ends = $state.raw<Triple[]>([]);

	get measuring() {
		return this.#measuring;
	}
	get ends(): readonly Triple[] {
		return this.#ends;
	}
	/** Between the two ends, in the model's own lengths; null while there are not two, or they are one. */
	readonly length = $derived.by(() => {
		const [a, b] = this.#ends;
		if (!a || !b) return null;
		const length = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
		return length > 0 ? length : null;
	});

	measure(measuring: boolean): void {
		this.#measuring = measuring;
		this.#ends = [];
	}

	/** Puts the next end; a third one begins anew. */
	put(end: Triple): void {
		this.#ends = this.#ends.length === 2 ? [end] : [...this.#ends, end];
	}

	/** Puts the next end on what is in the middle of the view. @returns false where nothing is */
	putMiddle(): boolean {
		const found = this.session?.viewer?.pickMiddle();
		if (found) this.put(found.position);
		return Boolean(found);
	}

	/** Moves the camera by a quarter around the product. */
	show(turns_ahead: number): void {
		const { viewer } = this.session ?? {};
		viewer?.show({ azimuth: START_AZIMUTH - (turns_ahead * Math.PI) / 2 });
	}
}

/** As `product-stage.ts` begins. */
const START_AZIMUTH = (24 * Math.PI) / 180;
