/** What the account at Meshy holds, read again whenever it may have changed. */
import { api, call } from './api';

export class MeshyBalance {
	#account = $state.raw<{ credits: number; as_of: number } | null>(null);
	#asked = $state(false);

	/** Credits; null while nothing is known. */
	get credits() {
		return this.#account?.credits ?? null;
	}
	/** As of when, epoch milliseconds: now, or before where Meshy does not answer. */
	get as_of() {
		return this.#account?.as_of ?? null;
	}
	/** True once there was an answer, also one that says nothing. */
	get asked() {
		return this.#asked;
	}

	/** What is known stays where the server cannot be reached. */
	async read(): Promise<void> {
		const answer = await call(api.providers.meshy.balance.$get()).catch(() => null);
		if (answer && answer.credits !== null && answer.as_of !== null) {
			this.#account = { credits: answer.credits, as_of: answer.as_of };
		}
		this.#asked = true;
	}

	/** Reads it every minute while the page is looked at, and when it is looked at again. @returns ends it */
	watch(): () => void {
		const look = () => {
			if (document.visibilityState === 'visible') void this.read();
		};
		const timer = setInterval(look, EVERY_MS);
		document.addEventListener('visibilitychange', look);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', look);
		};
	}
}

const EVERY_MS = 60_000;
