import { deviceMemory, textureSideFor } from './choose-lod';
import type { Object3D } from 'three';
import { describeView } from './describe-view';
import { disposeTree } from './dispose-tree';
import type { ViewMove } from './keyboard';
import { loadGlb } from './load-glb';
import {
	isCovered,
	pickPoint,
	projectPoint,
	type ModelPoint,
	type PicturePoint,
	type Triple
} from './pick-point';
import { ProductStage } from './product-stage';
import { OVERSAMPLE, snapshotStage, type PictureType } from './snapshot-stage';
import { ViewCamera, type View } from './view-camera';
import { listenForGestures, type GestureOptions } from './view-gestures';
import { VIEWER_STRINGS, type ViewWords } from '../strings/viewer';

export interface ModelViewerOptions extends GestureOptions {
	/** 'transparent' or a CSS color. Default 'transparent'. */
	background?: string;
	/** 1 = as the model's maker meant it. Default 1. */
	exposure?: number;
	/** No glide, no inertia, no turntable. Default: what the system asks for. */
	reduced_motion?: boolean;
	/** Called with the view in words when it has changed: after each step of `orbit`, `zoom`, `pan`, `reset`, and after a drag. */
	onview?: (description: string) => void;
	/** Called after each drawn frame: when to place what floats over the picture. */
	onframe?: () => void;
	/** Called with the point of the model that was tapped or clicked. */
	ontap?: (point: ModelPoint) => void;
	/** Called with what went wrong while drawing (loading rejects its own promise instead). */
	onerror?: (error: unknown) => void;
	words?: ViewWords;
}

export interface LoadOptions {
	/**
	 * What the model is to the one shown: another level of `detail` keeps camera, framing and shadow; the same product with
	 * its shape `changed` is seen as the one before; another `product` is seen from its start. Default `product`.
	 */
	as?: 'product' | 'changed' | 'detail';
	/** Where the camera begins. Default: the front, turned a little. */
	start?: Partial<View>;
	signal?: AbortSignal;
}

const MAX_PIXEL_RATIO = 2;
/** Levels of detail differ by so much: a point of one is not hidden by another. Share of the model's radius. */
const SKIN = 0.03;
/** A thrown product turns on as far as its speed would take it in this time, milliseconds. */
const THROW_MS = 160;

/**
 * Shows one GLB in a canvas and lets people turn it by mouse, touch and keyboard. Draws only when something changed.
 * The canvas' CSS size rules; the element must be in the document.
 *
 * @throws Error when the browser gives no WebGL 2 context
 */
export class ModelViewer {
	readonly #canvas: HTMLCanvasElement;
	readonly #stage: ProductStage;
	readonly #camera: ViewCamera;
	readonly #resize: ResizeObserver;
	readonly #options: ModelViewerOptions;
	readonly #stopGestures: () => void;
	#frame = 0;
	#loads = 0;
	#disposed = false;

	constructor(canvas: HTMLCanvasElement, options: ModelViewerOptions = {}) {
		this.#canvas = canvas;
		this.#options = options;
		this.#stage = new ProductStage(canvas, options);
		this.#camera = new ViewCamera(this.#stage);
		this.#stopGestures = listenForGestures(
			canvas,
			{
				grab: () => this.#camera.arrive(),
				orbit: (azimuth, polar) => this.#drag(() => this.#camera.orbit(azimuth, polar)),
				zoom: (factor) => this.#drag(() => this.#camera.zoom(factor)),
				pan: (dx, dy) => this.#drag(() => this.#camera.pan(dx, dy)),
				release: (azimuth, polar) => {
					const speed = this.#still ? 0 : THROW_MS;
					this.orbit(azimuth * speed, polar * speed);
				},
				tap: (x, y) => {
					const point = options.ontap && this.pick(x, y);
					if (point) options.ontap?.(point);
				}
			},
			options
		);
		canvas.addEventListener('webglcontextrestored', this.#onRestored);
		this.#resize = new ResizeObserver(this.#onResize);
		this.#resize.observe(canvas);
		this.#onResize();
	}

	/** What the graphics memory holds, triangles shown, frames drawn. */
	get stats(): ProductStage['stats'] {
		return this.#stage.stats;
	}

	/** The view in words: "front right, slightly from above". */
	get description(): string {
		const { azimuth, polar, zoom } = this.#camera.view;
		const { offset } = this.#camera;
		return describeView(
			{ azimuth, polar, zoom, offset },
			this.#options.words ?? VIEWER_STRINGS.views
		);
	}

	/** The camera as it can be kept, and by `show` be put back. */
	get view(): View {
		return this.#camera.view;
	}

	/** The model's lowest and highest corner, metres; null before one is shown. */
	get bounds(): { min: Triple; max: Triple } | null {
		const box = this.#stage.shape?.box;
		return box ? { min: box.min.toArray(), max: box.max.toArray() } : null;
	}

	/** Whether the product turns by itself. Never begins where people asked their system for less motion. */
	get turning(): boolean {
		return this.#camera.turning;
	}
	set turning(turning: boolean) {
		this.#camera.turning = turning && !this.#still;
		this.#schedule();
	}

	/**
	 * Shows a GLB in place of what is shown. Resolves once it has been drawn.
	 * When several loads overlap, the last one called wins and the others reject with an AbortError.
	 *
	 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`; AbortError
	 */
	async load(
		glb: Blob | ArrayBuffer,
		{ as = 'product', start, signal }: LoadOptions = {}
	): Promise<void> {
		const turn = ++this.#loads;
		const max_texture_side = Math.min(textureSideFor(deviceMemory()), this.#stage.max_texture_side);
		const gl = this.#canvas.getContext('webgl2');
		const model = await loadGlb(glb, { max_texture_side, gl });
		await nextTask();
		let fresh = false;
		const current = () => turn === this.#loads && !this.#disposed && !signal?.aborted;
		if (current()) {
			const before = as === 'product' ? null : this.#stage.shape;
			fresh = this.#stage.show(model, { same_place: as === 'detail' });
			if (!before) this.#camera.frame(start);
			else if (as === 'changed') this.#camera.follow(before);
			await nextTask();
		} else {
			disposeTree(model.root);
		}
		if (fresh && current()) {
			this.#stage.bakeShadow();
			await nextTask();
		}
		if (!current()) {
			throw signal?.reason ?? new DOMException('Another model was loaded', 'AbortError');
		}
		this.#draw();
	}

	/** Turns the camera around the product, radians; positive goes to the viewer's right and down. */
	orbit(d_azimuth: number, d_polar: number): void {
		this.#moved(() => this.#camera.orbit(d_azimuth, d_polar));
	}

	/** Comes closer by a factor; below 1 goes away. */
	zoom(factor: number): void {
		this.#moved(() => this.#camera.zoom(factor));
	}

	/** Moves the product in the picture, in shares of the picture's height; right and up positive. */
	pan(dx: number, dy: number): void {
		this.#moved(() => this.#camera.pan(dx, dy));
	}

	/** Back to the view the model was first shown in. */
	reset(): void {
		this.show({});
	}

	/** Goes to a view. What is left out is as the model was first shown. */
	show(view: Partial<View>): void {
		this.#moved(() => this.#camera.show(view));
	}

	/** Carries out what a key or a button asks for. */
	move(move: ViewMove): void {
		if (move.type === 'orbit') this.orbit(move.azimuth, move.polar);
		else if (move.type === 'zoom') this.zoom(move.factor);
		else if (move.type === 'pan') this.pan(move.x, move.y);
		else this.reset();
	}

	/** The point of the model under a place of the viewport, CSS pixels; null beside it. */
	pick(x: number, y: number): ModelPoint | null {
		const { root, camera } = this.#stage;
		return root && pickPoint(this.#canvas, camera, root, x, y);
	}

	/** The middle of the picture, CSS pixels from its left upper corner. */
	get middle(): { x: number; y: number } {
		return { x: this.#canvas.clientWidth / 2, y: this.#canvas.clientHeight / 2 };
	}

	/** The point of the model in the middle of the picture; null where there is none. */
	pickMiddle(): ModelPoint | null {
		const { left, top } = this.#canvas.getBoundingClientRect();
		return this.pick(left + this.middle.x, top + this.middle.y);
	}

	/** Where a point (metres) is in the picture. */
	project(position: Readonly<Triple>, normal?: Readonly<Triple>): PicturePoint {
		return projectPoint(this.#canvas, this.#stage.camera, position, normal);
	}

	/** Whether the model itself hides a point (metres) from here. Looks at every triangle: not for every frame. */
	covers(position: Readonly<Triple>): boolean {
		const { root, camera, shape } = this.#stage;
		return root !== null && isCovered(camera, root, position, SKIN * (shape?.radius ?? 0));
	}

	/** Lets the model be drawn in another way: `change` gets its objects and gives them back as they were before another is shown. */
	redraw(change: (root: Object3D) => void): void {
		const { root } = this.#stage;
		if (!root) return;
		change(root);
		this.#schedule();
	}

	/** The current view as a picture of its own size, pixels. JPEG gets a white ground. */
	async snapshot(width: number, height: number, type: PictureType = 'image/png'): Promise<Blob> {
		this.#stage.setSize(width, height, OVERSAMPLE);
		this.#camera.refit();
		const picture = snapshotStage(this.#stage, width, height, type);
		this.#onResize();
		return picture;
	}

	/** Gives everything back: graphics memory, the graphics context, listeners. The canvas cannot be used again. */
	dispose(): void {
		if (this.#disposed) return;
		this.#disposed = true;
		cancelAnimationFrame(this.#frame);
		this.#resize.disconnect();
		this.#stopGestures();
		this.#canvas.removeEventListener('webglcontextrestored', this.#onRestored);
		this.#stage.dispose();
	}

	get #still(): boolean {
		return this.#options.reduced_motion ?? matchMedia('(prefers-reduced-motion: reduce)').matches;
	}

	/** A move by key or button: glides there, and is told. */
	#moved(move: () => void): void {
		if (!this.#stage.shape) return;
		move();
		if (this.#still) this.#camera.arrive();
		this.#schedule();
		this.#options.onview?.(this.description);
	}

	/** What fingers move follows them at once. */
	#drag(move: () => void): void {
		if (!this.#stage.shape) return;
		move();
		this.#camera.arrive();
		this.#schedule();
	}

	readonly #schedule = () => {
		if (this.#frame !== 0 || this.#disposed) return;
		this.#frame = requestAnimationFrame((now) => {
			this.#frame = 0;
			if (this.#camera.step(now)) this.#schedule();
			this.#draw();
		});
	};

	#draw(): void {
		if (this.#disposed || !this.#stage.shape) return;
		try {
			this.#stage.render();
			this.#options.onframe?.();
		} catch (error) {
			this.#options.onerror?.(error);
		}
	}

	readonly #onResize = () => {
		const { clientWidth, clientHeight } = this.#canvas;
		if (clientWidth === 0 || clientHeight === 0 || this.#disposed) return;
		this.#stage.setSize(clientWidth, clientHeight, Math.min(devicePixelRatio, MAX_PIXEL_RATIO));
		if (!this.#stage.shape) return;
		this.#camera.refit();
		this.#draw();
	};

	readonly #onRestored = () => {
		this.#stage.bakeShadow();
		this.#draw();
	};
}

/** Showing a model is cut into short tasks, so that the page answers in between. */
const nextTask = () => new Promise((resolve) => setTimeout(resolve));
