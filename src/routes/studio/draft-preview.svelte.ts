import type { Cutout, DraftShape } from '$lib/artifacts';
import { previewDraft } from '$lib/generate/preview-draft';
import { withDepthIfPossible } from '$lib/prepare-depth';
import { isAbort, sentenceOf } from '$lib/sentence-of';

type Options = Parameters<typeof previewDraft>[1];

/** How long a choice must rest before it is drawn, milliseconds: shorter than a pause that is felt. */
const REST_MS = 80;

/**
 * A coarse draft that follows what is chosen: one is made at a time, and only of the newest choice. What is shown stays
 * until the next one is there.
 */
export class DraftPreview {
	#glb = $state.raw<Blob | null>(null);
	#shape = $state.raw<DraftShape | null>(null);
	#problem = $state('');
	#busy = $state(false);
	#abort: AbortController | null = null;
	#next: { cutouts: Cutout[]; options: Options } | null = null;
	#rest: ReturnType<typeof setTimeout> | undefined;

	get glb() {
		return this.#glb;
	}
	/** How the shown one was made, and why so. */
	get shape() {
		return this.#shape;
	}
	/** What went wrong with the newest choice, in words. */
	get problem() {
		return this.#problem;
	}
	get busy() {
		return this.#busy;
	}

	/** Draws a choice once it rests, in place of one that waits. */
	draw(cutouts: Cutout[], options: Options): void {
		this.#next = { cutouts, options };
		clearTimeout(this.#rest);
		this.#rest = setTimeout(() => void this.#work(), REST_MS);
	}

	/** Stops at once, and forgets what waits. */
	cancel(): void {
		clearTimeout(this.#rest);
		this.#next = null;
		this.#abort?.abort(new DOMException('Canceled', 'AbortError'));
	}

	/** Forgets what is shown, too. */
	clear(): void {
		this.cancel();
		[this.#glb, this.#shape, this.#problem] = [null, null, ''];
	}

	async #work(): Promise<void> {
		if (this.#busy) return;
		this.#busy = true;
		while (this.#next) {
			const { cutouts, options } = this.#next;
			this.#next = null;
			const { signal } = (this.#abort = new AbortController());
			try {
				let problem = '';
				const { glb, draft } = await withDepthIfPossible(
					options.read_depth,
					(read_depth) => previewDraft(cutouts, { ...options, read_depth }, { signal }),
					(sentence) => (problem = sentence)
				);
				if (signal.aborted) continue;
				[this.#glb, this.#shape, this.#problem] = [glb, draft ?? null, problem];
			} catch (error) {
				if (!isAbort(error)) this.#problem = sentenceOf(error);
			}
		}
		this.#abort = null;
		this.#busy = false;
	}
}
