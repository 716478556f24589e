import type { SummedAlpha } from '../alpha';
import type { Silhouette } from '../trace-silhouette';
import { extrude, looksBoxy } from './extrude';
import { inflate } from './inflate';
import { lathe, looksTurned } from './lathe';

export type ConstructionName = 'lathe' | 'extrude' | 'inflate';

interface Construction {
	/** Whether the silhouette speaks for it. */
	suits(silhouette: Silhouette): boolean;
	/** Half the thickness at each grid node, pixels; positive exactly inside. */
	solve(
		silhouette: Silhouette,
		alpha: SummedAlpha,
		onprogress?: (fraction: number) => void
	): Float32Array;
}

export const CONSTRUCTIONS: Record<ConstructionName, Construction> = {
	lathe: { suits: looksTurned, solve: lathe },
	extrude: { suits: looksBoxy, solve: extrude },
	inflate: { suits: () => true, solve: inflate }
};

/** The first construction a silhouette speaks for. */
export function chooseConstruction(silhouette: Silhouette): ConstructionName {
	const asked: ConstructionName[] = ['lathe', 'extrude'];
	return asked.find((name) => CONSTRUCTIONS[name].suits(silhouette)) ?? 'inflate';
}
