import { Color, NeutralToneMapping, PerspectiveCamera, Scene, Vector3, WebGLRenderer } from 'three';
import type { Object3D } from 'three';
import { disposeTree } from './dispose-tree';
import { frameDistance, measureModel, type ModelShape } from './frame-camera';
import { createGroundShadow, type GroundShadow } from './ground-shadow';
import type { LoadedModel } from './load-glb';
import { createStudioLight } from './studio-light';

export interface StageOptions {
	/** 'transparent' or a CSS color. Default 'transparent'. */
	background?: string;
	/** 1 = as the model's maker meant it. Default 1. */
	exposure?: number;
}

/** Where the camera stands, around `target`. Radians and metres. */
export interface CameraPlace {
	azimuth: number;
	polar: number;
	distance: number;
	target: Vector3;
}

/** A product photographer's choice: from the front, turned a little, slightly from above, with a long lens. */
const START_VIEW = { azimuth: (24 * Math.PI) / 180, polar: (76 * Math.PI) / 180 };
const FOV_DEGREES = 26;

/**
 * The set a product stands on: image-based light made here (no download), a soft shadow on the ground, and a camera
 * that knows how to frame it. Draws only when told to. The interactive viewer and the poster share it.
 *
 * @throws Error when the browser gives no WebGL 2 context
 */
export class ProductStage {
	readonly camera = new PerspectiveCamera(FOV_DEGREES, 1, 0.01, 100);
	readonly #renderer: WebGLRenderer;
	readonly #scene = new Scene();
	readonly #light = createStudioLight();
	#model: LoadedModel | null = null;
	/** What is disposed of after the next frame: the shaders of the model before, and of its shadow, serve the next one. */
	readonly #retired: (() => void)[] = [];
	#shape: ModelShape | null = null;
	#shadow: GroundShadow | null = null;
	readonly #direction = new Vector3();
	#frames = 0;
	#size = '';

	constructor(
		canvas: HTMLCanvasElement | OffscreenCanvas,
		{ background = 'transparent', exposure = 1 }: StageOptions = {}
	) {
		this.#renderer = new WebGLRenderer({
			canvas,
			antialias: true,
			alpha: true,
			powerPreference: 'high-performance'
		});
		// Asking whether a shader is in order waits for the GPU; ours are tested.
		this.#renderer.debug.checkShaderErrors = false;
		this.#renderer.toneMapping = NeutralToneMapping;
		this.#renderer.toneMappingExposure = exposure;
		this.#scene.environment = this.#light;
		this.setBackground(background);
	}

	/** What is on the stage, for tests and benches. Counts of what the graphics memory holds; frames drawn so far. */
	get stats(): { geometries: number; textures: number; triangles: number; frames: number } {
		const { geometries, textures } = this.#renderer.info.memory;
		return { geometries, textures, triangles: this.#model?.triangles ?? 0, frames: this.#frames };
	}

	get shape(): ModelShape | null {
		return this.#shape;
	}

	/** The model's objects; null before one is shown. */
	get root(): Object3D | null {
		return this.#model?.root ?? null;
	}

	/** Longest side of a texture this graphics card takes, pixels. */
	get max_texture_side(): number {
		return this.#renderer.capabilities.maxTextureSize;
	}

	get canvas(): HTMLCanvasElement | OffscreenCanvas {
		return this.#renderer.domElement;
	}

	setBackground(background: string): void {
		this.#scene.background = background === 'transparent' ? null : new Color(background);
	}

	/**
	 * Puts a model on the stage in place of the one there, which is disposed of.
	 * With `same_place` the new one is another level of detail of the old: shadow and framing stay.
	 *
	 * @returns whether its shadow has still to be baked
	 */
	show(model: LoadedModel, { same_place = false } = {}): boolean {
		this.#disposeRetired();
		const { root } = this.#model ?? {};
		if (root) this.#retire(root, () => disposeTree(root));
		this.#model = model;
		const keep = same_place && this.#shape !== null;
		if (!keep) {
			const shadow = this.#shadow;
			if (shadow) this.#retire(shadow.mesh, () => shadow.dispose());
			this.#shape = measureModel(model.root);
			this.#shadow = createGroundShadow(this.#shape);
			this.#scene.add(this.#shadow.mesh);
		}
		this.#scene.add(model.root);
		return !keep;
	}

	/** Resizes the picture. CSS pixels times `pixel_ratio`. Its buffer is made anew only for another size: that waits for the GPU. */
	setSize(width: number, height: number, pixel_ratio: number): void {
		const size = [width, height, pixel_ratio].join();
		if (size === this.#size) return;
		this.#size = size;
		this.#renderer.setDrawingBufferSize(width, height, pixel_ratio);
		this.camera.aspect = width / height;
		this.camera.updateProjectionMatrix();
	}

	/** The distance from the model's center that shows all of it from there at the current picture's shape. */
	framingDistance(view: { azimuth: number; polar: number } = START_VIEW): number {
		if (!this.#shape) return 1;
		const { fov, aspect } = this.camera;
		return frameDistance(this.#shape, view, { fov: (fov * Math.PI) / 180, aspect });
	}

	/** From where the camera sees a model first, and what it looks at; how far away, `framingDistance` tells. */
	startView(): Omit<CameraPlace, 'distance'> {
		return { ...START_VIEW, target: this.#shape?.center.clone() ?? new Vector3() };
	}

	place({ azimuth, polar, distance, target }: CameraPlace): void {
		this.camera.position.setFromSphericalCoords(distance, polar, azimuth).add(target);
		this.camera.lookAt(target);
	}

	/** Draws one frame. The light stands with the camera, as if the product turned on a table: no dark back. */
	render(): void {
		const { x, z } = this.camera.getWorldDirection(this.#direction);
		this.#scene.environmentRotation.y = Math.atan2(-x, -z);
		if (this.#shape) {
			// Near and far as close as the model allows: depth precision at every scale.
			const { center, radius } = this.#shape;
			const distance = this.camera.position.distanceTo(center);
			this.camera.near = Math.max(distance - radius * 3, distance * 0.02);
			this.camera.far = distance + radius * 6;
			this.camera.updateProjectionMatrix();
		}
		this.#renderer.render(this.#scene, this.camera);
		this.#disposeRetired();
		this.#frames++;
	}

	/** Draws the shadow of a model shown anew, or again what a lost graphics context took: three cannot bring it back by itself. */
	bakeShadow(): void {
		if (this.#model) this.#shadow?.bake(this.#renderer, this.#model.root, this.#model.triangles);
	}

	/** Gives everything back, the graphics context too. */
	dispose(): void {
		this.#disposeRetired();
		if (this.#model) disposeTree(this.#model.root);
		this.#shadow?.dispose();
		this.#light.dispose();
		this.#renderer.dispose();
		// Browsers keep about 16 contexts; a page that opens many viewers must not wait for the garbage collector.
		this.#renderer.forceContextLoss();
	}

	#retire(object: Object3D, dispose: () => void): void {
		object.removeFromParent();
		this.#retired.push(dispose);
	}

	#disposeRetired(): void {
		for (const dispose of this.#retired.splice(0)) dispose();
	}
}
