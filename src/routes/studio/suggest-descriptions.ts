import type { View } from '$lib/artifacts';
import { fill } from '$lib/strings';
import { DESCRIBE_STRINGS as words } from '$lib/strings/describe';
import { DIRECTIONS, type ViewDescriptions } from '../../../worker/contract';

/** Which direction a photo of a view shows. */
const SHOWN = {
	front: 'front',
	right: 'right',
	back: 'back',
	left: 'left',
	top: 'front_above',
	bottom: 'front_below'
} as const satisfies Record<View, keyof ViewDescriptions>;

/** A sentence for each of the twelve directions, to be edited: which side it is, and whether a photo shows it. */
export function suggestDescriptions(
	name: string,
	views: readonly View[]
): Required<ViewDescriptions> {
	const photographed = new Set<string>(['front', ...views.map((view) => SHOWN[view])]);
	const told = DIRECTIONS.map((direction) => {
		const side = words.directions[direction];
		const sentence = photographed.has(direction) ? words.photographed : words.guessed;
		return [direction, fill(sentence, { name, side })] as const;
	});
	return { ...EMPTY, ...Object.fromEntries(told) };
}

const EMPTY: Required<ViewDescriptions> = {
	front: '',
	right: '',
	back: '',
	left: '',
	front_above: '',
	right_above: '',
	back_above: '',
	left_above: '',
	front_below: '',
	right_below: '',
	back_below: '',
	left_below: ''
};
