import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type App } from './app';
import { findings } from './axe';
import { walk } from './walk';

let app: App;
let link: string;
/** The studio, with a product that went all the way. */
let finished: Page;
beforeAll(async () => {
	app = await startApp();
	({ page: finished } = await app.open());
	link = await walk(finished, {
		photos: ['static/samples/mug/1.jpg'],
		name: 'Stoneware mug',
		provider: 'Draft (on this device)'
	});
}, 600_000);
afterAll(() => app?.close());

it('the finished studio has no finding, light and dark, and never scrolls sideways', async () => {
	for (const colorScheme of ['light', 'dark'] as const) {
		await finished.emulateMedia({ colorScheme });
		expect(await findings(finished), colorScheme).toEqual([]);
	}
	for (const width of [320, 390, 1440]) {
		await finished.setViewportSize({ width, height: 800 });
		const overflow = () =>
			finished.evaluate(
				() => document.documentElement.scrollWidth - document.documentElement.clientWidth
			);
		await expect.poll(overflow, { message: `${width} px`, timeout: 10_000 }).toBe(0);
	}
});

it('the editor over the studio has no finding and gives the focus back; the model is told to be of an earlier cut-out', async () => {
	const edit = finished.getByRole('button', { name: 'Edit', exact: true }).first();
	const outdated = finished.getByText(/made from an earlier cut-out/);
	expect(await outdated.count()).toBe(0);
	await edit.click();
	const stage = finished.getByRole('application', { name: 'Picture of cut-out' });
	await finished.locator('button:enabled', { hasText: 'Done' }).waitFor({ timeout: 60_000 });
	for (const colorScheme of ['light', 'dark'] as const) {
		await finished.emulateMedia({ colorScheme });
		expect(await findings(finished), colorScheme).toEqual([]);
	}
	await stage.press('ArrowRight');
	await stage.press(' ');
	await finished.locator('button[aria-label="Undo"]:enabled').waitFor({ timeout: 60_000 });
	await stage.press('a');
	await stage.waitFor({ state: 'detached', timeout: 60_000 });
	const focused = () => edit.evaluate((one) => one === document.activeElement);
	await expect.poll(focused).toBe(true);
	await expect.poll(() => outdated.count()).toBe(2);
	expect(await findings(finished)).toEqual([]);
});

it.each([['/'], ['/studio'], ['/dashboard'], ['/settings'], ['/sign-in'], ['/nowhere']])(
	'%s has no finding, light and dark',
	async (path) => {
		const { page, context } = await app.open();
		await page.goto(path);
		await page.getByRole('heading').first().waitFor();
		await page.waitForLoadState('networkidle');
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			expect(await findings(page)).toEqual([]);
		}
		await context.close();
	}
);

it('the share page has no finding, and is turned by keyboard with the view told', async () => {
	const { page, context } = await app.open();
	await page.goto(link);
	await page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
	expect(await findings(page)).toEqual([]);
	const canvas = page.locator('canvas');
	await canvas.focus();
	const before = await canvas.screenshot();
	for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
	await page
		.getByText(/front|side|back/)
		.first()
		.waitFor({ state: 'attached' });
	expect((await canvas.screenshot()).equals(before)).toBe(false);
	await context.close();
});

it('the embed page fills a frame of another page', async () => {
	const { page, context } = await app.open();
	await page.route('**/host.html', (route) =>
		route.fulfill({
			contentType: 'text/html',
			body: `<iframe title="Product" width="600" height="400" src="${link.replace('/s/', '/embed/')}"></iframe>`
		})
	);
	await page.goto('/host.html');
	const frame = page.frameLocator('iframe');
	await frame.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
	await context.close();
});

it('the studio, opened on another device, brings its stored model and can share it', async () => {
	const { page, context } = await app.open();
	await page.goto(finished.url());
	await page
		.locator('#model div:not([data-preview]) > [data-state="ready"]')
		.waitFor({ timeout: 60_000 });
	await page.getByRole('button', { name: 'Create share link' }).click();
	await page.getByRole('textbox', { name: 'Share link' }).waitFor();
	await context.close();
});
