import { fitInside, toLab, toLinear, type Planes, type Raster, type Size } from '../raster';
import { toUnit } from '../estimate-foreground';
import { isUntouched, lastAdjustments } from './edits';
import type { Adjustments, Edit, StrokeMode } from './edits';
import { closeHole, takenOut } from './close-hole';
import { fillHole } from './fill-hole';
import { findHole } from './find-hole';
import { alphaAt, tilesOf, type Box, type Mask } from './mask';
import { paintSegment, type Stroke } from './paint-segment';
import { sampleMask } from './sample-mask';
import { copyTile, patchBytes, patchValue, swapPatch, type Patch } from './swap-patch';

/** The photo as the editor reads it. */
export interface EditedPhoto extends Size {
	/** The whole photo, its longer side at most `HOLE_SIDE` pixels. */
	small: Raster;
	/** A box of it at full size. */
	pixels: (box: Box) => Raster;
}

/** Longest side at which holes are looked for, pixels. */
export const HOLE_SIDE = 1024;
/** Memory for undoing at once, bytes; older steps are undone by replaying what came before them. */
const PATCH_BYTES = 48 * 1024 * 1024;

/** From this alpha on a pixel is product rather than backdrop. */
const HALF = 128;

interface Step {
	edit: Edit;
	/** Undoes it when it is done, redoes it when it is undone. Null: only a replay can. */
	patch: Patch | null;
	/** What a hole took out. */
	removed?: Patch;
}
type Change = Omit<Step, 'edit'> & { patch: Patch };

/**
 * A mask under someone's hands: paints, fills holes, undoes and redoes. Holds the list of edits, from which the mask can be
 * made again at any time; what is kept for undoing is only there to be fast.
 */
export class MaskEditor {
	readonly mask: Mask;
	#automatic: Patch = new Map();
	#done: Step[] = [];
	#undone: Step[] = [];
	#stroke: (Stroke & { points: number[] }) | null = null;
	#planes: { lab: Planes; unit: Planes } | null = null;

	/**
	 * @param automatic the mask to start from; becomes the editor's own
	 * @param readMask decodes an imported mask to alpha of the photo's size
	 * @param onchange called with what changed
	 */
	constructor(
		automatic: Mask,
		private readonly photo: EditedPhoto,
		private readonly readMask: (file: Blob) => Promise<Uint8Array>,
		private readonly onchange: (box: Box) => void = () => undefined
	) {
		this.mask = automatic;
		for (const { index } of tilesOf(this.#whole, automatic)) {
			this.#automatic.set(index, copyTile(automatic, index));
		}
	}

	get edits(): Edit[] {
		return this.#done.map(({ edit }) => edit);
	}
	get can_redo(): boolean {
		return this.#undone.length > 0;
	}
	get adjustments() {
		return lastAdjustments(this.edits);
	}
	get painting(): boolean {
		return this.#stroke !== null;
	}

	beginStroke(mode: StrokeMode, hardness: number): void {
		this.endStroke();
		const target = mode === 'keep' ? 255 : 0;
		this.#stroke = { target, hardness, before: new Map(), cover: new Map(), points: [] };
	}

	/** @param points x, y and radius of each, photo pixels */
	extendStroke(points: ArrayLike<number>): void {
		const stroke = this.#stroke;
		if (!stroke) return;
		for (let i = 0; i + 2 < points.length; i += 3) {
			const to = { x: points[i]!, y: points[i + 1]!, radius: points[i + 2]! };
			const [x, y, radius] = stroke.points.slice(-3);
			const from = x === undefined ? to : { x, y: y!, radius: radius! };
			stroke.points.push(to.x, to.y, to.radius);
			this.onchange(paintSegment(this.mask, stroke, from, to));
		}
	}

	endStroke(): void {
		const stroke = this.#stroke;
		this.#stroke = null;
		if (!stroke || stroke.points.length === 0) return;
		const { target, hardness, before: patch } = stroke;
		const points = Float32Array.from(stroke.points);
		const mode = target === 255 ? 'keep' : 'erase';
		this.#push({ edit: { kind: 'stroke', mode, hardness, points }, patch });
	}

	/** Takes back the stroke under way, for a gesture that turned out to be another. */
	cancelStroke(): void {
		const stroke = this.#stroke;
		this.#stroke = null;
		if (stroke) this.#swap(stroke.before);
	}

	/** Applies an edit as a new step. @returns false when a hole is open, so that nothing was done */
	async apply(edit: Exclude<Edit, { kind: 'stroke' }>): Promise<boolean> {
		if (edit.kind === 'adjust' && this.#isSameSlider(edit)) this.#done.pop();
		const change = await this.#perform(edit);
		if (!change) return false;
		this.#push({ edit, ...change });
		return true;
	}

	async undo(): Promise<void> {
		const step = this.#done.pop();
		if (!step) return;
		if (step.patch) this.#swap(step.patch);
		else await this.#replay(this.edits);
		this.#undone.push(step);
		if (step.edit.kind === 'adjust' || step.edit.kind === 'reset') this.onchange(this.#whole);
	}

	async redo(): Promise<void> {
		const step = this.#undone.pop();
		if (!step) return;
		if (step.patch) this.#swap(step.patch);
		else Object.assign(step, await this.#perform(step.edit));
		this.#done.push(step);
		if (step.edit.kind === 'adjust' || step.edit.kind === 'reset') this.onchange(this.#whole);
	}

	/** Does all of `edits` over again, from the automatic mask. @param onprogress 0 to 1 */
	async load(edits: Edit[], onprogress?: (fraction: number) => void): Promise<void> {
		this.#undone = [];
		await this.#replay(edits, onprogress);
	}

	async #replay(edits: Edit[], onprogress?: (fraction: number) => void): Promise<void> {
		this.#done = [];
		this.#swap(new Map(this.#automatic));
		for (const [index, edit] of edits.entries()) {
			const change = await this.#perform(edit);
			if (change) this.#keep({ edit, ...change });
			onprogress?.((index + 1) / edits.length);
		}
	}

	/** @returns what undoes it; null when nothing could be done */
	async #perform(edit: Edit): Promise<Change | null> {
		switch (edit.kind) {
			case 'stroke': {
				this.beginStroke(edit.mode, edit.hardness);
				const before = this.#stroke?.before ?? null;
				this.extendStroke(edit.points);
				this.#stroke = null;
				return before && { patch: before };
			}
			case 'hole':
				return this.#closeHole(edit.x, edit.y) ?? this.#fillHole(edit.x, edit.y);
			case 'adjust':
				this.onchange(this.#whole);
				return { patch: new Map() };
			case 'reset':
				return {
					patch: this.#swap(isUntouched(this.edits) ? new Map() : new Map(this.#automatic))
				};
			case 'import': {
				const { width, height } = this.mask;
				const imported = { width, height, alpha: await this.readMask(edit.mask) };
				const tiles = tilesOf(this.#whole, imported);
				const all: Patch = new Map(tiles.map(({ index }) => [index, copyTile(imported, index)]));
				return { patch: this.#swap(all) };
			}
		}
	}

	/** True when the last step moved the slider that this one moves: both are one step, however often it is moved. */
	#isSameSlider(next: Adjustments): boolean {
		const last = this.#done.at(-1)?.edit;
		if (last?.kind !== 'adjust') return false;
		const before = lastAdjustments(this.edits.slice(0, -1));
		const moved = (from: Adjustments, to: Adjustments) =>
			(['shift', 'feather', 'halo'] as const).filter((key) => from[key] !== to[key]).join();
		return moved(before, last) === moved(last, next);
	}

	/** Closes the hole that was opened last at a place that is transparent now; null where there is none. */
	#closeHole(x: number, y: number): Change | null {
		if (alphaAt(this.mask, x, y) >= HALF) return null;
		const opened = this.#done.findLast(
			({ edit, removed }) =>
				edit.kind === 'reset' ||
				edit.kind === 'import' ||
				(removed && patchValue(removed, this.mask, x, y) >= HALF)
		);
		if (!opened?.removed) return null;
		const patch = closeHole(this.mask, opened.removed);
		this.onchange(this.#whole);
		return { patch };
	}

	#fillHole(x: number, y: number): Change | null {
		const { small, width, pixels } = this.photo;
		this.#planes ??= { lab: toLab(toLinear(small)), unit: toUnit(small) };
		const { lab, unit } = this.#planes;
		const scale = small.width / width;
		const size = { width: small.width, height: small.height };
		const alpha = Float32Array.from(
			sampleMask(this.mask, { ...size, left: 0, top: 0, scale }),
			(value) => value / 255
		);
		const hole = findHole(lab, alpha, size, x * scale, y * scale);
		if (!hole) return null;
		const patch = fillHole(this.mask, hole, unit, pixels);
		this.onchange(this.#whole);
		return hole.restores ? { patch } : { patch, removed: takenOut(this.mask, patch) };
	}

	#swap(patch: Patch): Patch {
		const box = swapPatch(this.mask, patch);
		if (box) this.onchange(box);
		return patch;
	}

	#push(step: Step): void {
		this.#undone = [];
		this.#keep(step);
	}

	#keep(step: Step): void {
		this.#done.push(step);
		let bytes = 0;
		for (const past of this.#done.toReversed()) {
			bytes += past.patch ? patchBytes(past.patch) : 0;
			if (bytes > PATCH_BYTES && past !== step) past.patch = null;
		}
	}

	get #whole(): Box {
		return { left: 0, top: 0, right: this.mask.width, bottom: this.mask.height };
	}
}

/** The size of `EditedPhoto.small`. */
export const smallSize = (full: Size): Size => fitInside(full, HOLE_SIDE);
