import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMeshyStandIn, type StandIn } from '../meshy-stand-in/server';
import { startApp, type App } from './app';
import { drawnShare, walk } from './walk';

let app: App;
let meshy: StandIn;
beforeAll(async () => {
	meshy = await startMeshyStandIn();
	app = await startApp({ MESHY_BASE_URL: meshy.url, MESHY_API_KEY: 'msy_stand_in' });
});
afterAll(async () => {
	await app?.close();
	await meshy?.close();
});

describe('from photo to link', () => {
	it('with the draft provider shows the product in 3D to a visitor, with the network closed', async () => {
		const { page, context } = await app.open();
		const link = await walk(page, { name: 'Stoneware mug', provider: 'Draft (on this device)' });
		expect(new URL(link).pathname).toMatch(/^\/s\/[\w-]{22,}$/);
		await context.close();

		const visitor = await app.open();
		const answer = await visitor.page.goto(link);
		expect(answer?.status()).toBe(200);
		await visitor.page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
		const canvas = visitor.page.locator('canvas');
		expect(await canvas.getAttribute('aria-label')).toContain('Stoneware mug');
		expect(await drawnShare(visitor.page)).toBeGreaterThan(0.03);
		const image = await visitor.page.locator('meta[property="og:image"]').getAttribute('content');
		const poster = await fetch(image ?? '');
		expect(poster.headers.get('content-type')).toBe('image/jpeg');
		expect((await visitor.context.cookies()).length).toBe(0);
		await visitor.context.close();
		expect(app.outbound).toEqual([]);
	});

	it('with Meshy gives a model that was copied into our storage, and names its cost', async () => {
		const { page, context } = await app.open();
		const link = await walk(page, { name: 'Meshy mug', provider: 'Meshy' });
		await page.goto(link);
		await page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
		expect(await drawnShare(page)).toBeGreaterThan(0.03);
		await page.goto('/dashboard');
		await page.getByText('$0.60').first().waitFor({ timeout: 20_000 });
		await context.close();
		expect(app.outbound).toEqual([]);
	});

	it('stands where it stood after a reload, and after the database and storage were opened again', async () => {
		const { page, context } = await app.open();
		const link = await walk(page, { name: 'Kept mug', provider: 'Draft (on this device)' });
		await page.reload();
		await page.getByRole('textbox', { name: 'Share link' }).waitFor();
		expect(await page.getByRole('textbox', { name: 'Share link' }).inputValue()).toBe(link);
		expect(await page.getByRole('textbox', { name: 'Product name' }).inputValue()).toBe('Kept mug');
		await page.goto('/');
		await page
			.getByRole('link', { name: /Kept mug/ })
			.first()
			.waitFor();
		await context.close();
	});
});

it('an unknown link says so, with status 404 and no hint whether it ever existed', async () => {
	const { page, context } = await app.open();
	const answer = await page.goto('/s/AAAAAAAAAAAAAAAAAAAAAA');
	expect(answer?.status()).toBe(404);
	await page
		.getByText(/not available/i)
		.first()
		.waitFor();
	await context.close();
});
