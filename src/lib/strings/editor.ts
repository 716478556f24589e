/** The cut-out editor. */
export const editor = {
	title: 'Edit cut-out {n}',
	lead: 'Paint over what should stay or go. The photo itself is never changed.',
	opening: 'Opening the editor',
	replaying: 'Taking up your edits',
	finishing: 'Saving the cut-out',
	done: 'Done',
	undo: 'Undo',
	redo: 'Redo',
	reset: 'Reset to the automatic cut-out',
	zoom: 'Zoom',
	zoom_in: 'Zoom in',
	zoom_out: 'Zoom out',
	fit: 'Fit to window',
	percent: '{n} %',
	compare: 'Before and after',
	compare_hint: 'Part of the width that shows the photo, percent',
	tools: 'Tool',
	tool: { keep: 'Keep', erase: 'Erase', hole: 'Hole', move: 'Move' },
	tool_hint: {
		keep: 'Paint what belongs to the product.',
		erase: 'Paint what belongs to the background.',
		hole: 'Click inside a ring or handle to open it, click again to close it.',
		move: 'Drag to move the picture.'
	},
	size: 'Size',
	hardness: 'Hardness',
	edges: 'Edge',
	shift: 'Grow or shrink',
	feather: 'Feather',
	halo: 'Remove halo',
	pixels: '{n} px',
	background: 'Background',
	brand: 'Brand color',
	brand_pick: 'Choose the brand color',
	ghost: 'Show removed parts faintly',
	file: 'Mask',
	import: 'Import mask',
	export: 'Export mask',
	import_hint: 'A PNG of {width} × {height} pixels, white for the product.',
	exported: 'The mask was exported.',
	keys: 'Keys',
	keys_list: [
		['B, E, O, H', 'Keep, Erase, Hole, Move'],
		['[ and ]', 'Smaller, larger brush'],
		['Arrow keys', 'Move the cursor on the picture (with Shift: far); with Move, the picture'],
		['Space', 'Paint at the cursor; hold it and move to draw'],
		['Enter', 'Put the brush down and lift it again'],
		['Space and drag', 'Move the picture'],
		['+, − and 0', 'Zoom in, zoom out, fit'],
		['Ctrl or ⌘ with Z', 'Undo, with Shift: redo'],
		['A and R', 'Approve and close, reject and close']
	],
	stage: 'Picture of cut-out {n}',
	stage_help:
		'Move the cursor with the arrow keys, paint with Space, put the brush down or lift it with Enter.',
	cursor: '{x} % across, {y} % down: {what}.',
	product: 'product',
	backdrop: 'background',
	edge: 'edge',
	brush_down: 'Brush down.',
	did: {
		stroke_end: 'Painted.',
		hole: 'Done.',
		adjust: '',
		undo: 'Undone.',
		redo: 'Redone.',
		reset: 'Back to the automatic cut-out.',
		import: 'The mask was imported.'
	},
	refused: {
		hole_open:
			'Nothing is enclosed there: the area is open to the background. Use the brush or the eraser instead.',
		mask_too_large:
			'The mask file is {megabytes} MB; the limit is {limit} MB. Save it as a smaller PNG, then import it again.',
		mask_not_png: 'The mask file is not a PNG. Save the mask as PNG, then import it again.',
		mask_wrong_size:
			'The mask is {found} pixels, but this photo is {wanted}. Scale the mask to that size, then import it again.',
		mask_corrupt: 'The mask file is damaged and cannot be opened. Save it again, then import it.'
	},
	nothing_left: 'Nothing of the product is left. Bring some of it back before you save.',
	failed:
		'The editor stopped ({message}). Your edits are kept on this device: open it again to go on.',
	open_again: 'Open again'
} as const;
