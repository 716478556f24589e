/** Real size on the model: the ruler, things to compare with, and which side is the front. */
import type { Turns } from '../artifacts';
import type { FigureName } from '../viewer/scale-figures';

const figures: Record<FigureName, string> = {
	coin: 'A coin',
	cup: 'A cup',
	bottle: 'A bottle',
	chair: 'A chair',
	person: 'A person'
};
const turned: Record<Turns, string> = {
	0: 'The front is as the model came.',
	1: 'The model is turned by 90°. Optimize to apply it.',
	2: 'The model is turned by 180°. Optimize to apply it.',
	3: 'The model is turned by 270°. Optimize to apply it.'
};

export const size_tools = {
	ruler: 'Measure with a ruler',
	first:
		'Click a point on the model, or turn it until the point is at the cross and put the end there.',
	second: 'Now the other end.',
	type: 'Type how far apart these two points really are.',
	middle: 'Put the end at the cross',
	nothing_there: 'There is nothing of the model at the cross. Turn or move it there.',
	distance: 'True distance',
	apply: 'Set the size',
	applied: 'The size was set: the two points are {length} cm apart. Optimize to apply it.',
	compare: 'Beside it',
	nothing: 'Nothing',
	figures,
	figure_label: '{figure}, {height} high, to compare',
	front: 'Front',
	turn_left: 'Turn left by 90°',
	turn_right: 'Turn right by 90°',
	turned,
	resize: 'Size or front have changed since: optimize again, so that files and links follow.'
} as const;
