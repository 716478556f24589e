/** Time that passes only when nothing else can happen, and chance that repeats. */

/** Numbers from 0 to below 1 (mulberry32, public domain). */
export function seededRandom(seed) {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

export class Clock {
	/** Bumped by everything that happens, so that idleness shows. */
	activity = 0;
	#timers = [];
	#order = 0;

	constructor(now) {
		this.now = now;
	}

	sleep(ms) {
		return this.timer(ms).promise;
	}

	/** A sleep that can be called off. */
	timer(ms) {
		const { promise, resolve } = Promise.withResolvers();
		const timer = { at: this.now + Math.max(0, Math.round(ms)), order: this.#order++, resolve };
		this.#timers.push(timer);
		const cancel = () => {
			const i = this.#timers.indexOf(timer);
			if (i >= 0) this.#timers.splice(i, 1);
		};
		return { promise, cancel };
	}

	/** Passes time, timer by timer, until `done` says so, there is none left, or `end` is reached. */
	async run(end, done, ontick) {
		for (;;) {
			await this.#idle();
			ontick();
			if (done()) return;
			let next = 0;
			for (let i = 1; i < this.#timers.length; i++) {
				const [a, b] = [this.#timers[i], this.#timers[next]];
				if (a.at < b.at || (a.at === b.at && a.order < b.order)) next = i;
			}
			const [timer] = this.#timers.splice(next, 1);
			if (!timer || timer.at > end) return;
			this.now = Math.max(this.now, timer.at);
			this.activity++;
			timer.resolve();
		}
	}

	async #idle() {
		let seen;
		do {
			seen = this.activity;
			for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
		} while (seen !== this.activity);
	}
}
