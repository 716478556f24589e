/** Words around the points of a product that its owner tells of: at a link, and where they are placed. */
export const HOTSPOT_STRINGS = {
	point: '{n}. {label}',
	/** `{n}` of `{count}` */
	step: '{n} of {count}',
	previous: 'Previous point',
	next: 'Next point',
	close: 'Close',
	studio: {
		title: 'Points on the model',
		lead: 'Show people what to look at: up to {most} points that stand on the model at every link of this product, and in words where there is no 3D.',
		add: 'Add a point',
		full: 'There are {most} points; delete one to add another.',
		place: {
			placing: 'Click the model where the point belongs.',
			middle: 'Take the middle of the view',
			missed: 'That was beside the model. Click the model itself.',
			cancel: 'No point'
		},
		list: 'Points, in the order they are walked',
		label: 'Name of point {n}',
		text: 'What to say of point {n}',
		text_hint: 'What to say of it (optional)',
		fresh: 'New point',
		show: 'Show point {n}',
		up: 'Move point {n} up',
		down: 'Move point {n} down',
		remove: 'Delete point {n}',
		saved: 'Points saved.',
		failed: 'The points could not be saved. {message}'
	}
} as const;
