import type { DraftConstruction, DraftReason } from '../../../artifacts';
import type { SummedAlpha } from '../alpha';
import type { Thickness } from '../close-sheets';
import type { Silhouette } from '../trace-silhouette';
import { extrude, looksBoxy } from './extrude';
import { inflate } from './inflate';
import { lathe, looksHandled, looksTurned } from './lathe';
import type { Upright } from './turn-body';

/** What one photo is enough for. */
export type ConstructionName = Exclude<DraftConstruction, 'hull'>;

/** What is known beside the silhouette. */
export interface Hints {
	/** The axis it mirrors itself around best, or that a person gave. */
	axis: Upright;
	/** The real depth, pixels. */
	depth?: number;
}

export interface Construction {
	name: ConstructionName;
	/** Why it is chosen. */
	reason: DraftReason;
	/** Whether the silhouette speaks for it. */
	suits(silhouette: Silhouette, hints: Hints): boolean;
	solve(
		silhouette: Silhouette,
		alpha: SummedAlpha,
		hints: Hints,
		onprogress?: (fraction: number) => void
	): Thickness;
}

/** In the order in which they are asked; the last one suits everything. */
const CONSTRUCTIONS: readonly Construction[] = [
	{ name: 'lathe', reason: 'turned_outline', suits: looksTurned, solve: lathe },
	{ name: 'extrude', reason: 'straight_outline', suits: looksBoxy, solve: extrude },
	{ name: 'inflate', reason: 'parts_stick_out', suits: looksHandled, solve: lathe },
	{ name: 'inflate', reason: 'soft_outline', suits: () => true, solve: inflate }
];

/** The first construction a silhouette speaks for, of those with a name if one is asked for. */
export function chooseConstruction(
	silhouette: Silhouette,
	hints: Hints,
	name?: ConstructionName
): Construction {
	const asked = CONSTRUCTIONS.filter((one) => name === undefined || one.name === name);
	const found = asked.find((one) => one.suits(silhouette, hints)) ?? asked[0];
	if (!found) throw new RangeError(`no construction ${name}`);
	return found;
}
