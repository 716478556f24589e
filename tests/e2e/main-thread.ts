import type { Page } from 'playwright';
import { z } from 'zod';

/** An event of Chromium's tracing, as far as it is looked at. */
const tracedSchema = z.object({
	name: z.string(),
	pid: z.number(),
	tid: z.number(),
	/** When it began, microseconds of some clock. */
	ts: z.number(),
	/** Microseconds that passed. */
	dur: z.number().default(0),
	/** Microseconds of computing, however busy the machine is. */
	tdur: z.number().default(0)
});
/** Where scripts run: called by the browser, or when a promise is kept. */
const SCRIPTS = new Set(['v8.callFunction', 'BlinkScheduler_PerformMicrotaskCheckpoint']);
type Traced = z.infer<typeof tracedSchema>;

/**
 * What a page's main thread computes while something runs: the tasks in which it runs a script, milliseconds of each. Those
 * without one are the browser's own: it gives memory back, say.
 */
export async function mainThreadTasks(page: Page, work: () => Promise<unknown>): Promise<number[]> {
	const session = await page.context().newCDPSession(page);
	const events: Traced[] = [];
	session.on('Tracing.dataCollected', ({ value }) => {
		events.push(...z.array(tracedSchema).parse(value));
	});
	const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
	await session.send('Tracing.start', {
		categories: 'toplevel,blink.user_timing,v8',
		transferMode: 'ReportEvents'
	});
	await page.evaluate(() => performance.mark('this page'));
	await work();
	await session.send('Tracing.end');
	await complete;
	const pid = events.find(({ name }) => name === 'this page')?.pid;
	if (pid === undefined) throw new Error('the page is not in its trace');
	// The main thread has its process's number.
	const main = events.filter((event) => event.pid === pid && event.tid === pid);
	const scripts = main.filter(({ name }) => SCRIPTS.has(name));
	const tasks = main.filter(
		({ name, ts, dur }) =>
			name === 'ThreadControllerImpl::RunTask' &&
			scripts.some((script) => script.ts >= ts && script.ts <= ts + dur)
	);
	// What promises wait for may run right after a task, outside of what is told of it.
	return [...tasks, ...scripts].map(({ tdur }) => tdur / 1000);
}
