import type { Cutout, Photo } from '$lib/artifacts';
import { isUntouched, lastAdjustments } from '$lib/cutout/edit/edits';
import type { Adjustments, Edit } from '$lib/cutout/edit/edits';
import type { EditAnswer, EditedMask, EditRequest } from '$lib/cutout/edit/messages';
import { isAbort, sentenceOf } from '$lib/sentence-of';
import { fill, strings } from '$lib/strings';
import { runTask } from '$lib/threads/run-task';

export interface EditSessionOptions {
	photo: Photo;
	/** What is edited, or what was edited before. */
	cutout: Cutout;
	/** From an earlier session. */
	edits: Edit[];
	/** False when `cutout` does not show those edits yet. */
	applied: boolean;
	/** Keeps the edits on the device, after each of them. */
	keep: (edits: Edit[]) => void;
	/** Says a sentence to a screen reader. */
	announce: (sentence: string) => void;
	/** Runs the thread's task, for tests. */
	run?: typeof runTask;
}

/** Requests that change the mask. */
const EDITS = ['stroke_end', 'hole', 'adjust', 'undo', 'redo', 'reset', 'import'] as const;
type EditKind = (typeof EDITS)[number];
const isEdit = (request: EditRequest): request is Extract<EditRequest, { type: EditKind }> =>
	EDITS.some((kind) => kind === request.type);

/** Null: stopped or refused. */
type Finished = EditedMask | 'untouched' | null;
type Phase = 'opening' | 'ready' | 'finishing' | 'failed';

/** The page's side of an editing session: passes on what the person does, holds what the thread says. */
export class EditSession {
	#phase = $state<Phase>('opening');
	#edits = $state.raw<Edit[]>([]);
	#can_redo = $state(false);
	#adjustments = $state.raw<Adjustments>(lastAdjustments([]));
	#progress = $state(0);
	#refusal = $state('');
	#touched: boolean;
	/** The last edit that was asked for. */
	#asked: EditKind | null = null;
	#port: MessagePort | null = null;
	readonly #end = new AbortController();
	#onfinish: ((result: Finished) => void) | null = null;
	#onprobe: ((alpha: number) => void) | null = null;

	constructor(private readonly options: EditSessionOptions) {
		this.#touched = !options.applied;
		this.#edits = options.edits;
		this.#adjustments = lastAdjustments(options.edits);
	}

	get phase() {
		return this.#phase;
	}
	get can_undo() {
		return this.#edits.length > 0;
	}
	get can_redo() {
		return this.#can_redo;
	}
	get can_reset() {
		return !isUntouched(this.#edits);
	}
	get adjustments() {
		return this.#adjustments;
	}
	/** Of opening or finishing, 0 to 1. */
	get progress() {
		return this.#progress;
	}
	/** Why the last thing that was asked for could not be done; empty when it could. */
	get refusal() {
		return this.#refusal;
	}

	/** Starts the thread, which draws on the canvas from then on. */
	start(element: HTMLCanvasElement): void {
		const { photo, cutout, run = runTask } = this.options;
		const { port1, port2 } = new MessageChannel();
		this.#port = port1;
		port1.onmessage = ({ data }: MessageEvent<EditAnswer>) => this.#hear(data);
		const canvas = element.transferControlToOffscreen();
		run(
			'edit_mask',
			{
				port: port2,
				canvas,
				image: photo.image,
				mask: (cutout.automatic ?? cutout).mask,
				width: photo.width,
				height: photo.height,
				edits: this.#edits
			},
			{ signal: this.#end.signal, transfer: [port2, canvas] }
		).catch((error: unknown) => {
			if (!isAbort(error)) this.#fail(sentenceOf(error, { name: photo.name }));
		});
	}

	send(request: EditRequest): void {
		if (isEdit(request)) {
			this.#refusal = '';
			this.#asked = request.type;
			this.#touched = true;
		}
		if (request.type === 'adjust') this.#adjustments = request.adjustments;
		this.#port?.postMessage(request);
	}

	/** Alpha of the mask at a place, 0 to 255. */
	probe(x: number, y: number): Promise<number> {
		return new Promise((resolve) => {
			this.#onprobe = resolve;
			this.send({ type: 'probe', x, y });
		});
	}

	/**
	 * The cut-out with the edits in it: the same one when nothing was changed, the automatic one when nothing is left of the
	 * edits; null when it was stopped or refused.
	 */
	async finish(): Promise<Cutout | null> {
		const { cutout } = this.options;
		const automatic = cutout.automatic ?? cutout;
		if (!this.#touched) return cutout;
		this.#phase = 'finishing';
		this.#progress = 0;
		const result = await new Promise<Finished>((resolve) => {
			this.#onfinish = resolve;
			this.send({ type: 'finish' });
		});
		if (this.#phase === 'finishing') this.#phase = 'ready';
		if (result === 'untouched') return automatic;
		return result && { ...automatic, ...result, automatic };
	}

	/** Gives up finishing. */
	stop(): void {
		this.send({ type: 'stop' });
	}

	/** Ends the thread and gives its memory back. */
	close(): void {
		this.#end.abort(new DOMException('Closed', 'AbortError'));
		this.#port?.close();
		this.#onfinish?.(null);
	}

	#hear(answer: EditAnswer): void {
		switch (answer.type) {
			case 'ready':
				this.#phase = 'ready';
				break;
			case 'progress':
				this.#progress = answer.fraction;
				break;
			case 'changed':
				this.#take(answer.edits, answer.can_redo);
				break;
			case 'refused':
				this.#refusal = fill(strings.editor.refused[answer.reason], answer.detail);
				break;
			case 'probed':
				this.#onprobe?.(answer.alpha);
				break;
			case 'exported':
				this.#download(answer.mask);
				break;
			case 'finished':
				this.#onfinish?.(answer.result);
				break;
			case 'untouched':
				this.#onfinish?.('untouched');
				break;
			case 'stopped':
				this.#onfinish?.(null);
				break;
			case 'nothing_left':
				this.#refusal = strings.editor.nothing_left;
				this.#onfinish?.(null);
				break;
			case 'failed':
				this.#fail(answer.message);
		}
	}

	/** The first list only repeats what was given; each further one is a change. */
	#take(edits: Edit[], can_redo: boolean): void {
		this.#edits = edits;
		this.#can_redo = can_redo;
		this.#adjustments = lastAdjustments(edits);
		const asked = this.#asked;
		if (!asked) return;
		this.options.keep(edits);
		const said = strings.editor.did[asked];
		if (said) this.options.announce(said);
	}

	#download(mask: Blob): void {
		const link = document.createElement('a');
		link.href = URL.createObjectURL(mask);
		link.download = `${this.options.photo.name.replace(/\.\w+$/, '')}-mask.png`;
		link.click();
		setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
		this.options.announce(strings.editor.exported);
	}

	#fail(message: string): void {
		this.#phase = 'failed';
		this.#refusal = fill(strings.editor.failed, { message: message.replace(/\.$/, '') });
		this.#onfinish?.(null);
	}
}
