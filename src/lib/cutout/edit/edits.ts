/** What a person did to a cut-out by hand, in the photo's own pixels: small, kept on the device, and replayed at full size. */

/** One brush stroke. */
export interface StrokeEdit {
	kind: 'stroke';
	mode: StrokeMode;
	/** 0 (soft from the center) to 1 (a crisp disc). */
	hardness: number;
	/** x, y and radius of each point, one after the other, photo pixels. */
	points: Float32Array;
}
export type StrokeMode = 'keep' | 'erase';

/** A click into an enclosed region: takes it out, or brings it back. Photo pixels. */
export interface HoleEdit {
	kind: 'hole';
	x: number;
	y: number;
}

/** How the edge of the whole mask is treated, after everything that was painted. */
export interface Adjustments {
	/** Grows (positive) or shrinks the product, photo pixels, within ±`EDGE_LIMITS.shift`. */
	shift: number;
	/** Width over which the edge is softened, photo pixels, 0 to `EDGE_LIMITS.feather`. */
	feather: number;
	/** How strongly the backdrop's color is taken out of the edge beyond what the automatic cut-out does, 0 to 1. */
	halo: number;
}
export interface AdjustEdit extends Adjustments {
	kind: 'adjust';
}

/** A mask from a file takes the place of everything before it. */
export interface ImportEdit {
	kind: 'import';
	mask: Blob;
}

/** Back to the automatic cut-out. */
export interface ResetEdit {
	kind: 'reset';
}

export type Edit = StrokeEdit | HoleEdit | AdjustEdit | ImportEdit | ResetEdit;

export const EDGE_LIMITS = { shift: 12, feather: 24 } as const;
export const UNTOUCHED: Adjustments = { shift: 0, feather: 0, halo: 0 };

/** The edge treatment that a list of edits ends with. */
export function lastAdjustments(edits: readonly Edit[]): Adjustments {
	const last = edits.findLast(({ kind }) => kind === 'adjust' || kind === 'reset');
	if (last?.kind !== 'adjust') return UNTOUCHED;
	const { shift, feather, halo } = last;
	return { shift, feather, halo };
}

/** True when the edits leave anything to be seen: none were made since the cut-out was last reset. */
export function isUntouched(edits: readonly Edit[]): boolean {
	return edits.length === 0 || edits.at(-1)?.kind === 'reset';
}
