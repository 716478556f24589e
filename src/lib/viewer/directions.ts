import type { ViewDescriptions } from '../../../worker/contract';
import type { View } from './view-camera';

export type { ViewDescriptions };
/** One of twelve: four sides, each level, from above and from below. */
export type Direction = keyof ViewDescriptions;

const SIDES = ['front', 'right', 'back', 'left'] as const;
/** Degrees above the horizon from which a view counts as from above. */
const CLEAR = 32;

/** The direction a camera looks from. */
export function directionOf({ azimuth, polar }: Pick<View, 'azimuth' | 'polar'>): Direction {
	const quarter = Math.round(azimuth / (Math.PI / 2));
	const side = SIDES[((quarter % 4) + 4) % 4] ?? 'front';
	const elevation = 90 - (polar * 180) / Math.PI;
	if (elevation >= CLEAR) return `${side}_above`;
	if (elevation <= -CLEAR) return `${side}_below`;
	return side;
}

/** What the owner said of a view; null for nothing. */
export function describeDirection(
	view: Pick<View, 'azimuth' | 'polar'>,
	descriptions: ViewDescriptions
): string | null {
	return descriptions[directionOf(view)] || null;
}
