import type { Cutout, Size, StageContext, Turns } from '$lib/artifacts';
import type { Fidelity } from '$lib/fidelity/check-fidelity';
import type { ModelComparison } from '$lib/optimize/compare-models';
import { StageRunner } from '$lib/stage-runner.svelte';
import { runTask } from '$lib/threads/run-task';

/** What is held against what. */
export interface TruthSource {
	/** The product's name. */
	name: string;
	source: Blob;
	/** How the source was turned for the result. */
	turns: Turns;
	result: Blob;
	/** The result's size, metres. */
	size: Size;
	/** What photos show. */
	cutouts: readonly Cutout[];
}

/** What was measured of one result. Made anew for another one. */
export class Truth {
	readonly runner = new StageRunner(() => undefined);
	#comparison = $state.raw<{ result: Blob; found: ModelComparison } | null>(null);
	#fidelity = $state.raw<{ result: Blob; photos: string; found: Fidelity } | null>(null);

	/** The comparison of a result with its source; null while it is not made. */
	comparisonOf(result: Blob): ModelComparison | null {
		return this.#comparison?.result === result ? this.#comparison.found : null;
	}

	/** How a result compares with photos; null while that is not made. */
	fidelityOf({ result, cutouts }: TruthSource): Fidelity | null {
		const kept = this.#fidelity;
		return kept?.result === result && kept.photos === keyOf(cutouts) ? kept.found : null;
	}

	/** The last run: a new one takes its place, and begins once it has ended. */
	#running: Promise<void> = Promise.resolve();

	compare({ source, turns, result, size }: TruthSource): Promise<void> {
		return this.#run(async (context) => {
			const input = { source, turns, result, size: { ...size } };
			this.#comparison = { result, found: await runTask('compare_models', input, context) };
		});
	}

	checkPhotos({ result, cutouts }: TruthSource): Promise<void> {
		return this.#run(async (context) => {
			const photos = cutouts.map(({ photo_id, image }) => ({ id: photo_id, image }));
			const found = await runTask('check_fidelity', { glb: result, photos }, context);
			this.#fidelity = { result, photos: keyOf(cutouts), found };
		});
	}

	#run(work: (context: Required<StageContext>) => Promise<void>): Promise<void> {
		this.runner.cancel();
		this.#running = this.#running.then(() => this.runner.run('optimize', work));
		return this.#running;
	}
}

const keyOf = (cutouts: readonly Cutout[]) =>
	JSON.stringify(cutouts.map(({ photo_id, coverage }) => [photo_id, coverage]));
