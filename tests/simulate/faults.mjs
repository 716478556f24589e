/** What can go wrong at every await on the outside, and whose await it was. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** The life that runs now: `{ dead, crash, task_id? }`. After its crash none of its awaits ever returns. */
export const lives = new AsyncLocalStorage();

const forever = new Promise(() => undefined);
const KINDS = ['error_before', 'error_after', 'crash_before', 'crash_after'];

export class Faults {
	count = 0;
	/** Switched off at the end, when what is left has to come right by itself. */
	on = true;

	constructor(clock, random, rate) {
		this.clock = clock;
		this.random = random;
		this.rate = rate;
	}

	/** @returns true with this chance while faults are on, counted as one */
	strikes(chance) {
		if (!this.on || this.random() >= chance) return false;
		this.count++;
		return true;
	}

	/** Does one outside operation, or fails, or dies before or after it. */
	async around(work) {
		const life = lives.getStore();
		if (life?.dead) return forever;
		this.clock.activity++;
		const kind = this.strikes(this.rate) ? KINDS[Math.floor(this.random() * KINDS.length)] : '';
		if (this.random() < 0.2) await this.clock.sleep(this.random() * 200);
		if (life?.dead) return forever;
		if (kind === 'error_before') throw new Error('injected before');
		if (kind === 'crash_before') return this.die(life);
		const value = await work();
		this.clock.activity++;
		if (life?.dead) return forever;
		if (kind === 'error_after') throw new Error('injected after');
		if (kind === 'crash_after') return this.die(life);
		return value;
	}

	die(life) {
		life?.crash();
		return life ? forever : Promise.reject(new Error('injected crash'));
	}

	/** Waits; a life that ended meanwhile never comes back. */
	async pause(ms) {
		const life = lives.getStore();
		await this.clock.sleep(ms);
		if (life?.dead) return forever;
	}
}
