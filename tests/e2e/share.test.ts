import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeModel } from '../fixtures/models';
import { seedShare } from '../fixtures/seed-share';
import { startApp, type App } from './app';
import { findings } from './axe';

interface Database {
	prepare(sql: string): { run(): Promise<unknown> };
}

let app: App;
/** The studio of the product, as its owner sees it. */
let studio: Page;
beforeAll(async () => {
	app = await startApp();
	({ page: studio } = await app.open());
	const { glb } = await makeModel({ shape: 'vase', segments: 40, texture: 64 });
	const { product_id } = await seedShare(app.url.origin, glb, { name: 'Stoneware mug' });
	await studio.goto(`/studio/${product_id}`);
	await studio.getByRole('button', { name: 'Create share link' }).waitFor();
}, 120_000);
afterAll(() => app?.close());

/** Makes a link in the dialog, by the names on the screen. @returns its address */
async function makeLink(fill: (dialog: ReturnType<Page['getByRole']>) => Promise<void>) {
	if ((await studio.getByRole('dialog').count()) === 0) {
		await studio.getByRole('button', { name: 'Links and options' }).click();
	}
	const dialog = studio.getByRole('dialog', { name: /^Share/ });
	await dialog.getByRole('button', { name: 'New link' }).click();
	await fill(dialog.getByRole('region', { name: 'New link' }));
	await dialog.getByRole('button', { name: 'Create link' }).click();
	await dialog.getByText('The link was made').waitFor();
	return dialog.getByRole('textbox', { name: 'Link address' }).inputValue();
}

const ready = (page: Page) => page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });

describe('the share dialog', () => {
	it('makes a protected link; the visitor opens it with the password, without a cookie', async () => {
		const link = await makeLink(async (dialog) => {
			await dialog.getByLabel('Label').fill('Buyer');
			await dialog.getByLabel('Expires').selectOption('After 7 days');
			await dialog.getByLabel('Password').fill('mug-2026');
		});
		const html = await (await fetch(link)).text();
		expect(html).toContain('<title>Protected link</title>');
		expect(html).not.toMatch(/Stoneware|og:image|\/files\//);

		const { page, context } = await app.open();
		await page.goto(link);
		const field = page.getByLabel('Password');
		await field.waitFor();
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			expect(await findings(page)).toEqual([]);
		}
		await field.fill('wrong one');
		await field.press('Enter');
		expect(await page.getByRole('alert').innerText()).toMatch(/not the password/);
		await field.fill('mug-2026');
		await field.press('Enter');
		await ready(page);
		await page.getByRole('heading', { name: 'Stoneware mug' }).waitFor();
		await page.reload();
		await ready(page);
		expect(await context.cookies()).toEqual([]);
		const stranger = await app.open();
		await stranger.page.goto(link);
		await stranger.page.getByLabel('Password').waitFor();
		await stranger.context.close();
		await context.close();
	});

	it('has no finding, light and dark, and never scrolls sideways', async () => {
		await studio.getByRole('dialog', { name: /^Share/ }).waitFor();
		for (const colorScheme of ['light', 'dark'] as const) {
			await studio.emulateMedia({ colorScheme });
			expect(await findings(studio), colorScheme).toEqual([]);
		}
		const body = studio.getByRole('dialog').locator('> .body');
		for (const width of [320, 390, 1440]) {
			await studio.setViewportSize({ width, height: 800 });
			const overflow = () => body.evaluate((node) => node.scrollWidth - node.clientWidth);
			await expect.poll(overflow, { message: `${width} px` }).toBe(0);
		}
	});

	it('gives a frame and a picture that work in another page, and a QR code', async () => {
		const link = await makeLink((dialog) => dialog.getByLabel('Label').fill('Blog'));
		const dialog = studio.getByRole('dialog', { name: /^Share/ });
		await dialog.getByRole('img', { name: /QR code/ }).waitFor();
		const frame = await dialog.getByLabel('Embed as a frame').inputValue();
		const picture = await dialog.getByLabel('Picture with a link').inputValue();
		const { page, context } = await app.open();
		await page.route('**/host.html', (route) =>
			route.fulfill({ contentType: 'text/html', body: `<h1>Blog</h1>${frame}${picture}` })
		);
		await page.goto('/host.html');
		await page
			.frameLocator('iframe[title="Stoneware mug in 3D"]')
			.locator('[data-state="ready"]')
			.waitFor({ timeout: 60_000 });
		const image = page.getByRole('link', { name: 'Stoneware mug in 3D' }).locator('img');
		expect(
			await image.evaluate((node: HTMLImageElement) => node.decode().then(() => node.width))
		).toBe(600);
		await page.getByRole('link', { name: 'Stoneware mug in 3D' }).click();
		await page.waitForURL(link);
		await context.close();
	});

	it('lets only the sites that the owner names embed a link, and says what is no site', async () => {
		const link = await makeLink((dialog) => dialog.getByLabel('Label').fill('Shop'));
		const policy = async () =>
			(await fetch(link.replace('/s/', '/embed/'))).headers
				.get('content-security-policy')
				?.match(/frame-ancestors[^;,]*/)?.[0];
		expect(await policy()).toBe('frame-ancestors *');
		const dialog = studio.getByRole('dialog', { name: /^Share/ });
		const choice = dialog.getByLabel('May be embedded');
		await choice.selectOption('Only on these sites');
		const sites = dialog.getByLabel('Sites that may embed this');
		const save = dialog.getByRole('button', { name: 'Save options' });
		await sites.fill('Shop.example/cart\nhttp://other.example');
		await save.click();
		await dialog.getByText('“http://other.example” is not a site').waitFor();
		expect(await sites.evaluate((node) => node === document.activeElement)).toBe(true);
		expect(await findings(studio)).toEqual([]);
		expect(await policy()).toBe('frame-ancestors *');
		await sites.fill('Shop.example/cart\nlocalhost:3000');
		await save.click();
		await dialog.getByText('The options were saved').waitFor();
		expect(await policy()).toBe('frame-ancestors https://shop.example http://localhost:3000');
		expect(await sites.inputValue()).toBe('https://shop.example\nhttp://localhost:3000');
		await choice.selectOption('Nowhere');
		await save.click();
		await expect.poll(policy).toBe("frame-ancestors 'none'");
	});

	it('rotates and revokes: the address before is dead at once, and the list keeps both', async () => {
		const first = await makeLink((dialog) => dialog.getByLabel('Label').fill('Fair'));
		const dialog = studio.getByRole('dialog', { name: /^Share/ });
		await dialog.getByRole('button', { name: 'Rotate' }).click();
		expect(await findings(studio)).toEqual([]);
		await studio.getByRole('alertdialog').getByRole('button', { name: 'Rotate' }).click();
		await dialog.getByText('The link has a new address').waitFor();
		const second = await dialog.getByRole('textbox', { name: 'Link address' }).inputValue();
		expect(second).not.toBe(first);
		expect((await fetch(first)).status).toBe(404);
		expect((await fetch(second)).status).toBe(200);
		await dialog.getByRole('button', { name: 'Revoke' }).click();
		await studio.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
		await dialog.getByText('The link was revoked').waitFor();
		expect((await fetch(second)).status).toBe(404);
		await dialog.getByRole('button', { name: /^Fair/ }).getByText('Revoked').waitFor();
		const { page, context } = await app.open();
		await page.goto(second);
		await page
			.getByText(/not available/i)
			.first()
			.waitFor();
		await context.close();
	});

	it('shows an expired link as such, and brings it back with a later day', async () => {
		const link = await makeLink(async (dialog) => {
			await dialog.getByLabel('Label').fill('Short');
			await dialog.getByLabel('Expires').selectOption('After 1 day');
		});
		const { DB } = await app.server.getWorker<{ DB: Database }>().getEnv();
		await DB.prepare("update shares set expires_at = 1 where label = 'Short'").run();
		expect((await fetch(link)).status).toBe(404);
		await studio.keyboard.press('Escape');
		await studio.getByRole('button', { name: 'Links and options' }).click();
		const dialog = studio.getByRole('dialog', { name: /^Share/ });
		const item = dialog.getByRole('button', { name: /^Short/ });
		await item.getByText('Expired', { exact: true }).waitFor();
		await item.click();
		await dialog.getByLabel('Expires').selectOption('After a year');
		await dialog.getByRole('button', { name: 'Save options' }).click();
		await dialog.getByText('The options were saved').waitFor();
		expect((await fetch(link)).status).toBe(200);
	});
});

it('a link’s views, loads and a one-tap rating arrive in the dialog; a reload is not a second view', async () => {
	const link = await makeLink((dialog) => dialog.getByLabel('Label').fill('Counted'));
	const { page, context } = await app.open();
	await page.goto(link);
	await ready(page);
	await page.reload();
	await ready(page);
	await page.getByRole('button', { name: '4 of 5' }).click();
	await page.getByText('Thank you!').waitFor();
	await context.close();
	const dialog = studio.getByRole('dialog', { name: /^Share/ });
	const value = (name: string) =>
		dialog.locator('dl > div').filter({ hasText: name }).locator('dd').innerText();
	await expect
		.poll(
			async () => {
				await dialog.getByRole('button', { name: /^Counted/ }).click();
				await dialog.getByRole('button', { name: /^Counted/ }).click();
				await dialog.getByText('Opened in AR').waitFor();
				return [await value('Views'), await value('Rating'), await value('Phone, tablet')];
			},
			{ timeout: 15_000 }
		)
		.toEqual(['1', '4.0 of 5 (1)', '0 / 0 / 1']);
	expect(await value('Mean load time')).toMatch(/ (ms|s)$/);
});

it('a shared page carries its preview, oEmbed and JSON-LD in the raw HTML', async () => {
	const link = await makeLink((dialog) => dialog.getByLabel('Label').fill('Preview'));
	const html = await (await fetch(link)).text();
	const head = html.slice(0, html.indexOf('</head>'));
	expect(head).toContain('<meta property="og:title" content="Stoneware mug">');
	expect(head).toContain('<meta name="twitter:card" content="summary_large_image">');
	expect(head).toContain('"@type":"3DModel"');
	const found = /type="application\/json\+oembed" href="([^"]+)"/.exec(head)?.[1] ?? '';
	const oembed = await (await fetch(found.replaceAll('&#38;', '&'))).json();
	expect(oembed).toMatchObject({ type: 'rich', title: 'Stoneware mug' });
	const { page, context } = await app.open();
	await page.goto(link);
	await ready(page);
	expect(app.problems.filter((problem) => /Content Security Policy/.test(problem))).toEqual([]);
	await context.close();
});

it('on a phone the hint, the buttons and the rating keep apart, and nothing scrolls sideways', async () => {
	const link = await makeLink((dialog) => dialog.getByLabel('Label').fill('Phone'));
	const { page, context } = await app.open();
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto(link);
	await ready(page);
	const boxes = await Promise.all(
		[
			page.getByText('Drag to turn'),
			page.getByRole('button', { name: 'View in your room' }),
			page.getByRole('toolbar'),
			page.getByRole('group', { name: 'How do you like it?' }),
			page.getByRole('heading', { name: 'Stoneware mug' })
		].map((part) => part.boundingBox())
	);
	const overlaps = boxes.flatMap((a, i) =>
		boxes.slice(i + 1).filter((b) => {
			if (!a || !b) return true;
			const beside = a.x + a.width <= b.x || b.x + b.width <= a.x;
			return !beside && a.y + a.height > b.y && b.y + b.height > a.y;
		})
	);
	expect(overlaps).toEqual([]);
	expect(boxes[3]?.height).toBeLessThan(52);
	expect(
		await page.evaluate(
			() => document.documentElement.scrollWidth - document.documentElement.clientWidth
		)
	).toBe(0);
	await context.close();
});
