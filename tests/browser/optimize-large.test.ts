import { cdp, commands } from 'vitest/browser';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SourceModel } from '../../src/lib/artifacts';
import { optimizeModel } from '../../src/lib/optimize/optimize-model';
import { hundredBalls } from '../fixtures/models';

let source: SourceModel;

beforeAll(async () => {
	source = {
		provider: 'own',
		glb: await hundredBalls(64),
		triangles: 819_200,
		size: { width_m: 10, height_m: 10, depth_m: 1 },
		sides_guessed: false,
		cost: 0,
		task_id: null,
		model_url: null,
		processing_time: 0
	};
}, 120_000);

/** An event of Chromium's tracing. */
interface Traced {
	name: string;
	pid: number;
	tid: number;
	/** When it began, microseconds of some clock. */
	ts: number;
	/** Microseconds that passed. */
	dur?: number;
	/** Microseconds of computing, however busy the machine is. */
	tdur?: number;
}

/** What Chromium tells of this page's process while something runs: its main thread has the process's number. */
async function trace(
	work: () => Promise<unknown> | void
): Promise<{ pid: number; events: Traced[] }> {
	const session = cdp();
	const events: Traced[] = [];
	session.on('Tracing.dataCollected', ({ value }) =>
		events.push(...(value as unknown as Traced[]))
	);
	const all = new Promise<void>((resolve) => {
		session.on('Tracing.tracingComplete', () => resolve());
	});
	const categories = 'toplevel,blink.user_timing,v8';
	await session.send('Tracing.start', { categories, transferMode: 'ReportEvents' });
	performance.mark('this page');
	await work();
	await session.send('Tracing.end');
	await all;
	const pid = events.find(({ name }) => name === 'this page')?.pid;
	if (pid === undefined) throw new Error('the page is not in its trace');
	return { pid, events: events.filter((event) => event.pid === pid) };
}

describe('819,200 triangles', { timeout: 240_000 }, () => {
	it('give back what they hold when canceled halfway', async ({ skip }) => {
		const { pid } = await trace(() => undefined);
		const held = async () => (await commands.processMegabytes(pid)) ?? skip('only Linux tells');
		const before = await held();
		const controller = new AbortController();
		// Minutes of work: what is given back in time is given back by canceling.
		const run = optimizeModel(source, { method: 'new_layout' }, controller);
		run.catch(() => undefined);
		await expect.poll(held, { timeout: 120_000 }).toBeGreaterThan(before + 200);
		controller.abort();
		await expect(run).rejects.toMatchObject({ name: 'AbortError' });
		// What its own garbage makes of a page's memory, up or down.
		const slack = 100;
		await expect.poll(held, { timeout: 60_000 }).toBeLessThan(before + slack);
	});

	it('are optimized in their layout while no task of the main thread computes for 50 ms', async () => {
		// What earlier tests left behind is not this one's.
		await cdp().send('HeapProfiler.collectGarbage');
		const { pid, events } = await trace(async () => {
			const { lods } = await optimizeModel(source, { method: 'keep_layout', hidden: 'keep' });
			expect(lods[0]?.triangles).toBeGreaterThan(90_000);
		});
		const main = events.filter(({ tid }) => tid === pid);
		const scripts = main.filter(({ name }) => name === 'v8.callFunction');
		// Those without a script are the browser's own: it gives memory back, say.
		const tasks = main.filter(
			({ name, ts, dur = 0 }) =>
				name === 'ThreadControllerImpl::RunTask' &&
				scripts.some((script) => script.ts >= ts && script.ts <= ts + dur)
		);
		expect(tasks.length).toBeGreaterThan(0);
		expect(Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000))).toBeLessThan(50);
	});
});
