import type { DIRECTIONS } from '../../../worker/contract';

type Direction = (typeof DIRECTIONS)[number];

/** Words of the studio's field for what is said of each side. */
export const DESCRIBE_STRINGS = {
	title: 'Descriptions for people who cannot see it',
	lead: 'Spoken by screen readers when the view turns there, and shown beside the pictures. Each link of this product has them.',
	suggest: 'Fill in suggestions',
	saved: 'Descriptions saved.',
	failed: 'The descriptions could not be saved. {message}',
	/** `{name}` is the product's, `{side}` one of `directions`. */
	photographed: '{name}, {side}, as in its photo.',
	guessed: '{name}, {side}. No photo shows this side; it may differ.',
	directions: {
		front: 'front',
		right: 'right side',
		back: 'back',
		left: 'left side',
		front_above: 'front from above',
		right_above: 'right side from above',
		back_above: 'back from above',
		left_above: 'left side from above',
		front_below: 'front from below',
		right_below: 'right side from below',
		back_below: 'back from below',
		left_below: 'left side from below'
	} satisfies Record<Direction, string>
} as const;
