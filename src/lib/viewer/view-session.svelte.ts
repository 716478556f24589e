import { dimensionLines, type DimensionLine } from './dimension-lines';
import { describeDirection, type ViewDescriptions } from './directions';
import { keyToMove, type ViewMove } from './keyboard';
import { ModelViewer } from './model-viewer';
import type { ModelPoint } from './pick-point';
import { PresentError, presentModel, screenOf } from './present-model';
import type { FetchModel, ModelSource } from './present-model';
import type { View } from './view-camera';
import type { ViewerProblem, ViewerStrings } from '../strings/viewer';

export type ViewState = 'waiting' | 'loading' | 'ready' | 'error';

/** How a view behaves; all of it may be left out. */
export interface ViewOptions {
	/** What is behind the product: a CSS color, or 'none' for what is behind the view. Default: a studio wall. */
	background?: string;
	/** Brightness; 1 = as the model's maker meant it. Default 1. */
	exposure?: number;
	/** The wheel and fingers belong to the view. False: they scroll the page around it. Default true. */
	capture_scroll?: boolean;
	/** Whether the product turns by itself until it is touched. Default false. */
	turning?: boolean;
	/** Where the camera begins. Default: the front, turned a little. */
	start?: Partial<View>;
	/** Downloads nothing before a button is pressed. Default false. */
	manual?: boolean;
}

export interface SessionContext {
	options: ViewOptions;
	strings: ViewerStrings;
	fetchModel: FetchModel;
	/** What the owner says of the product's sides. */
	descriptions: ViewDescriptions;
	onstate?: (state: ViewState, load_ms: number) => void;
}

/** The view is spoken once the keys rest this long. */
const SPEAK_AFTER_MS = 350;

/** One look at a product: the viewer for as long as the canvas lives, what is loaded, and what there is to say of it. */
export class ViewSession {
	state = $state<ViewState>('loading');
	/** Whether the level of detail that fits the screen is shown. */
	full_detail = $state(false);
	problem = $state<ViewerProblem>('download');
	/** Share of the first level that has arrived, 0 to 1; null while it cannot be known. */
	fraction = $state<number | null>(null);
	/** The view in words, for screen readers. */
	spoken = $state('');
	touched = $state(false);
	turning = $state(false);
	measuring = $state(false);
	/** Whether the points that the owner tells of are shown. */
	pointing = $state(true);
	/** Whether one of them is being told of. */
	telling = $state(false);
	lines = $state.raw<DimensionLine[]>([]);
	viewer = $state.raw<ModelViewer | null>(null);
	/** Counts drawn frames: what floats over the picture is placed anew with each. */
	frames = $state(0);
	/** Takes the point of the model that is tapped or clicked next. */
	ontap: ((point: ModelPoint) => void) | null = null;
	#speak_timer: ReturnType<typeof setTimeout> | undefined;

	constructor(private readonly context: SessionContext) {
		if (context.options.manual) this.state = 'waiting';
	}

	/** Makes the viewer of a canvas. @returns what gives it back */
	open(canvas: HTMLCanvasElement): () => void {
		const { options, strings } = this.context;
		let opened: ModelViewer | null = null;
		try {
			opened = new ModelViewer(canvas, {
				...options,
				// What is behind is the page's: the picture itself is clear.
				background: 'transparent',
				words: strings.views,
				onframe: () => {
					this.frames++;
					this.#measure();
				},
				ontap: (point) => this.ontap?.(point),
				onerror: () => this.#fail('no_webgl')
			});
		} catch {
			this.#fail('no_webgl');
		}
		this.viewer = opened;
		return () => {
			clearTimeout(this.#speak_timer);
			opened?.dispose();
			if (this.viewer === opened) this.viewer = null;
		};
	}

	/** Loads and shows a model. Never rejects. @param keep_view it is the shown product, changed: seen as before */
	async present(
		viewer: ModelViewer,
		source: ModelSource,
		frame: Element,
		keep_view: boolean,
		signal: AbortSignal
	): Promise<void> {
		const { options, fetchModel } = this.context;
		const start = performance.now();
		const enter = (state: ViewState) => {
			this.state = state;
			this.context.onstate?.(state, Math.round(performance.now() - start));
		};
		[this.full_detail, this.fraction] = [false, null];
		const keeps = keep_view && this.state === 'ready';
		if (!keeps) enter('loading');
		try {
			this.full_detail = await presentModel(viewer, source, {
				screen: () => screenOf(frame),
				start: options.start,
				keep_view: keeps,
				fetchModel,
				signal,
				onprogress: (share) => (this.fraction = share),
				onready: () => {
					enter('ready');
					if (options.turning && !this.touched) this.turn(true);
				}
			});
		} catch (error) {
			if (!signal.aborted) this.#fail(error instanceof PresentError ? error.problem : 'corrupt');
		}
	}

	/** Lets a view that waits for a press begin. */
	begin(): void {
		if (this.state === 'waiting') this.state = 'loading';
	}

	/** Fingers or a mouse took hold. */
	touch(): void {
		this.touched = true;
		this.turn(false);
	}

	turn(turning: boolean): void {
		if (!this.viewer) return;
		this.viewer.turning = turning;
		this.turning = this.viewer.turning;
	}

	measure(measuring: boolean): void {
		this.measuring = measuring;
		this.#measure();
	}

	/** @returns whether the key was one of the view's */
	press(event: KeyboardEvent): boolean {
		const move = keyToMove(event);
		if (move) this.go(move);
		return move !== null;
	}

	/** Moves, and says where that led once the keys rest. */
	go(move: ViewMove): void {
		if (this.state !== 'ready') return;
		this.touch();
		this.viewer?.move(move);
		clearTimeout(this.#speak_timer);
		this.#speak_timer = setTimeout(() => this.#speak(), SPEAK_AFTER_MS);
	}

	#speak(): void {
		if (!this.viewer) return;
		const told = describeDirection(this.viewer.view, this.context.descriptions);
		this.spoken = told ? `${this.viewer.description}. ${told}` : this.viewer.description;
	}

	#measure(): void {
		const { viewer } = this;
		if (viewer && this.measuring) this.lines = dimensionLines(viewer);
		else if (this.lines.length > 0) this.lines = [];
	}

	#fail(problem: ViewerProblem): void {
		[this.problem, this.state] = [problem, 'error'];
		this.context.onstate?.('error', 0);
	}
}
