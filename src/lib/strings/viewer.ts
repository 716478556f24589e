/** Every word the viewer shows or speaks. `{name}` is filled by the component. */
export interface ViewerStrings {
	/** The canvas' accessible name. */
	canvas: string;
	keyboard_help: string;
	loading: string;
	toolbar: string;
	zoom_in: string;
	zoom_out: string;
	reset: string;
	fullscreen: string;
	leave_fullscreen: string;
	retry: string;
	poster_alt: string;
	hint: string;
	begin: string;
	turn: string;
	stop_turning: string;
	measure: string;
	hide_measures: string;
	/** What the owner tells of points of the product. */
	points: string;
	show_points: string;
	hide_points: string;
	ar: string;
	ar_title: string;
	ar_scan: string;
	ar_code: string;
	close: string;
	axes: Record<'width' | 'height' | 'depth', string>;
	/** The list of stills. */
	stills: string;
	/** `{side}` is one of `still_sides`. */
	still_alt: string;
	still_sides: Record<StillSide, string>;
	problems: Record<ViewerProblem, string>;
	views: ViewWords;
}

/** From where a still shows the product. */
export type StillSide = 'front' | 'right' | 'back' | 'left' | 'top';

/** Why the model is not shown. */
export type ViewerProblem = 'no_webgl' | 'download' | 'corrupt' | 'unsupported';

/** The words `describeView` speaks with. */
export interface ViewWords {
	/** Eight sides in steps of 45 degrees, from the front towards the viewer's right. */
	sides: readonly [string, string, string, string, string, string, string, string];
	top: string;
	bottom: string;
	high: string;
	slightly_high: string;
	slightly_low: string;
	low: string;
	zoomed_in: string;
	zoomed_out: string;
	off_center: string;
}

export const VIEWER_STRINGS: ViewerStrings = {
	canvas: '3D view of {name}',
	keyboard_help:
		'Arrow keys turn the product, plus and minus zoom, Shift with arrow keys moves it, Home resets the view.',
	loading: 'Loading the 3D model',
	toolbar: 'View',
	zoom_in: 'Zoom in',
	zoom_out: 'Zoom out',
	reset: 'Reset view',
	fullscreen: 'Full screen',
	leave_fullscreen: 'Leave full screen',
	retry: 'Try again',
	poster_alt: 'Picture of {name}',
	hint: 'Drag to turn, pinch or scroll to zoom',
	begin: 'View in 3D',
	turn: 'Turn by itself',
	stop_turning: 'Stop turning',
	measure: 'Show measures',
	hide_measures: 'Hide measures',
	points: 'Points of interest',
	show_points: 'Show points',
	hide_points: 'Hide points',
	ar: 'View in your room',
	ar_title: 'See it in your room',
	ar_scan: 'Point your phone’s camera at this code, then press “View in your room” there.',
	ar_code: 'QR code of this page’s address',
	close: 'Close',
	axes: { width: 'Width', height: 'Height', depth: 'Depth' },
	stills: 'Pictures of {name}',
	still_alt: '{name}, {side}',
	still_sides: {
		front: 'front',
		right: 'right side',
		back: 'back',
		left: 'left side',
		top: 'from above'
	},
	problems: {
		no_webgl:
			'This browser cannot show 3D right now. Close other tabs or turn on hardware acceleration, then try again.',
		download: 'The 3D model could not be loaded. Check your connection, then try again.',
		corrupt: 'The 3D model arrived damaged and cannot be shown. Try again, or ask for a new link.',
		unsupported: 'This 3D model uses a format this viewer cannot show. Ask for a new link.'
	},
	views: {
		sides: [
			'front',
			'front right',
			'right side',
			'back right',
			'back',
			'back left',
			'left side',
			'front left'
		],
		top: 'straight from above',
		bottom: 'straight from below',
		high: 'from above',
		slightly_high: 'slightly from above',
		slightly_low: 'slightly from below',
		low: 'from below',
		zoomed_in: 'zoomed in',
		zoomed_out: 'zoomed out',
		off_center: 'off center'
	}
};
