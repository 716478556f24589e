/** Tells an address of every change of a task, the way Meshy does: without a signature, and never again when it fails. */
import type { Task } from './accounts.ts';

/**
 * @param address where to; null: nobody is told
 * @returns to be called with a task's answer whenever there is one; only a new status is told
 */
export function webhooks(address: () => string | null) {
	const told = new Map<string, { status: string; body: string }[]>();
	let line = Promise.resolve();

	return ({ id, account }: Task, answer: { status: string }): void => {
		const to = address();
		const before = told.get(id) ?? [];
		if (to === null || before.at(-1)?.status === answer.status) return;
		const all = [...before, { status: answer.status, body: JSON.stringify(answer) }];
		told.set(id, all);
		const newest_first = all.toReversed();
		// Out of order: the newest first, then everything that was told before, and all of it twice.
		const due = account.scenario.webhooks_out_of_order
			? [...newest_first, ...newest_first]
			: all.slice(-1);
		for (const { status, body } of due) {
			line = line.then(async () => {
				const headers = { 'content-type': 'application/json' };
				const sent = await fetch(to, { method: 'POST', headers, body }).catch(() => null);
				account.webhooks.push({ status, answered: sent?.status ?? null });
			});
		}
	};
}
