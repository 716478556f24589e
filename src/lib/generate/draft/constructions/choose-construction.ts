import type { SummedAlpha } from '../alpha';
import type { Thickness } from '../close-sheets';
import type { Silhouette } from '../trace-silhouette';
import { extrude, looksBoxy } from './extrude';
import { inflate } from './inflate';
import { lathe, looksTurned } from './lathe';

export type ConstructionName = 'lathe' | 'extrude' | 'inflate';

/** Why a construction was chosen, a key of the string catalog. */
export type ConstructionReason =
	'turned_outline' | 'straight_outline' | 'soft_outline' | 'asked_for';

interface Construction {
	reason: ConstructionReason;
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
