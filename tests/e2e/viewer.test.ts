import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeModel } from '../fixtures/models';
import { seedShare, type SeededShare } from '../fixtures/seed-share';
import { startApp, type App } from './app';
import { drawnShare } from './walk';

const NAME = 'Seeded lamp';
let app: App;
let seeded: SeededShare;
let parent: http.Server;
let parent_url: string;

beforeAll(async () => {
	app = await startApp();
	const { glb } = await makeModel({ shape: 'vase', segments: 70, texture: 256 });
	seeded = await seedShare(app.url.origin, glb, { name: NAME });
	parent = http.createServer((request, response) => {
		const url = new URL(request.url ?? '/', 'http://localhost');
		response.setHeader('Content-Type', 'text/html');
		if (url.pathname === '/isolated') {
			response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
			response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
		}
		const src = `${app.url.origin}/embed/${seeded.slug}${url.search}`;
		response.end(
			`<body style="margin:0;height:3000px"><iframe title="Product" style="border:0;width:600px;height:400px" src="${src.replaceAll('&', '&amp;')}"></iframe>`
		);
	});
	await new Promise<void>((resolve) => parent.listen(0, '127.0.0.1', resolve));
	const { port } = parent.address() as AddressInfo;
	// Another site than the app's: 127.0.0.1 and localhost are two.
	parent_url = `http://localhost:${port}`;
}, 120_000);
afterAll(async () => {
	parent?.close();
	await app?.close();
});

const ready = (page: Page) => page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
const fullDetail = (page: Page) =>
	page.locator('[data-state="ready"][data-detail="full"]').waitFor({ timeout: 60_000 });

/** Whether three pictures are the same, with time to draw between them. */
async function standsStill(page: Page): Promise<boolean> {
	const first = await page.screenshot();
	for (let i = 0; i < 2; i++) {
		await page.evaluate(
			() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
		);
		if (!first.equals(await page.screenshot())) return false;
	}
	return true;
}

describe('the share page', () => {
	it('shows its poster before any script has run, and asks for each file once', async () => {
		const { page, context } = await app.open();
		const asked: string[] = [];
		page.on('request', (request) => asked.push(new URL(request.url()).pathname));
		await page.goto(`/s/${seeded.slug}`);
		await fullDetail(page);
		const files = asked.filter((path) => path.includes('/files/'));
		expect(files.length).toBeGreaterThanOrEqual(2);
		expect(new Set(files).size).toBe(files.length);
		await expect
			.poll(() => asked.filter((path) => path.startsWith('/api/public/shares/')))
			.toEqual([
				`/api/public/shares/${seeded.slug}/events`,
				`/api/public/shares/${seeded.slug}/events`
			]);
		expect(await page.locator('#first-look').count()).toBe(0);
		expect(await context.cookies()).toEqual([]);
		await context.close();

		const bare = await (await fetch(new URL(`/s/${seeded.slug}`, app.url))).text();
		expect(bare).toMatch(/<div id="first-look"[^>]*>.*<img src="\/s\/[^"]+" alt="Seeded lamp"/);
	});

	it('is used by keyboard alone: to the canvas, round the product, through every button', async () => {
		const { page, context } = await app.open();
		await page.goto(`/s/${seeded.slug}`);
		await ready(page);
		const focused = () =>
			page.evaluate(
				() =>
					document.activeElement?.getAttribute('aria-label') ??
					document.activeElement?.textContent?.trim() ??
					''
			);
		const names: string[] = [];
		for (let i = 0; i < 14; i++) {
			await page.keyboard.press('Tab');
			names.push(await focused());
		}
		for (const name of [
			`3D view of ${NAME}`,
			'View in your room',
			'Zoom in',
			'Zoom out',
			'Reset view',
			'Turn by itself',
			'Show measures'
		]) {
			expect(names).toContain(name);
		}
		await page.getByRole('button', { name: 'Show measures' }).press('Enter');
		await page.getByRole('img', { name: /Height 30 cm/ }).waitFor();
		await page.getByRole('button', { name: 'Hide measures' }).press('Enter');
		await page.getByRole('img', { name: /Height 30 cm/ }).waitFor({ state: 'detached' });
		await page.getByRole('button', { name: 'Turn by itself' }).press('Enter');
		await page.getByRole('button', { name: 'Stop turning' }).press('Enter');
		await page.getByRole('button', { name: 'Turn by itself' }).waitFor();
		const canvas = page.getByRole('application', { name: `3D view of ${NAME}` });
		await canvas.press('ArrowUp');
		await page
			.locator('[aria-live=polite]', { hasText: 'from above' })
			.waitFor({ state: 'attached' });
		await context.close();
	});

	it('moves nothing by itself for people who asked for less motion', async () => {
		const { page, context } = await app.open();
		await page.emulateMedia({ reducedMotion: 'reduce' });
		await page.goto(`/embed/${seeded.slug}?rotate=1`);
		await fullDetail(page);
		expect(await page.getByRole('button', { name: /turn/i }).count()).toBe(0);
		expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
		// A picture that turns by itself is never twice the same.
		await expect.poll(() => standsStill(page), { timeout: 60_000 }).toBe(true);
		await context.close();
	});

	it('gives pictures of all sides and words where there is no WebGL', async () => {
		const { page, context } = await app.open();
		await page.addInitScript(() => {
			HTMLCanvasElement.prototype.getContext = () => null;
		});
		await page.goto(`/s/${seeded.slug}`);
		await page.getByRole('alert').waitFor();
		const stills = page.getByRole('list', { name: `Pictures of ${NAME}` });
		for (const side of ['front', 'right side', 'back', 'left side', 'from above']) {
			await stills.getByRole('img', { name: `${NAME}, ${side}` }).waitFor();
		}
		await context.close();
	});

	it.each([
		[320, 640],
		[720, 450]
	])('fits %d x %d pixels: a small phone, a window at double size', async (width, height) => {
		const { page, context } = await app.open();
		await page.setViewportSize({ width, height });
		await page.goto(`/s/${seeded.slug}`);
		await ready(page);
		const overflow = await page.evaluate(
			() => document.documentElement.scrollWidth - document.documentElement.clientWidth
		);
		expect(overflow).toBe(0);
		await page.getByRole('button', { name: 'Zoom in' }).click();
		await page.getByRole('button', { name: 'View in your room' }).click();
		await page.getByRole('dialog', { name: 'See it in your room' }).waitFor();
		await context.close();
	});
});

describe('into the room', () => {
	it('a computer shows a QR code', async () => {
		const { page, context } = await app.open();
		await page.goto(`/s/${seeded.slug}`);
		await ready(page);
		await page.getByRole('button', { name: 'View in your room' }).click();
		const dialog = page.getByRole('dialog', { name: 'See it in your room' });
		await dialog
			.getByRole('img', { name: /QR code/ })
			.locator('svg')
			.waitFor();
		await dialog.getByText(`/s/${seeded.slug}`).waitFor();
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'hidden' });
		await context.close();
	});

	it('Android gets an intent whose file is a plain GLB, iOS a link to a USDZ, both readable without a header', async () => {
		const { page, context } = await app.open();
		await page.addInitScript(() => {
			Object.defineProperty(navigator, 'userAgent', {
				value: 'Mozilla/5.0 (Linux; Android 16) Mobile'
			});
		});
		await page.goto(`/s/${seeded.slug}`);
		await ready(page);
		const intent = await page.getByRole('link', { name: 'View in your room' }).getAttribute('href');
		const file =
			new URL((intent ?? '').replace('intent:', 'https:')).searchParams.get('file') ?? '';
		const glb = await fetch(file);
		expect(glb.headers.get('content-type')).toBe('model/gltf-binary');
		const bytes = new Uint8Array(await glb.arrayBuffer());
		expect(new TextDecoder().decode(bytes.subarray(0, 4))).toBe('glTF');
		expect(new TextDecoder().decode(bytes)).not.toContain('extensionsRequired');
		await context.close();

		const ios = await app.open();
		await ios.page.addInitScript(() => {
			const supports = DOMTokenList.prototype.supports;
			DOMTokenList.prototype.supports = function (token) {
				return token === 'ar' || supports.call(this, token);
			};
		});
		await ios.page.goto(`/s/${seeded.slug}`);
		await ready(ios.page);
		const link = ios.page.locator('a[rel=ar]');
		expect(await link.evaluate((a) => [a.children.length, a.firstElementChild?.tagName])).toEqual([
			1,
			'IMG'
		]);
		const usdz = await fetch(
			(await link.evaluate((a) => (a as HTMLAnchorElement).href)).split('#')[0] ?? ''
		);
		expect(usdz.headers.get('content-type')).toBe('model/vnd.usdz+zip');
		expect(usdz.status).toBe(200);
		await usdz.body?.cancel();
		await ios.context.close();
	});
});

describe('the embed', () => {
	it.each(['/plain', '/isolated'])('stands in a page of another site: %s', async (path) => {
		const { page, context } = await app.open();
		await page.goto(`${parent_url}${path}`);
		const frame = page.frameLocator('iframe');
		await frame.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
		expect(await page.evaluate(() => crossOriginIsolated)).toBe(path === '/isolated');
		await expect.poll(() => drawnShare(page, frame.locator('canvas'))).toBeGreaterThan(0.02);
		expect(await context.cookies()).toEqual([]);
		await context.close();
	});

	it('downloads no model before it is pressed where it was told so, and leaves scrolling to its page', async () => {
		const { page, context } = await app.open();
		const models: string[] = [];
		page.on('response', (response) => {
			if (response.headers()['content-type'] === 'model/gltf-binary') models.push(response.url());
		});
		await page.goto(`${parent_url}/plain?load=manual&scroll=0&controls=0&background=transparent`);
		const frame = page.frameLocator('iframe');
		await frame.getByRole('button', { name: 'View in 3D' }).waitFor();
		await page.waitForLoadState('networkidle');
		expect(models).toEqual([]);
		await frame.getByRole('button', { name: 'View in 3D' }).click();
		await frame.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
		expect(await frame.getByRole('toolbar').count()).toBe(0);
		await page.mouse.move(300, 200);
		await page.mouse.wheel(0, 300);
		await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
		await context.close();
	});
});

it('nothing of it asked another host for anything', () => {
	expect(app.outbound).toEqual([]);
});
