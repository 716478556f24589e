/** The Workflow engine: keeps what steps gave, starts a life again after it crashed, repeats nothing that is done. */
import { lives } from './faults.mjs';

const forever = new Promise(() => undefined);

export class FakeWorkflows {
	#instances = new Map();

	/** @param run a life's work: (payload, step) */
	constructor(clock, random, faults, run) {
		Object.assign(this, { clock, random, faults, run });
	}

	get running() {
		return [...this.#instances.values()].some(({ status }) => status === 'running');
	}

	create({ id, params }) {
		return this.faults.around(() => {
			if (this.#instances.has(id)) throw new Error('instance.already_exists');
			const instance = { id, params, kept: new Map(), events: new Map(), waiters: [], life: null };
			this.#instances.set(id, instance);
			this.#begin(instance);
		});
	}

	get(id) {
		return this.faults.around(() => {
			const instance = this.#instances.get(id);
			if (!instance) throw new Error('instance.not_found');
			return {
				status: () => this.faults.around(() => ({ status: instance.status })),
				pause: () => this.faults.around(() => undefined),
				resume: () => this.faults.around(() => undefined),
				sendEvent: ({ type }) => this.faults.around(() => this.#tell(instance, type)),
				restart: () =>
					this.faults.around(() => {
						instance.life.dead = true;
						instance.kept = new Map();
						this.#begin(instance);
					})
			};
		});
	}

	/** An event that nobody waits for is kept for the next who does. */
	#tell(instance, type) {
		const i = instance.waiters.findIndex((waiter) => waiter.type === type);
		if (i >= 0) return instance.waiters.splice(i, 1)[0].resolve(true);
		instance.events.set(type, (instance.events.get(type) ?? 0) + 1);
	}

	#begin(instance) {
		instance.status = 'running';
		instance.waiters = [];
		const life = { dead: false, task_id: instance.id, doing: null };
		life.crash = () => {
			if (life.dead) return;
			life.dead = true;
			instance.interrupted = life.doing;
			void this.clock.sleep(1000 + this.random() * 120_000).then(() => {
				if (instance.life === life) this.#begin(instance);
			});
		};
		instance.life = life;
		const ended = (status) => () => {
			if (!life.dead) instance.status = status;
		};
		lives.run(life, () => {
			void this.run(instance.params, this.#step(instance, life)).then(
				ended('complete'),
				ended('errored')
			);
		});
	}

	/** A step that takes too long is given up; what it began goes on unheard. */
	async #within(timeout, work) {
		const patience = this.clock.timer(parseInt(timeout) * 60_000);
		const over = patience.promise.then(() => Promise.reject(new Error('step timed out')));
		return Promise.race([work(), over]).finally(() => patience.cancel());
	}

	#step(instance, life) {
		const { kept } = instance;
		const keep = (name, value) => {
			kept.set(name, value);
			return value;
		};
		return {
			do: async (name, config, work) => {
				if (life.dead) return forever;
				const done = kept.get(name);
				if (done) {
					if ('error' in done) throw new Error(done.error);
					return structuredClone(done.value);
				}
				for (let attempt = 0; ; attempt++) {
					try {
						// The engine may count what a crash interrupted as a failed attempt, or do it again.
						if (instance.interrupted === name) {
							instance.interrupted = null;
							if (this.random() < 0.5) throw new Error('interrupted');
						}
						life.doing = name;
						const value = structuredClone(await this.#within(config.timeout, work));
						life.doing = null;
						if (life.dead) return forever;
						if (this.faults.strikes(this.faults.rate)) {
							life.doing = name;
							life.crash();
							return forever;
						}
						return structuredClone(keep(name, { value }).value);
					} catch (error) {
						if (life.dead) return forever;
						if (attempt >= config.retries.limit) {
							keep(name, { error: String(error) });
							throw error;
						}
						await this.faults.pause(10_000 * 2 ** Math.min(attempt, 6));
					}
				}
			},
			sleep: async (name, ms) => {
				if (life.dead) return forever;
				const until = (kept.get(name) ?? keep(name, this.clock.now + ms)) - this.clock.now;
				if (until > 0) await this.faults.pause(until);
			},
			waitForEvent: async (name, { type, timeout }) => {
				if (life.dead) return forever;
				const seen = kept.get(name);
				const waiting = instance.events.get(type) ?? 0;
				if (seen === undefined && waiting > 0) {
					instance.events.set(type, waiting - 1);
					keep(name, true);
				} else if (seen === undefined) {
					const hint = Promise.withResolvers();
					const waiter = { type, resolve: hint.resolve };
					instance.waiters.push(waiter);
					const patience = this.clock.timer(timeout);
					const over = patience.promise.then(() => false);
					keep(name, await Promise.race([hint.promise, over]));
					patience.cancel();
					instance.waiters = instance.waiters.filter((other) => other !== waiter);
				}
				if (life.dead) return forever;
				if (!kept.get(name)) throw new Error('timed out');
			}
		};
	}
}
