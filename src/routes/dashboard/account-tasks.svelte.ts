import { api, call } from '$lib/api';
import { explain } from '../explain';

const readTasks = () => call(api.providers.meshy.tasks.$get());
export type AccountTask = Awaited<ReturnType<typeof readTasks>>['tasks'][number];

/** What Meshy keeps for the account: read when somebody wants to see it. */
export class AccountTasks {
	#tasks = $state.raw<AccountTask[] | null>(null);
	#whole = $state(true);
	#busy = $state(false);
	#failure = $state<string | null>(null);

	/** Newest first; null before they were read. */
	get tasks() {
		return this.#tasks;
	}
	/** False when a part of Meshy's list could not be read. */
	get whole() {
		return this.#whole;
	}
	get busy() {
		return this.#busy;
	}
	get failure() {
		return this.#failure;
	}

	async load(): Promise<void> {
		this.#busy = true;
		this.#failure = null;
		try {
			const { tasks, whole } = await readTasks();
			this.#tasks = tasks;
			this.#whole = whole;
		} catch (error) {
			this.#failure = explain(error);
		} finally {
			this.#busy = false;
		}
	}

	/** Deletes a task and its results at Meshy, for good. @throws ApiError */
	async remove({ endpoint, id }: AccountTask): Promise<void> {
		const param = { endpoint, id };
		await call(api.providers.meshy.tasks[':endpoint'][':id'].$delete({ param }));
		await this.load();
	}
}
