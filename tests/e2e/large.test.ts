import { afterAll, beforeAll, expect, it } from 'vitest';
import { hundredBalls } from '../fixtures/models';
import { startApp, type App } from './app';
import { mainThreadTasks } from './main-thread';

let app: App;
beforeAll(async () => {
	app = await startApp();
});
afterAll(() => app?.close());

it('819,200 triangles are optimized and shown while no task of the main thread computes for 50 ms', async () => {
	const { page, context } = await app.open();
	const glb = await hundredBalls(64);
	const buffer = Buffer.from(await glb.arrayBuffer());
	await page.goto('/studio');
	const file = { name: 'balls.glb', mimeType: 'model/gltf-binary', buffer };
	await page.getByLabel('Add photos').setInputFiles(file);
	const shown = page.locator('#model [data-state="ready"]');
	await shown.waitFor({ timeout: 120_000 });
	const tasks = await mainThreadTasks(page, async () => {
		await page.getByRole('button', { name: 'Optimize', exact: true }).click();
		await page.getByRole('table', { name: 'Before and after' }).waitFor({ timeout: 200_000 });
		// The finest level takes the source's place.
		await shown.waitFor({ timeout: 60_000 });
	});
	expect(tasks.length).toBeGreaterThan(0);
	expect(Math.max(...tasks)).toBeLessThan(50);
	expect(app.problems).toEqual([]);
	await context.close();
});
