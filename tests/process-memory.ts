import fs from 'node:fs';
import type { BrowserCommand } from 'vitest/node';

declare module 'vitest/browser' {
	interface BrowserCommands {
		/** Megabytes that a process holds, by its id; null where the system does not say (it is not Linux). */
		processMegabytes: (pid: number) => Promise<number | null>;
	}
}

/** A command of browser tests. From outside, since a busy thread answers nobody. */
export const processMegabytes: BrowserCommand<[pid: number]> = (_, pid) => {
	const file = `/proc/${pid}/status`;
	if (!fs.existsSync(file)) return null;
	const [, kilobytes] = /RssAnon:\s*(\d+) kB/.exec(fs.readFileSync(file, 'utf8')) ?? [];
	return kilobytes === undefined ? null : Number(kilobytes) / 1000;
};
