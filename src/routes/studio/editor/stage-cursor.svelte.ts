import { fill, strings } from '$lib/strings';
import type { Brush } from './brush.svelte';
import type { EditSession } from './edit-session.svelte';
import type { Viewport } from './viewport.svelte';

interface Parts {
	session: EditSession;
	viewport: Viewport;
	brush: Brush;
	photo: { width: number; height: number };
	announce: (sentence: string) => void;
}

/** One press of an arrow key, CSS pixels; with Shift, so many times as far. */
const STEP = 8;
const FAR = 6;
/** Rest after the last step before the place is read out, milliseconds. */
const REST = 400;
const ARROWS: Record<string, readonly [number, number]> = {
	ArrowLeft: [-1, 0],
	ArrowRight: [1, 0],
	ArrowUp: [0, -1],
	ArrowDown: [0, 1]
};

/** A cursor for painting by keyboard: arrows move it, Space paints while it is held, Enter puts the brush down and lifts it. */
export class StageCursor {
	#shown = $state(false);
	#down = $state(false);
	/** Photo pixels. */
	#x = $state(0);
	#y = $state(0);
	#rest: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly parts: Parts) {
		this.#x = parts.photo.width / 2;
		this.#y = parts.photo.height / 2;
	}

	get shown() {
		return this.#shown;
	}
	/** Painting. */
	get down() {
		return this.#down;
	}
	get x() {
		return this.#x;
	}
	get y() {
		return this.#y;
	}

	show(): void {
		this.#shown = true;
	}

	/** A pointer took over. */
	hide(): void {
		this.lift();
		this.#shown = false;
	}

	/** @returns true when the key was for the cursor */
	onkeydown({ key, shiftKey, repeat }: KeyboardEvent): boolean {
		const arrow = ARROWS[key];
		if (arrow) this.#move(arrow, shiftKey ? STEP * FAR : STEP);
		else if (key === ' ') {
			if (!repeat) this.#press();
		} else if (key === 'Enter') {
			if (!repeat) this.#toggle();
		} else return false;
		return true;
	}

	/** Space was let go. */
	release(): void {
		if (this.#down && !this.#held_by_enter) this.lift();
	}

	lift(): void {
		if (!this.#down) return;
		this.#down = false;
		this.#held_by_enter = false;
		this.parts.session.send({ type: 'stroke_end' });
	}

	#held_by_enter = false;

	#toggle(): void {
		const { announce, brush } = this.parts;
		if (this.#down) return this.lift();
		this.#press();
		if (brush.tool !== 'keep' && brush.tool !== 'erase') return;
		this.#held_by_enter = true;
		announce(strings.editor.brush_down);
	}

	#press(): void {
		const { session, brush } = this.parts;
		this.#shown = true;
		if (this.#down) return;
		if (brush.tool === 'hole') session.send({ type: 'hole', x: this.#x, y: this.#y });
		if (brush.tool !== 'keep' && brush.tool !== 'erase') return;
		session.send({ type: 'stroke_begin', mode: brush.tool, hardness: brush.hardness });
		this.#down = true;
		this.#paint();
	}

	#paint(): void {
		const { session, brush, viewport } = this.parts;
		const points = [this.#x, this.#y, brush.radius(viewport.scale, 1)];
		session.send({ type: 'stroke_points', points });
	}

	#move([dx, dy]: readonly [number, number], step: number): void {
		const { viewport, brush, photo } = this.parts;
		if (brush.tool === 'move') return viewport.pan(-dx * step * 4, -dy * step * 4);
		this.#shown = true;
		const length = Math.max(1, step / viewport.scale);
		this.#x = Math.min(photo.width, Math.max(0, this.#x + dx * length));
		this.#y = Math.min(photo.height, Math.max(0, this.#y + dy * length));
		viewport.reveal(this.#x, this.#y);
		if (this.#down) this.#paint();
		clearTimeout(this.#rest);
		this.#rest = setTimeout(() => void this.#tell(), REST);
	}

	async #tell(): Promise<void> {
		const { session, photo, announce } = this.parts;
		const alpha = await session.probe(this.#x, this.#y);
		const { product, backdrop, edge, cursor } = strings.editor;
		announce(
			fill(cursor, {
				x: Math.round((100 * this.#x) / photo.width),
				y: Math.round((100 * this.#y) / photo.height),
				what: alpha > 230 ? product : alpha < 26 ? backdrop : edge
			})
		);
	}
}
