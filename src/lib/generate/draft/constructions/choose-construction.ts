import type { DraftConstruction, DraftReason } from '../../../artifacts';
import type { SummedAlpha } from '../alpha';
import type { Thickness } from '../close-sheets';
import type { Silhouette } from '../trace-silhouette';
import { extrude, looksBoxy } from './extrude';
import { inflate } from './inflate';
import { lathe, looksTurned } from './lathe';

/** What one photo is enough for. */
export type ConstructionName = Exclude<DraftConstruction, 'hull'>;

interface Construction {
	/** Why it is chosen. */
	reason: DraftReason;
	/**
	 * Whether the silhouette speaks for it.
	 *
	 * @param depth what is known of the real depth, pixels
	 */
	suits(silhouette: Silhouette, depth?: number): boolean;
	solve(
		silhouette: Silhouette,
		alpha: SummedAlpha,
		depth?: number,
		onprogress?: (fraction: number) => void
	): Thickness;
}

export const CONSTRUCTIONS: Record<ConstructionName, Construction> = {
	lathe: { reason: 'turned_outline', suits: looksTurned, solve: lathe },
	extrude: { reason: 'straight_outline', suits: looksBoxy, solve: extrude },
	inflate: { reason: 'soft_outline', suits: () => true, solve: inflate }
};

/** The first construction a silhouette speaks for. */
export function chooseConstruction(silhouette: Silhouette, depth?: number): ConstructionName {
	const asked: ConstructionName[] = ['lathe', 'extrude'];
	return asked.find((name) => CONSTRUCTIONS[name].suits(silhouette, depth)) ?? 'inflate';
}
