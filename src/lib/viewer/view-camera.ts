import { MathUtils, Vector3 } from 'three';
import { glideCamera } from './glide-camera';
import type { ModelShape } from './frame-camera';
import type { CameraPlace, ProductStage } from './product-stage';

/** The camera as it can be kept: around `target` (metres), angles in radians. */
export interface View {
	azimuth: number;
	polar: number;
	/** 1 = the whole model framed, 2 = twice as close. */
	zoom: number;
	target: [number, number, number];
}

/** Straight up and down would leave the camera without an upright. */
const POLAR = { min: 0.06, max: Math.PI - 0.06 };
/** Nearest and farthest, as shares of the framing distance. */
const DISTANCE = { min: 0.3, max: 2.5 };
/** How far the target may leave the center, in model radii. */
const MAX_OFFSET = 1;
/** The turntable goes round in 40 seconds. Radians per millisecond. */
const TURNTABLE_SPEED = (2 * Math.PI) / 40_000;
/** A step of the turntable that was held up does not jump, milliseconds. */
const LONGEST_STEP = 100;

/** The camera of a stage: where it stands, where it glides to, and the bounds it keeps. */
export class ViewCamera {
	#place: CameraPlace = { azimuth: 0, polar: Math.PI / 2, distance: 1, target: new Vector3() };
	#goal: CameraPlace | null = null;
	#last_time = 0;
	/** Distance that frames the model at the current picture's shape, metres. */
	#framing = 1;
	/** Whether the product turns by itself. */
	turning = false;

	constructor(private readonly stage: ProductStage) {}

	/** Where it stands or glides to. */
	get view(): View {
		const { azimuth, polar, distance, target } = this.#goal ?? this.#place;
		return { azimuth, polar, zoom: this.#framing / distance, target: target.toArray() };
	}

	/** How far the view was moved sideways, in model radii. */
	get offset(): number {
		const { shape } = this.stage;
		const { target } = this.#goal ?? this.#place;
		return shape ? target.distanceTo(shape.center) / shape.radius : 0;
	}

	orbit(d_azimuth: number, d_polar: number): void {
		this.#glideTo(({ azimuth, polar, ...rest }) => ({
			...rest,
			azimuth: azimuth + d_azimuth,
			polar: MathUtils.clamp(polar + d_polar, POLAR.min, POLAR.max)
		}));
	}

	zoom(factor: number): void {
		this.#glideTo((place) => ({ ...place, distance: this.#within(place.distance / factor) }));
	}

	/** In shares of the picture's height; right and up positive. */
	pan(dx: number, dy: number): void {
		this.#glideTo((place) => {
			const fov = MathUtils.degToRad(this.stage.camera.fov);
			const height = 2 * place.distance * Math.tan(fov / 2);
			const back = new Vector3().setFromSphericalCoords(1, place.polar, place.azimuth);
			const right = new Vector3(0, 1, 0).cross(back).normalize();
			const up = back.clone().cross(right);
			const target = place.target.clone();
			target.addScaledVector(right, -dx * height).addScaledVector(up, -dy * height);
			return { ...place, target: this.#near(target) };
		});
	}

	/** Glides to a view. What is left out is as the model was first shown. */
	show(view: Partial<View>): void {
		this.#glideTo(() => {
			const start = this.stage.startView();
			return {
				azimuth: view.azimuth ?? start.azimuth,
				polar: MathUtils.clamp(view.polar ?? start.polar, POLAR.min, POLAR.max),
				distance: this.#within(this.#framing / (view.zoom ?? 1)),
				target: view.target ? this.#near(new Vector3(...view.target)) : start.target
			};
		});
	}

	/** Stands at once where a new model is seen whole, or at a view of it. */
	frame(view: Partial<View> = {}): void {
		this.#framing = this.stage.framingDistance();
		this.show(view);
		this.arrive();
	}

	/** Keeps what is seen after the picture changed its shape, or is drawn in another one. */
	refit(): void {
		this.arrive();
		const zoom = this.#framing / this.#place.distance;
		this.#framing = this.stage.framingDistance();
		this.#put({ ...this.#place, distance: this.#framing / zoom });
	}

	/** Sees a shape that changed as it saw the one before: from there, as large in the picture, moved aside as far. */
	follow(before: ModelShape): void {
		this.arrive();
		const { shape } = this.stage;
		if (!shape) return;
		const target = this.#place.target.clone().sub(before.center);
		target.multiplyScalar(shape.radius / before.radius).add(shape.center);
		this.#put({ ...this.#place, target });
		this.refit();
	}

	/** Ends the glide where it goes. */
	arrive(): void {
		if (this.#goal) this.#put(this.#goal);
		this.#goal = null;
	}

	/** One step of the glide or of the turntable. @param now milliseconds @returns whether there is more to come */
	step(now: number): boolean {
		const elapsed = now - this.#last_time;
		this.#last_time = now;
		if (this.#goal) {
			const next = glideCamera(this.#place, this.#goal, elapsed);
			if (next) this.#put(next);
			else this.arrive();
		} else if (this.turning) {
			const turn = TURNTABLE_SPEED * MathUtils.clamp(elapsed, 0, LONGEST_STEP);
			this.#put({ ...this.#place, azimuth: this.#place.azimuth + turn });
		}
		return this.#goal !== null || this.turning;
	}

	#glideTo(change: (from: CameraPlace) => CameraPlace): void {
		this.#goal = change(this.#goal ?? this.#place);
		this.#last_time = performance.now();
	}

	#within(distance: number): number {
		const { min, max } = DISTANCE;
		return MathUtils.clamp(distance, this.#framing * min, this.#framing * max);
	}

	#near(target: Vector3): Vector3 {
		const { shape } = this.stage;
		if (!shape) return target;
		return target
			.sub(shape.center)
			.clampLength(0, shape.radius * MAX_OFFSET)
			.add(shape.center);
	}

	#put(place: CameraPlace): void {
		this.#place = place;
		this.stage.place(place);
	}
}
