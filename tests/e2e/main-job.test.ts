import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { editGlb, makeModel } from '../fixtures/models';
import { startMeshyStandIn, type StandIn } from '../meshy-stand-in/server';
import { startApp, type App } from './app';
import { findings } from './axe';
import { drawnShare, walk, walkToModel } from './walk';

const KEY = 'msy_stand_in';
const MUG = 'static/samples/mug/1.jpg';

const accountBook = z.object({
	book: z.array(z.object({ credits: z.number() })),
	webhooks: z.array(z.object({ status: z.string(), answered: z.literal(204) }))
});

let app: App;
let meshy: StandIn;
beforeAll(async () => {
	const webhook = () => app && new URL('/api/webhooks/meshy/hooked', app.url).href;
	meshy = await startMeshyStandIn({ webhook, scenario: 'webhooks_out_of_order' });
	app = await startApp({
		MESHY_BASE_URL: meshy.url,
		MESHY_API_KEY: KEY,
		MESHY_WEBHOOK_SECRET: 'hooked'
	});
});
afterAll(async () => {
	await app?.close();
	await meshy?.close();
});

describe('from photo to link', () => {
	let kept: { page: Page; link: string } | null = null;
	it('with the draft provider shows the product in 3D to a visitor, with the network closed', async () => {
		const { page } = await app.open();
		const link = await walk(page, { name: 'Stoneware mug', provider: 'Draft (on this device)' });
		expect(new URL(link).pathname).toMatch(/^\/s\/[\w-]{22,}$/);
		kept = { page, link };

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

	it('stands where it stood after a reload', async () => {
		if (!kept) throw new Error('no product was kept');
		const { page, link } = kept;
		await page.getByRole('radio', { name: 'Keep soft' }).check();
		await page.reload();
		await page.getByRole('textbox', { name: 'Share link' }).waitFor();
		expect(await page.getByRole('textbox', { name: 'Share link' }).inputValue()).toBe(link);
		expect(await page.getByRole('textbox', { name: 'Product name' }).inputValue()).toBe(
			'Stoneware mug'
		);
		expect(await page.getByRole('radio', { name: 'Keep soft' }).isChecked()).toBe(true);
		await page.goto('/');
		await page
			.getByRole('link', { name: /Stoneware mug/ })
			.first()
			.waitFor();
	});

	it('with Meshy, whose webhooks come twice and out of order, gives a model that was copied into our storage, and names its cost', async () => {
		const { page, context } = await app.open();
		await walkToModel(page, { photos: [MUG], name: 'Meshy mug', provider: 'Meshy' });
		expect(await drawnShare(page, page.locator('#model canvas'))).toBeGreaterThan(0.03);
		await page.goto('/dashboard');
		await page.getByText('$0.60').first().waitFor({ timeout: 20_000 });
		await context.close();
		const told = async () => {
			const { book, webhooks } = accountBook.parse(
				await (await fetch(`${meshy.url}/__account?key=${KEY}`)).json()
			);
			expect(book.map(({ credits }) => credits)).toEqual([30]);
			return webhooks.map(({ status }) => status);
		};
		// Its end was told, and after it, again, its beginning.
		await expect.poll(async () => (await told()).join()).toMatch(/SUCCEEDED.*PENDING/);
		expect(app.outbound).toEqual([]);
	});

	it('a draft’s link says what it is, and shows Meshy’s model once the product was upgraded', async () => {
		if (!kept) throw new Error('no product was kept');
		const { page, link } = kept;
		const visitor = await app.open();
		await visitor.page.goto(link);
		await visitor.page.getByText('Draft, sides guessed').waitFor();
		const before = await readShare(link);
		expect(before.provider).toBe('draft');

		await page
			.getByRole('link', { name: /Stoneware mug/ })
			.first()
			.click();
		await page.getByRole('button', { name: 'Upgrade to Meshy' }).click();
		await page.getByRole('button', { name: 'Upgrade for $0.60' }).click();
		await page.getByText('Draft, sides guessed').waitFor({ state: 'hidden', timeout: 120_000 });
		await page.getByRole('table', { name: 'Before and after' }).waitFor({ timeout: 180_000 });
		expect(await page.getByRole('textbox', { name: 'Share link' }).inputValue()).toBe(link);

		const after = await readShare(link);
		expect(after.provider).toBe('meshy');
		expect(after.plain_url).not.toBe(before.plain_url);
		await visitor.page.reload();
		await visitor.page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
		expect(await visitor.page.getByText('Draft, sides guessed').count()).toBe(0);
		await visitor.context.close();
		await page.context().close();
	});
});

async function readShare(link: string): Promise<{ provider: string; plain_url: string }> {
	const { origin, pathname } = new URL(link);
	const answer = await fetch(`${origin}/api/public/shares/${pathname.slice('/s/'.length)}`);
	return answer.json();
}

describe('a cut-out edited by hand', () => {
	/** Alpha in the middle of the first cut-out. */
	const middle = (page: Page) =>
		page
			.getByAltText(/^Cut-out of/)
			.first()
			.evaluate(async (image) => {
				if (!(image instanceof HTMLImageElement)) return -1;
				await image.decode();
				const pen = new OffscreenCanvas(1, 1).getContext('2d');
				const { naturalWidth: width, naturalHeight: height } = image;
				pen?.drawImage(image, width / 2, height / 2, 1, 1, 0, 0, 1, 1);
				return pen?.getImageData(0, 0, 1, 1).data[3] ?? -1;
			});

	it('is the one that was approved, also after a reload, and can be undone there', async () => {
		const { page, context } = await app.open();
		await page.goto('/studio');
		await page.getByLabel('Add photos').setInputFiles(MUG);
		await page.waitForURL(/\/studio\/[0-9a-f-]{36}$/, { timeout: 60_000 });
		await page.getByRole('button', { name: 'Remove backgrounds', exact: true }).click();
		const edit = page.getByRole('button', { name: 'Edit', exact: true });
		await edit.waitFor({ timeout: 120_000 });
		expect(await middle(page)).toBe(255);

		await edit.click();
		const stage = page.getByRole('application');
		const undo = page.getByRole('button', { name: 'Undo' });
		await page.locator('button:enabled', { hasText: 'Done' }).waitFor({ timeout: 60_000 });
		const box = await stage.boundingBox();
		if (!box) throw new Error('no stage');
		await page.mouse.move(box.x + box.width / 2 - 60, box.y + box.height / 2);
		await page.mouse.down();
		await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2, { steps: 6 });
		await page.mouse.up();
		await undo.and(page.locator(':enabled')).waitFor();
		await page.keyboard.press('a');
		await page.getByRole('dialog').waitFor({ state: 'detached', timeout: 60_000 });
		const approve = page.getByRole('button', { name: 'Approve', exact: true });
		const check = async () => {
			await page.getByText('edited by hand').waitFor();
			expect(await middle(page)).toBe(0);
			expect(await approve.getAttribute('aria-pressed')).toBe('true');
		};
		await check();

		await page.reload();
		await check();
		await edit.click();
		await undo.and(page.locator(':enabled')).click({ timeout: 60_000 });
		await page.getByRole('button', { name: 'Done' }).click();
		await page.getByRole('dialog').waitFor({ state: 'detached', timeout: 60_000 });
		expect(await middle(page)).toBe(255);
		expect(await approve.getAttribute('aria-pressed')).toBe('false');
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

describe('a person’s own GLB', () => {
	it('is refused with what is wrong, else shown with its report, kept on reload, optimized and shared', async () => {
		const { page, context } = await app.open();
		const soup = await makeModel({ shape: 'vase', segments: 24, layout: 'soup', normals: false });
		const splats = await editGlb(
			soup.glb,
			(json) => (json.extensionsRequired = ['KHR_gaussian_splatting'])
		);
		const drop = async (glb: Blob, name: string) => {
			const base64 = Buffer.from(await glb.arrayBuffer()).toString('base64');
			await page.evaluate(
				({ base64, name }) => {
					const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
					const dataTransfer = new DataTransfer();
					dataTransfer.items.add(new File([bytes], name));
					document.body.dispatchEvent(
						new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
					);
				},
				{ base64, name }
			);
		};
		await page.goto('/studio');
		await page.getByLabel('Add photos').waitFor();
		await drop(splats, 'splats.glb');
		await page.getByText('The 3D file has KHR_gaussian_splatting').waitFor({ timeout: 60_000 });
		expect(new URL(page.url()).pathname).toBe('/studio');

		await drop(soup.glb, 'Old vase.glb');
		await page.waitForURL(/\/studio\/[0-9a-f-]{36}$/, { timeout: 60_000 });
		const reported = page.getByText(/Optimizing mends what was found: .*repeated points/);
		await reported.waitFor({ timeout: 60_000 });
		expect(await page.getByRole('textbox', { name: 'Product name' }).inputValue()).toBe('Old vase');
		await page.reload();
		await reported.waitFor();
		await page.locator('#model [data-state="ready"]').waitFor({ timeout: 60_000 });
		await page.getByLabel('Height').fill('30');
		await page.getByLabel('Height').press('Tab');
		await page.getByLabel('Beside it').selectOption('A bottle');
		await page.getByRole('img', { name: 'A bottle, 30 cm high, to compare' }).waitFor();

		await page.getByRole('button', { name: 'Optimize', exact: true }).click();
		await page.getByRole('table', { name: 'Before and after' }).waitFor({ timeout: 180_000 });
		await page.getByRole('button', { name: 'Compare with the source' }).click();
		const dialog = page.getByRole('dialog');
		await dialog.getByText('Likeness (PSNR)').waitFor({ timeout: 120_000 });
		await dialog.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
		await dialog.getByRole('radio', { name: 'Density' }).check();
		await dialog.getByRole('slider').press('End');
		expect(await findings(page)).toEqual([]);
		await page.keyboard.press('Escape');
		await dialog.waitFor({ state: 'detached' });

		await page.getByRole('button', { name: 'Files for channels' }).click();
		await dialog.getByRole('button', { name: 'Choose all' }).click();
		await dialog.getByRole('button', { name: 'Choose none' }).click();
		await dialog.getByLabel('iPhone and iPad AR').check();
		await dialog.getByRole('button', { name: 'Make 1 file' }).click();
		await dialog.getByText('1 of 1 files keep every rule').waitFor({ timeout: 180_000 });
		const saved = page.waitForEvent('download');
		await dialog.getByRole('button', { name: 'Download old-vase-ios-ar.usdz' }).click();
		expect((await saved).suggestedFilename()).toBe('old-vase-ios-ar.usdz');
		expect(await findings(page)).toEqual([]);
		await page.keyboard.press('Escape');

		await page.getByRole('button', { name: 'Create share link' }).click();
		const link = page.getByRole('textbox', { name: 'Share link' });
		await link.waitFor({ timeout: 60_000 });
		expect((await readShare(await link.inputValue())).provider).toBe('own');
		await context.close();
	});
});
