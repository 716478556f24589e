import type { DraftConstruction, DraftReason, View } from '../artifacts';

interface ShapeStrings {
	label: string;
	constructions: { value: DraftConstruction | 'auto'; label: string }[];
	view: string;
	view_unknown: string;
	views: { value: View; label: string }[];
	hint: string;
	thickness: string;
	thickness_value: string;
	thickness_known: string;
	axis_position: string;
	axis_position_value: string;
	axis_tilt: string;
	axis_tilt_value: string;
	axis_found: string;
	axis_given: string;
	axis_again: string;
	depth: string;
	depth_title: string;
	depth_lead: string;
	depth_name: string;
	depth_hint: string;
	depth_here: string;
	depth_broken: string;
	depth_failed: string;
	depth_no: string;
	refined: string;
	preview: string;
	preview_name: string;
	preview_hint: string;
	made: Record<DraftConstruction, string>;
	automatic_other: string;
	automatic_same: string;
	reasons: Record<DraftReason, string>;
}

/** How a draft's shape is made. */
export const SHAPE_STRINGS: ShapeStrings = {
	label: 'Shape',
	constructions: [
		{ value: 'auto', label: 'Automatic' },
		{ value: 'lathe', label: 'Turned' },
		{ value: 'extrude', label: 'Flat' },
		{ value: 'inflate', label: 'Soft' },
		{ value: 'hull', label: 'From several views' }
	],
	view: 'Cut-out {n} shows the',
	view_unknown: 'not said',
	views: [
		{ value: 'front', label: 'front' },
		{ value: 'back', label: 'back' },
		{ value: 'left', label: 'left side' },
		{ value: 'right', label: 'right side' },
		{ value: 'top', label: 'top' },
		{ value: 'bottom', label: 'bottom' }
	],
	hint: 'Say which sides the cut-outs show to model the product from all of them; the front and one other side are enough. Left and right are as you stand in front of it.',
	thickness: 'Thickness',
	thickness_value: '× {n}',
	thickness_known: 'The depth you gave below counts.',
	axis_position: 'Axis position',
	axis_position_value: '{n} % from the left',
	axis_tilt: 'Axis lean',
	axis_tilt_value: '{n} degrees to the right',
	axis_found: 'Found in the outline. Drag the line on the picture to move it, its ends to lean it.',
	axis_given: 'Where you put it. What reaches further on one side stays as wide as it is.',
	axis_again: 'Find it again',
	depth: 'Read depth from the photo',
	depth_title: 'Depth for drafts',
	depth_lead:
		'Shapes the front of soft drafts. You are asked in the 3D model step before it downloads.',
	depth_name: 'Depth Anything V2 small',
	depth_hint:
		'Shapes the front of soft things. Needs a one-time download of {megabytes} MB ({license}).',
	depth_here: 'Shapes the front of soft things. The network is on this device.',
	depth_broken: 'The network that reads depth failed on this device ({reason}).',
	depth_failed: 'The draft goes on without depth.',
	depth_no: 'Go on without depth',
	refined: 'Its front is shaped by the depth in the photo.',
	preview: 'Preview',
	preview_name: 'Preview of {name}',
	preview_hint: 'Coarse and small. “{start}” makes the full model.',
	automatic_other: 'Automatic would make it {made}: {reason}.',
	automatic_same: 'Automatic would choose the same: {reason}.',
	made: {
		lathe: 'Turned',
		extrude: 'Flat',
		inflate: 'Soft',
		hull: 'From several views'
	},
	reasons: {
		turned_outline: 'its outline is even around an upright axis',
		straight_outline: 'its outline is nearly a rectangle',
		parts_stick_out:
			'its body is even around an axis, but something such as a handle or spout sticks out',
		soft_outline: 'its outline is neither turned nor straight',
		several_views: 'the sides that the cut-outs show are known',
		asked_for: 'as you chose'
	}
};
