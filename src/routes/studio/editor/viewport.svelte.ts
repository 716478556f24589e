/** Which part of a photo is in view, and how large. Lengths are CSS pixels of the stage unless they say photo pixels. */

/** A photo pixel is shown at most this large: enough to count pixels. */
const MOST = 32;
/** Share of the stage that the fitted photo fills. */
const FILL = 0.92;
/** Most pixels a canvas is drawn with, so that a large screen stays as quick as a small one. */
const CANVAS_PIXELS = 2_500_000;
/** Drawing finer than this is not seen, canvas pixels per CSS pixel. */
const FINEST = 2;

export class Viewport {
	#width = $state(0);
	#height = $state(0);
	#scale = $state(1);
	/** The photo's place under the stage's upper left corner, photo pixels. */
	#left = $state(0);
	#top = $state(0);
	/** True until the person zooms or moves: then a new size of the stage fits the photo again. */
	#fitted = true;

	constructor(private readonly photo: { width: number; height: number }) {}

	get width() {
		return this.#width;
	}
	get height() {
		return this.#height;
	}
	/** CSS pixels per photo pixel. */
	get scale() {
		return this.#scale;
	}
	get fit_scale() {
		const { width, height } = this.photo;
		return FILL * Math.min(this.#width / width, this.#height / height) || 1;
	}
	/** Canvas pixels per CSS pixel. */
	get density() {
		const area = Math.max(1, this.#width * this.#height);
		return Math.min(globalThis.devicePixelRatio || 1, FINEST, Math.sqrt(CANVAS_PIXELS / area));
	}
	/** What the canvas shows, in canvas pixels. */
	get canvas() {
		const { density } = this;
		return {
			width: Math.max(1, Math.round(this.#width * density)),
			height: Math.max(1, Math.round(this.#height * density)),
			left: this.#left,
			top: this.#top,
			scale: this.#scale * density
		};
	}

	resize(width: number, height: number): void {
		const center = this.toPhoto(this.#width / 2, this.#height / 2);
		this.#width = width;
		this.#height = height;
		if (this.#fitted) return this.fit();
		this.#place(center.x - width / 2 / this.#scale, center.y - height / 2 / this.#scale);
	}

	/** Shows the whole photo. */
	fit(): void {
		this.#fitted = true;
		this.#scale = this.fit_scale;
		this.#left = this.photo.width / 2 - this.#width / 2 / this.#scale;
		this.#top = this.photo.height / 2 - this.#height / 2 / this.#scale;
	}

	/** Zooms about a point of the stage, which stays where it is. Default: its center. */
	zoom(factor: number, x = this.#width / 2, y = this.#height / 2): void {
		this.#fitted = false;
		const fixed = this.toPhoto(x, y);
		const least = Math.min(1, this.fit_scale) / 2;
		this.#scale = Math.min(MOST, Math.max(least, this.#scale * factor));
		this.#place(fixed.x - x / this.#scale, fixed.y - y / this.#scale);
	}

	/** Moves the picture. */
	pan(dx: number, dy: number): void {
		this.#fitted = false;
		this.#place(this.#left - dx / this.#scale, this.#top - dy / this.#scale);
	}

	/** Moves the picture as little as needed to bring a place of the photo into view. */
	reveal(x: number, y: number, margin = 40): void {
		const at = this.toStage(x, y);
		const needed = (value: number, length: number) =>
			value < margin ? margin - value : value > length - margin ? length - margin - value : 0;
		const dx = needed(at.x, this.#width);
		const dy = needed(at.y, this.#height);
		if (dx !== 0 || dy !== 0) this.pan(dx, dy);
	}

	toPhoto(x: number, y: number): { x: number; y: number } {
		return { x: this.#left + x / this.#scale, y: this.#top + y / this.#scale };
	}

	toStage(x: number, y: number): { x: number; y: number } {
		return { x: (x - this.#left) * this.#scale, y: (y - this.#top) * this.#scale };
	}

	/** Keeps the stage's center within the photo, so that it can't get lost. */
	#place(left: number, top: number): void {
		const half_x = this.#width / 2 / this.#scale;
		const half_y = this.#height / 2 / this.#scale;
		this.#left = Math.min(this.photo.width - half_x, Math.max(-half_x, left));
		this.#top = Math.min(this.photo.height - half_y, Math.max(-half_y, top));
	}
}
