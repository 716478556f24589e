import { cdp, commands } from 'vitest/browser';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SourceModel } from '../../src/lib/artifacts';
import { optimizeModel } from '../../src/lib/optimize/optimize-model';
import { hundredBalls } from '../fixtures/models';

const markSchema = z.object({ name: z.string(), pid: z.number() });
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

/** The number of this page's process: what Chromium traces of it carries it. */
async function processId(): Promise<number> {
	const session = cdp();
	const marked = new Promise<number>((resolve) =>
		session.on('Tracing.dataCollected', ({ value }) => {
			for (const { name, pid } of z.array(markSchema).parse(value)) {
				if (name === 'this page') resolve(pid);
			}
		})
	);
	await session.send('Tracing.start', {
		categories: 'blink.user_timing',
		transferMode: 'ReportEvents'
	});
	performance.mark('this page');
	await session.send('Tracing.end');
	return marked;
}

describe('819,200 triangles', { timeout: 240_000 }, () => {
	it('give back what they hold when canceled halfway', async ({ skip }) => {
		const pid = await processId();
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
});
