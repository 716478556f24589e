/** What textures are made with: shares of a level's own side and quality. */
export interface Rung {
	size: number;
	quality: number;
}

/**
 * From what a level asks for down to the floor, each lighter than the one before: first quality to where it begins to
 * show, then size. Below the last, a quarter of the side and two thirds of the quality, a product is no longer itself.
 */
export const RUNGS: readonly Rung[] = [
	{ size: 1, quality: 1 },
	{ size: 1, quality: 0.96 },
	{ size: 1, quality: 0.92 },
	{ size: 1, quality: 0.84 },
	{ size: 1, quality: 0.76 },
	{ size: 1, quality: 0.68 },
	{ size: 0.82, quality: 0.82 },
	{ size: 0.75, quality: 0.75 },
	{ size: 0.62, quality: 0.8 },
	{ size: 0.5, quality: 0.8 },
	{ size: 0.5, quality: 0.66 },
	{ size: 0.38, quality: 0.75 },
	{ size: 0.25, quality: 0.8 },
	{ size: 0.25, quality: 0.66 }
];

/** The last rung of full size whose quality hardly shows: what must be no heavier than its twin goes no further. */
export const FULL_SIZE = 4;

/**
 * Finds the best rung whose textures weigh at most `budget` bytes by halving, in at most four tries; the floor where
 * none does. The first rung is known not to fit.
 *
 * @param make encodes at a rung. The answer is the last that fitted, or the floor's.
 * @param floor number of the last rung to try.
 */
export async function fitTextures<T extends { bytes: number }>(
	budget: number,
	make: (rung: Rung) => Promise<T>,
	floor = RUNGS.length - 1
): Promise<T & { fits: boolean }> {
	let [low, high] = [1, floor];
	let best: T | null = null;
	while (low < high) {
		const middle = (low + high) >> 1;
		const made = await make(RUNGS[middle]!);
		if (made.bytes <= budget) [best, high] = [made, middle];
		else low = middle + 1;
	}
	best ??= await make(RUNGS[low]!);
	return { ...best, fits: best.bytes <= budget };
}
