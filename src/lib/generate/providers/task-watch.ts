import type { InferResponseType } from 'hono/client';
import { api, call } from '../../api';
import { pause } from '../../pause';

/** A task as the server tells it. */
export type WireTask = InferResponseType<typeof api.tasks.$get, 200>['tasks'][number];

/** What a look gave: the task, `undefined` when the server knows none, or why there was no answer. */
export type Look = { task: WireTask | undefined } | { error: unknown };

/** Pause between two looks, milliseconds: grows while nothing is new. */
const PAUSE_MS = { first: 2000, growth: 1.25, most: 10_000 };
/** The server's limit per look. */
const IDS_PER_LOOK = 50;

/**
 * Looks after all paid tasks this page follows with one request per 50 of them, less and less often while nothing
 * moves. What did not change is answered 304 and costs no transfer (the browser's cache keeps it by its ETag).
 */
export class TaskWatch {
	#followers = new Map<string, Set<(look: Look) => void>>();
	#interrupt: AbortController | null = null;
	#running = false;

	/** @returns ends it */
	follow(task_id: string, tell: (look: Look) => void): () => void {
		const tellers = this.#followers.get(task_id) ?? new Set();
		this.#followers.set(task_id, tellers.add(tell));
		if (this.#running) this.#interrupt?.abort();
		else void this.#run();
		return () => {
			tellers.delete(tell);
			if (tellers.size === 0) this.#followers.delete(task_id);
			if (this.#followers.size === 0) this.#interrupt?.abort();
		};
	}

	async #run(): Promise<void> {
		this.#running = true;
		let wait = PAUSE_MS.first;
		let seen = '';
		while (this.#followers.size > 0) {
			const { signal } = (this.#interrupt = new AbortController());
			const now = await this.#look();
			wait = now === seen ? Math.min(wait * PAUSE_MS.growth, PAUSE_MS.most) : PAUSE_MS.first;
			seen = now;
			// A new follower is looked after at once; without any the watch is over.
			await pause(wait, signal).catch(() => undefined);
		}
		this.#running = false;
	}

	/** @returns what would be different if something had moved */
	async #look(): Promise<string> {
		const ids = [...this.#followers.keys()];
		const seen: string[] = [];
		for (let i = 0; i < ids.length; i += IDS_PER_LOOK) {
			const some = ids.slice(i, i + IDS_PER_LOOK);
			const looks = await call(api.tasks.$get({ query: { ids: some.join(',') } })).then(
				({ tasks }) =>
					(id: string) => ({ task: tasks.find(({ task_id }) => task_id === id) }),
				(error: unknown) => () => ({ error })
			);
			for (const id of some) {
				const look = looks(id);
				if ('task' in look) seen.push(`${id} ${look.task?.status} ${look.task?.progress}`);
				for (const tell of this.#followers.get(id) ?? []) tell(look);
			}
		}
		return seen.join();
	}
}
