import { MathUtils, Spherical, Vector3 } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { describeView } from './describe-view';
import { disposeTree } from './dispose-tree';
import { glideCamera } from './glide-camera';
import type { ViewMove } from './keyboard';
import { loadGlb } from './load-glb';
import { ProductStage, type CameraPlace } from './product-stage';
import { snapshotStage, type PictureType } from './snapshot-stage';
import { VIEWER_STRINGS, type ViewWords } from '../strings/viewer';

export interface ModelViewerOptions {
	/** 'transparent' or a CSS color. Default 'transparent'. */
	background?: string;
	/** 1 = as the model's maker meant it. Default 1. */
	exposure?: number;
	/** No glide, no inertia. Default: what the system asks for. */
	reduced_motion?: boolean;
	/** Called with the view in words when it has changed: after each step of `orbit`, `zoom`, `pan`, `reset`, and after a drag. */
	onview?: (description: string) => void;
	/** Called with what went wrong while drawing (loading rejects its own promise instead). */
	onerror?: (error: unknown) => void;
	words?: ViewWords;
}

export interface LoadOptions {
	/** The model is another level of detail of the one shown: keep camera, framing and shadow. Default false. */
	keep_view?: boolean;
	signal?: AbortSignal;
}

const MAX_PIXEL_RATIO = 2;
/** Straight up and down would leave the camera without an upright. */
const POLAR = { min: 0.06, max: Math.PI - 0.06 };
/** Nearest and farthest, as shares of the framing distance. */
const DISTANCE = { min: 0.3, max: 2.5 };
/** How far the target may leave the center, in model radii. */
const MAX_OFFSET = 1;

/**
 * Shows one GLB in a canvas and lets people turn it by mouse, touch and keyboard. Draws only when something changed.
 * The canvas' CSS size rules; the element must be in the document.
 *
 * @throws Error when the browser gives no WebGL 2 context
 */
export class ModelViewer {
	readonly #canvas: HTMLCanvasElement;
	readonly #stage: ProductStage;
	readonly #controls: OrbitControls;
	readonly #resize: ResizeObserver;
	readonly #options: ModelViewerOptions;
	#goal: CameraPlace | null = null;
	#frame = 0;
	#last_time = 0;
	/** Framing distance at the current picture's shape, metres. */
	#framing = 1;
	#loads = 0;
	#disposed = false;

	constructor(canvas: HTMLCanvasElement, options: ModelViewerOptions = {}) {
		this.#canvas = canvas;
		this.#options = options;
		this.#stage = new ProductStage(canvas, options);
		this.#controls = new OrbitControls(this.#stage.camera, canvas);
		this.#controls.enableDamping = !this.#still;
		this.#controls.dampingFactor = 0.12;
		this.#controls.rotateSpeed = 0.8;
		this.#controls.minPolarAngle = POLAR.min;
		this.#controls.maxPolarAngle = POLAR.max;
		this.#controls.addEventListener('change', this.#schedule);
		this.#controls.addEventListener('start', this.#onGrab);
		this.#controls.addEventListener('end', this.#tell);
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
		const { azimuth, polar, distance, target } = this.#goal ?? this.#place();
		const shape = this.#stage.shape;
		return describeView(
			{
				azimuth,
				polar,
				zoom: this.#framing / distance,
				offset: shape ? target.distanceTo(shape.center) / shape.radius : 0
			},
			this.#options.words ?? VIEWER_STRINGS.views
		);
	}

	/**
	 * Shows a GLB in place of what is shown. Resolves once it has been drawn.
	 * When several loads overlap, the last one called wins and the others reject with an AbortError.
	 *
	 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`; AbortError
	 */
	async load(
		glb: Blob | ArrayBuffer,
		{ keep_view = false, signal }: LoadOptions = {}
	): Promise<void> {
		const turn = ++this.#loads;
		const model = await loadGlb(glb);
		if (turn !== this.#loads || this.#disposed || signal?.aborted) {
			disposeTree(model.root);
			throw signal?.reason ?? new DOMException('Another model was loaded', 'AbortError');
		}
		const same_place = keep_view && this.#stage.shape !== null;
		this.#stage.show(model, { same_place });
		if (!same_place) this.#frameModel();
		this.#draw();
	}

	/** Turns the camera around the product, radians; positive goes to the viewer's right and down. */
	orbit(d_azimuth: number, d_polar: number): void {
		this.#moveTo(({ azimuth, polar, ...rest }) => ({
			...rest,
			azimuth: azimuth + d_azimuth,
			polar: MathUtils.clamp(polar + d_polar, POLAR.min, POLAR.max)
		}));
	}

	/** Comes closer by a factor; below 1 goes away. */
	zoom(factor: number): void {
		const { minDistance, maxDistance } = this.#controls;
		this.#moveTo((place) => ({
			...place,
			distance: MathUtils.clamp(place.distance / factor, minDistance, maxDistance)
		}));
	}

	/** Moves the product in the picture, in shares of the picture's height; right and up positive. */
	pan(dx: number, dy: number): void {
		this.#moveTo((place) => {
			const height = 2 * place.distance * Math.tan(MathUtils.degToRad(this.#stage.camera.fov) / 2);
			const back = new Vector3().setFromSphericalCoords(1, place.polar, place.azimuth);
			const right = new Vector3(0, 1, 0).cross(back).normalize();
			const up = back.clone().cross(right);
			const target = place.target.clone();
			target.addScaledVector(right, -dx * height).addScaledVector(up, -dy * height);
			const center = this.#controls.cursor;
			target.sub(center).clampLength(0, this.#controls.maxTargetRadius).add(center);
			return { ...place, target };
		});
	}

	/** Back to the view the model was first shown in. */
	reset(): void {
		this.#moveTo(() => this.#stage.startPlace());
	}

	/** Carries out what a key or a button asks for. */
	move(move: ViewMove): void {
		if (move.type === 'orbit') this.orbit(move.azimuth, move.polar);
		else if (move.type === 'zoom') this.zoom(move.factor);
		else if (move.type === 'pan') this.pan(move.x, move.y);
		else this.reset();
	}

	/** The current view as a picture of its own size, pixels. JPEG gets a white ground. */
	async snapshot(width: number, height: number, type: PictureType = 'image/png'): Promise<Blob> {
		this.#arrive();
		const place = this.#place();
		this.#stage.setSize(width, height, 1);
		const scale = this.#stage.framingDistance() / this.#framing;
		this.#stage.place({ ...place, distance: place.distance * scale });
		const picture = snapshotStage(this.#stage, width, height, type);
		this.#put(place);
		this.#onResize();
		return picture;
	}

	/** Gives everything back: graphics memory, the graphics context, listeners. The canvas cannot be used again. */
	dispose(): void {
		if (this.#disposed) return;
		this.#disposed = true;
		cancelAnimationFrame(this.#frame);
		this.#resize.disconnect();
		this.#canvas.removeEventListener('webglcontextrestored', this.#onRestored);
		this.#controls.dispose();
		this.#stage.dispose();
	}

	get #still(): boolean {
		return this.#options.reduced_motion ?? matchMedia('(prefers-reduced-motion: reduce)').matches;
	}

	#moveTo(change: (from: CameraPlace) => CameraPlace): void {
		if (!this.#stage.shape) return;
		this.#goal = change(this.#goal ?? this.#place());
		this.#last_time = performance.now();
		if (this.#still) this.#arrive();
		this.#schedule();
		this.#tell();
	}

	#place(): CameraPlace {
		const target = this.#controls.target.clone();
		const { theta, phi, radius } = new Spherical().setFromVector3(
			this.#stage.camera.position.clone().sub(target)
		);
		return { azimuth: theta, polar: phi, distance: radius, target };
	}

	#put(place: CameraPlace): void {
		this.#controls.target.copy(place.target);
		this.#stage.place(place);
	}

	#arrive(): void {
		if (this.#goal) this.#put(this.#goal);
		this.#goal = null;
	}

	/** One step of the glide towards the goal. */
	#glide(now: number): void {
		const goal = this.#goal;
		if (!goal) return;
		const next = glideCamera(this.#place(), goal, now - this.#last_time);
		this.#last_time = now;
		if (!next) return this.#arrive();
		this.#put(next);
		this.#schedule();
	}

	#frameModel(): void {
		const shape = this.#stage.shape;
		if (!shape) return;
		this.#goal = null;
		this.#setFraming(this.#stage.framingDistance());
		this.#controls.cursor.copy(shape.center);
		this.#controls.maxTargetRadius = shape.radius * MAX_OFFSET;
		this.#put(this.#stage.startPlace());
		this.#controls.update();
	}

	#setFraming(distance: number): void {
		this.#framing = distance;
		this.#controls.minDistance = distance * DISTANCE.min;
		this.#controls.maxDistance = distance * DISTANCE.max;
	}

	readonly #onGrab = () => {
		this.#goal = null;
	};

	readonly #tell = () => this.#options.onview?.(this.description);

	readonly #schedule = () => {
		if (this.#frame === 0 && !this.#disposed) {
			this.#frame = requestAnimationFrame((now) => {
				this.#frame = 0;
				this.#glide(now);
				this.#draw();
			});
		}
	};

	#draw(): void {
		if (this.#disposed || !this.#stage.shape) return;
		try {
			this.#controls.update();
			this.#stage.render();
		} catch (error) {
			this.#options.onerror?.(error);
		}
	}

	readonly #onResize = () => {
		const { clientWidth, clientHeight } = this.#canvas;
		if (clientWidth === 0 || clientHeight === 0 || this.#disposed) return;
		this.#arrive();
		const place = this.#place();
		const zoom = this.#framing / place.distance;
		this.#stage.setSize(clientWidth, clientHeight, Math.min(devicePixelRatio, MAX_PIXEL_RATIO));
		if (!this.#stage.shape) return;
		this.#setFraming(this.#stage.framingDistance());
		this.#put({ ...place, distance: this.#framing / zoom });
		this.#draw();
	};

	readonly #onRestored = () => {
		this.#stage.restore();
		this.#draw();
	};
}
