import type { Progress, StageContext } from './artifacts';
import type { StageName } from './job-server';
import { isAbort, sentenceOf } from './sentence-of';
import { strings } from './strings';

/** The stage that is running now. */
export interface Activity {
	stage: StageName;
	progress: Progress;
}

/** What a stage last had to say. */
export interface Message {
	stage: StageName;
	tone: 'info' | 'warn' | 'error';
	text: string;
}

/** How a stage that left no result ended. @param seconds wall-clock */
export type OnMiss = (stage: StageName, outcome: 'failed' | 'canceled', seconds: number) => void;

/** Runs one stage at a time: its progress, its cancel button, its messages. */
export class StageRunner {
	#activity = $state.raw<Activity | null>(null);
	#messages = $state.raw<Message[]>([]);
	#abort: AbortController | null = null;

	constructor(private readonly onmiss: OnMiss) {}

	get activity() {
		return this.#activity;
	}
	get messages() {
		return this.#messages;
	}

	/** Runs `work` unless another stage is running. Never rejects: failures become messages. */
	async run(
		stage: StageName,
		work: (context: Required<StageContext>) => Promise<void>
	): Promise<void> {
		if (this.#activity) return;
		const { signal } = (this.#abort = new AbortController());
		const started = performance.now();
		this.clear(stage);
		const onprogress = (progress: Progress) => (this.#activity = { stage, progress });
		onprogress({ step: 'starting', fraction: null });
		try {
			await work({ signal, onprogress });
		} catch (error) {
			const outcome = isAbort(error) ? 'canceled' : 'failed';
			const said = this.#messages.some((message) => message.stage === stage);
			if (outcome === 'failed') this.say(stage, 'error', sentenceOf(error));
			else if (!said) this.say(stage, 'info', strings.common.canceled);
			this.onmiss(stage, outcome, (performance.now() - started) / 1000);
		} finally {
			this.#activity = null;
			this.#abort = null;
		}
	}

	/** Cancels the running stage; what it was making is dropped. */
	cancel(): void {
		this.#abort?.abort(new DOMException('Canceled', 'AbortError'));
	}

	/** Says something once; the same sentence is not repeated. */
	say(stage: StageName, tone: Message['tone'], text: string): void {
		if (this.#messages.some((message) => message.text === text)) return;
		this.#messages = [...this.#messages, { stage, tone, text }];
	}

	dismiss(message: Message): void {
		this.#messages = this.#messages.filter((other) => other !== message);
	}

	clear(stage: StageName): void {
		this.#messages = this.#messages.filter((message) => message.stage !== stage);
	}
}
