/** What the page and the editing thread say to each other. */
import type { Cutout } from '../../artifacts';
import type { Adjustments, Edit, StrokeMode } from './edits';
import type { Backdrop } from './compose-view';
import type { MaskRefusal } from './read-mask-file';

/** What the canvas shows. */
export interface View {
	/** Size of the canvas, its pixels. */
	width: number;
	height: number;
	/** Its upper left corner, photo pixels. */
	left: number;
	top: number;
	/** Canvas pixels per photo pixel. */
	scale: number;
	backdrop: Backdrop;
	/** Left of this the photo is shown as it is, canvas pixels. */
	split: number;
	/** How much of what was removed shines through, 0 to 1. */
	ghost: number;
}

export type EditRequest =
	| { type: 'view'; view: View }
	| { type: 'stroke_begin'; mode: StrokeMode; hardness: number }
	/** x, y and radius of each point, photo pixels. */
	| { type: 'stroke_points'; points: number[] }
	| { type: 'stroke_end' }
	| { type: 'stroke_cancel' }
	| { type: 'hole'; x: number; y: number }
	/** `final` makes it a step that can be undone; until then it is only shown. */
	| { type: 'adjust'; adjustments: Adjustments; final: boolean }
	| { type: 'undo' }
	| { type: 'redo' }
	| { type: 'reset' }
	| { type: 'import'; file: Blob }
	| { type: 'export' }
	| { type: 'probe'; x: number; y: number }
	| { type: 'finish' }
	/** Gives up finishing. */
	| { type: 'stop' };

/** What a finished edit changes about a cut-out. */
export type EditedMask = Pick<Cutout, 'image' | 'mask' | 'coverage' | 'bounds' | 'notes'>;

export type EditAnswer =
	| { type: 'ready' }
	| { type: 'progress'; fraction: number }
	| { type: 'changed'; edits: Edit[]; can_redo: boolean }
	| ({ type: 'refused' } & (MaskRefusal | { reason: 'hole_open'; detail: Record<string, never> }))
	/** Alpha at the place that was asked about, 0 to 255. */
	| { type: 'probed'; alpha: number }
	| { type: 'exported'; mask: Blob }
	| { type: 'finished'; result: EditedMask }
	/** No edits are left: the automatic cut-out is the result. */
	| { type: 'untouched' }
	| { type: 'stopped' }
	/** Nothing would be left of the product. */
	| { type: 'nothing_left' }
	| { type: 'failed'; message: string };
