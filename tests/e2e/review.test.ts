import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeModel } from '../fixtures/models';
import { seedShare } from '../fixtures/seed-share';
import { startApp, type App } from './app';
import { findings } from './axe';

let app: App;
let studio: Page;
let link: string;
beforeAll(async () => {
	app = await startApp();
	({ page: studio } = await app.open());
	const { glb } = await makeModel({ shape: 'vase', segments: 40, texture: 64 });
	const { product_id, slug } = await seedShare(app.url.origin, glb, {
		name: 'Stoneware mug',
		share: { label: 'Client', allow_comments: true }
	});
	link = new URL(`/s/${slug}`, app.url).href;
	await studio.goto(`/studio/${product_id}`);
}, 120_000);
afterAll(() => app?.close());

it('a client pins a comment and approves; the owner answers and resolves in the studio; the client sees it', async () => {
	const { page, context } = await app.open();
	await page.goto(link);
	await page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
	const kept = () => page.evaluate(() => Object.keys(localStorage));
	await page.getByLabel('Your name').fill('Ann Lee');
	await page.getByLabel('Your comment').fill('The handle is <b>too thick</b>.');
	await page.getByRole('button', { name: 'Pin it to a point' }).click();
	const box = await page.locator('canvas').boundingBox();
	if (!box) throw new Error('The canvas has no box');
	const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
	await page.mouse.click(middle.x, middle.y);
	await page.getByText('Pinned to a point.').waitFor();
	expect(await kept()).toEqual([]);
	await page.getByRole('button', { name: 'Send comment' }).click();
	await page.getByText('Sent. Thank you!').waitFor();
	expect(await kept()).toEqual(['vitrine.reviewer']);
	expect(await context.cookies()).toEqual([]);

	// The pin stands where it was put, moves with the product, and comes back with a click in the list.
	const pin = page.getByRole('button', { name: /^Pin 1: The handle/ });
	const at = async () => {
		const place = await pin.boundingBox();
		return place ? { x: place.x + place.width / 2, y: place.y + place.height / 2 } : null;
	};
	const off = async () => {
		const place = await at();
		return place ? Math.hypot(place.x - middle.x, place.y - middle.y) : Infinity;
	};
	await expect.poll(off).toBeLessThan(3);
	await page.locator('canvas').focus();
	for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
	await expect.poll(off, { timeout: 10_000 }).toBeGreaterThan(15);
	await page.getByRole('button', { name: 'Show pin 1' }).press('Enter');
	await expect.poll(off, { timeout: 10_000 }).toBeLessThan(3);

	await page.getByRole('radio', { name: 'Approve' }).check();
	await page.getByRole('button', { name: 'Send approval' }).click();
	await page.getByRole('list', { name: 'Comments' }).getByText('Approved').waitFor();
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme });
		expect(await findings(page), colorScheme).toEqual([]);
	}

	// The owner sees the pin on the model, goes to it by keyboard, and reads what was said.
	await studio.reload();
	const owners = studio.getByRole('button', { name: /^Pin 1 by Ann Lee: The handle/ });
	await owners.waitFor({ timeout: 60_000 });
	const seen = async () => (await owners.boundingBox())?.x ?? 0;
	const framed = await seen();
	await studio.locator('#model canvas').focus();
	for (let i = 0; i < 4; i++) await studio.keyboard.press('ArrowLeft');
	await expect.poll(async () => Math.abs((await seen()) - framed)).toBeGreaterThan(10);
	await owners.press('Enter');
	await expect
		.poll(async () => Math.abs((await seen()) - framed), { timeout: 10_000 })
		.toBeLessThan(3);
	await studio.getByRole('status').filter({ hasText: '1. Ann Lee' }).waitFor();

	await studio.getByRole('button', { name: 'Links and options' }).click();
	const dialog = studio.getByRole('dialog', { name: /^Share/ });
	const comments = dialog.getByRole('list', { name: 'Comments' });
	const remark = comments.getByRole('listitem').filter({ hasText: 'too thick' });
	expect(await remark.innerText()).toMatch(/Ann Lee/);
	expect(await comments.locator('b').count()).toBe(0);
	await comments.getByText('Approved').waitFor();
	await remark.getByRole('button', { name: 'Answer' }).click();
	await remark.getByLabel('Answer to Ann Lee').fill('We take two millimetres off.');
	await remark.getByRole('button', { name: 'Send answer' }).click();
	await comments.getByText('We take two millimetres off.').waitFor();
	await remark.getByRole('button', { name: 'Resolve' }).click();
	await remark.getByText('Resolved').waitFor();
	expect(await findings(studio)).toEqual([]);
	await studio.keyboard.press('Escape');
	await owners.waitFor({ state: 'detached' });

	await page.reload();
	const list = page.getByRole('list', { name: 'Comments' });
	await list.getByText('We take two millimetres off.').waitFor({ timeout: 60_000 });
	await list.getByText('Resolved').waitFor();
	await list.getByText('Ann Lee (you)').first().waitFor();
	await context.close();
});

it('without a mouse a change is asked for at the middle of the view; the page fits 320 px', async () => {
	const { page, context } = await app.open();
	await page.setViewportSize({ width: 320, height: 700 });
	await page.goto(link);
	await page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
	const button = (name: string | RegExp) => page.getByRole('button', { name });
	await page.getByRole('radio', { name: 'Comment' }).waitFor();
	await tabTo(page, page.getByRole('radio', { name: 'Comment' }));
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowRight');
	await tabTo(page, page.getByLabel('Your name'));
	await page.keyboard.type('Bob');
	await tabTo(page, page.getByLabel('What should change?'));
	await page.keyboard.type('Here');
	await tabTo(page, button('Pin it to a point'));
	await page.keyboard.press('Enter');
	await tabTo(page, button('Pin the middle of the view'));
	await page.keyboard.press('Enter');
	await page.getByText('Pinned to a point.').waitFor();
	await tabTo(page, button('Send request'));
	await page.keyboard.press('Enter');
	await button(/^Pin 2: Here/).waitFor();
	await page.getByRole('list', { name: 'Comments' }).getByText('Asks for changes').waitFor();
	const overflow = () =>
		page.evaluate(
			() => document.documentElement.scrollWidth - document.documentElement.clientWidth
		);
	expect(await overflow()).toBe(0);
	await context.close();

	await studio.reload();
	await studio.getByRole('button', { name: 'Links and options' }).click();
	const item = studio.getByRole('button', { name: /^Client/ });
	await item.getByText('Asks for changes').waitFor();
	await item.getByText('1 open comment').waitFor();
});

it('the owner puts points on the model in the studio; the link tells of them in that order, without a finding', async () => {
	await studio.reload();
	await studio.getByText('Points on the model').click();
	const fields = studio.locator('#share');
	await fields.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
	const add = fields.getByRole('button', { name: 'Add a point' });
	await add.click();
	await fields.locator('canvas').click();
	const named = (n: number) => fields.getByRole('textbox', { name: `Name of point ${n}` });
	const has_focus = (field: Locator) => field.evaluate((node) => node === document.activeElement);
	await expect.poll(() => has_focus(named(1))).toBe(true);
	await studio.keyboard.type('Glaze');
	await fields.getByRole('textbox', { name: 'What to say of point 1' }).fill('Dipped by hand.');
	// Without a mouse, and moved to the front.
	await add.press('Enter');
	await fields.getByRole('button', { name: 'Take the middle of the view' }).press('Enter');
	await expect.poll(() => has_focus(named(2))).toBe(true);
	await studio.keyboard.type('Belly');
	await fields.getByRole('button', { name: 'Move point 2 up' }).press('Enter');
	await expect.poll(() => has_focus(named(1))).toBe(true);
	expect(await named(1).inputValue()).toBe('Belly');
	expect(await findings(studio)).toEqual([]);

	const { page, context } = await app.open();
	const data = async () => (await fetch(link)).text();
	await expect.poll(data).toMatch(/"label":"Belly".*"label":"Glaze","text":"Dipped by hand\."/);
	await page.goto(link);
	await page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
	const points = page.getByRole('group', { name: 'Points of interest' });
	await points.getByRole('button', { name: '1. Belly' }).press('Enter');
	await points.getByRole('button', { name: 'Next point' }).press('Enter');
	await points.getByRole('status').getByText('Dipped by hand.').waitFor();
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme });
		expect(await findings(page), colorScheme).toEqual([]);
	}
	await context.close();
	await fields.getByRole('button', { name: 'Delete point 2' }).click();
	await expect.poll(data).not.toContain('Glaze');
});

/** Presses Tab until something has the focus; the end of the page leads to its start. */
async function tabTo(page: Page, target: Locator) {
	for (let i = 0; i < 60; i++) {
		if (await target.evaluate((node) => node === document.activeElement)) return;
		await page.keyboard.press('Tab');
	}
	throw new Error('Tab never led there');
}
