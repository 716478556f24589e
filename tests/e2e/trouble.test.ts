import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeModel } from '../fixtures/models';
import { startApp, type App } from './app';
import { walkToLink } from './walk';

const AWAY = 'https://api.meshy.invalid';
const MUG = 'static/samples/mug/1.jpg';

let app: App;
beforeAll(async () => {
	// A Meshy that cannot be reached: no call of the Worker leaves this machine.
	app = await startApp({ MESHY_BASE_URL: AWAY, MESHY_API_KEY: 'msy_stand_in' });
});
afterAll(() => app?.close());

/** A PNG of the given size as far as its header goes. */
function pngHeader(width: number, height: number): Buffer {
	const file = Buffer.from(
		'89504e470d0a1a0a0000000d49484452000000000000000008060000000000000000',
		'hex'
	);
	file.writeUInt32BE(width, 16);
	file.writeUInt32BE(height, 20);
	return file;
}

/** wrangler.toml with wrangler's own S3 endpoint on the bucket: same storage as the binding, signatures checked. */
function configWithS3(): string {
	const credentials = '{ accessKeyId = "local-key", secretAccessKey = "local-secret" }';
	const config = fs
		.readFileSync('wrangler.toml', 'utf8')
		.replace(
			/^bucket_name = .*$/m,
			`$&\nlocal_dev = { experimental_s3_credentials = ${credentials} }`
		)
		.replace(/^(main|directory|migrations_dir) = "(.*)"$/gm, '$1 = "../$2"');
	fs.mkdirSync('.wrangler', { recursive: true });
	fs.writeFileSync('.wrangler/with-s3.toml', config);
	return '.wrangler/with-s3.toml';
}

const alertText = async (page: Page) => {
	await page.getByRole('alert').first().waitFor({ timeout: 30_000 });
	return page.getByRole('alert').first().innerText();
};

describe('a file that cannot be a photo is named, with what to do, and nothing else changes', () => {
	let page: Page;
	beforeAll(async () => ({ page } = await app.open()));
	afterAll(() => page?.context().close());

	it.each([
		['a text file named .jpg', 'notes.jpg', Buffer.from('hello, this is text'), /not a photo/],
		['an empty file', 'empty.png', Buffer.alloc(0), /0 bytes/],
		['60 megapixels', 'huge.png', pngHeader(10_000, 6_000), /60 megapixels; the limit is 50/],
		['a photo cut in the middle', 'cut.jpg', fs.readFileSync(MUG).subarray(0, 9_000), /damaged/]
	])('%s', async (_, name, buffer, sentence) => {
		await page.goto('/studio');
		await page.getByLabel('Add photos').setInputFiles({ name, mimeType: 'image/jpeg', buffer });
		const text = await alertText(page);
		expect(text).toMatch(sentence);
		expect(text).toContain(name);
		expect(page.url()).toMatch(/\/studio$/);
	});

	it('next to a good photo, which goes on', async () => {
		await page.goto('/studio');
		await page.getByLabel('Add photos').setInputFiles([
			{ name: 'bad.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('text') },
			{ name: 'mug.jpg', mimeType: 'image/jpeg', buffer: fs.readFileSync(MUG) }
		]);
		await page.waitForURL(/\/studio\/[0-9a-f-]{36}$/);
		expect(await alertText(page)).toContain('bad.jpg');
		await page.getByText('1 of 1 photos chosen').waitFor();
	});
});

it('RMBG that cannot be downloaded: consent first, then the built-in engine does it and says so', async () => {
	const { page, context } = await app.open();
	await page.goto('/studio');
	await page.getByLabel('Add photos').setInputFiles(MUG);
	await page.getByRole('radio', { name: 'RMBG' }).click();
	await page.getByRole('button', { name: 'Remove backgrounds', exact: true }).click();
	const dialog = page.getByRole('dialog', { name: 'Download RMBG once?' });
	await dialog.waitFor();
	expect(await dialog.innerText()).toMatch(/\d+ MB from 127\.0\.0\.1:9/);
	expect(await dialog.innerText()).toContain('non-commercial');
	// One click to a network that may be used for business, with its own size and license.
	await dialog.getByRole('button', { name: /commercial use allowed/ }).click();
	const free = page.getByRole('dialog', { name: /^Download .* once\?$/ });
	await free.getByText('Commercial use is allowed.').waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('radio', { name: 'RMBG' }).click();
	await page.getByRole('button', { name: 'Remove backgrounds', exact: true }).click();
	await dialog.getByRole('button', { name: /^Download/ }).click();
	await page.getByAltText(/^Cut-out of/).waitFor({ timeout: 60_000 });
	await page.getByText(/RMBG could not be downloaded, so the built-in engine was used/).waitFor();
	await context.close();
});

it('a Meshy that is down ends in a sentence, keeps the work and can be drafted instead', async () => {
	const { page, context } = await app.open();
	await page.goto('/studio');
	await page.getByLabel('Add photos').setInputFiles(MUG);
	await page.getByRole('button', { name: 'Remove backgrounds', exact: true }).click();
	await page.getByAltText(/^Cut-out of/).waitFor({ timeout: 60_000 });
	await page.getByRole('button', { name: 'Approve all' }).click();
	await page.getByRole('radio', { name: 'Meshy' }).click();
	await page.getByRole('button', { name: 'Generate 3D model' }).click();
	await page.locator('#model').getByRole('alert').waitFor({ timeout: 150_000 });
	expect(await page.locator('#model').getByRole('alert').innerText()).toMatch(/Meshy/);
	expect(app.outbound).toContain(`${AWAY}/openapi/v1/balance`);
	expect(app.outbound.filter((url) => !url.startsWith(AWAY))).toEqual([]);
	expect(await page.getByAltText(/^Cut-out of/).count()).toBe(1);
	const start_over = page.getByRole('button', { name: 'Start over' });
	if (await start_over.count()) await start_over.click();
	await page.getByRole('radio', { name: 'Draft (on this device)' }).click();
	await page.getByRole('button', { name: 'Generate 3D model' }).click();
	await page
		.locator('#model div:not([data-preview]) > [data-state="ready"]')
		.waitFor({ timeout: 120_000 });
	await context.close();
});

it('canceling a stage leaves what was there and says so', async () => {
	const { page, context } = await app.open();
	await page.goto('/studio');
	await page.getByLabel('Add photos').setInputFiles(MUG);
	await page.getByRole('button', { name: 'Remove backgrounds', exact: true }).click();
	await page.getByRole('progressbar', { name: 'Cut-outs' }).waitFor();
	await page.getByRole('button', { name: 'Cancel' }).click();
	await page.getByText('Canceled. Nothing was changed.').waitFor();
	expect(await page.getByAltText(/^Cut-out of/).count()).toBe(0);
	await page.getByText('1 of 1 photos chosen').waitFor();
	await context.close();
});

describe('with S3 keys', () => {
	let s3: App;
	beforeAll(async () => {
		s3 = await startApp(
			(url) => ({
				AWS_ACCESS_KEY_ID: 'local-key',
				AWS_SECRET_ACCESS_KEY: 'local-secret',
				AWS_S3_BUCKET: 'vitrine-assets',
				AWS_REGION: 'auto',
				S3_ENDPOINT: new URL('/cdn-cgi/local/r2/s3', url).href
			}),
			configWithS3()
		);
	});
	afterAll(() => s3?.close());

	it('files go straight to storage by presigned PUT, and the link shows them', async () => {
		const { page, context } = await s3.open();
		const puts: string[] = [];
		page.on('request', (request) => {
			if (request.method() === 'PUT') puts.push(request.url());
		});
		// A model of one's own is the shortest way to a link.
		const { glb } = await makeModel({ shape: 'vase', segments: 20, texture: 64 });
		const buffer = Buffer.from(await glb.arrayBuffer());
		await page.goto('/studio');
		const file = { name: 'Vase.glb', mimeType: 'model/gltf-binary', buffer };
		await page.getByLabel('Use a GLB file').setInputFiles(file);
		await page.locator('#model [data-state="ready"]').waitFor({ timeout: 60_000 });
		const link = await walkToLink(page);
		expect(puts.length).toBeGreaterThanOrEqual(7);
		expect(puts.every((url) => /X-Amz-Signature=[0-9a-f]{64}/.test(url))).toBe(true);
		await page.goto(link);
		await page.locator('[data-state="ready"]').waitFor({ timeout: 60_000 });
		await context.close();
		expect(s3.outbound).toEqual([]);
	});
});

describe('with a STUDIO_TOKEN', () => {
	let closed: App;
	beforeAll(async () => {
		closed = await startApp({ STUDIO_TOKEN: 'a-long-random-token' });
	});
	afterAll(() => closed?.close());

	it('the studio asks to sign in, refuses a wrong token, and opens with the right one', async () => {
		const { page, context } = await closed.open();
		await page.goto('/');
		await page.waitForURL(/\/sign-in/);
		const field = page.getByLabel('Studio token');
		await field.fill('not-the-token');
		await field.press('Enter');
		await page.getByRole('alert').waitFor();
		await field.fill('a-long-random-token');
		await field.press('Enter');
		await page.waitForURL((url) => url.pathname === '/');
		await page.getByRole('heading', { name: 'Products' }).waitFor();
		const [cookie] = await context.cookies();
		expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
		await context.close();
	});

	it('the API takes the token as bearer and nothing else', async () => {
		const bare = await fetch(new URL('/api/products', closed.url));
		expect(bare.status).toBe(401);
		const headers = { Authorization: 'Bearer a-long-random-token' };
		expect((await fetch(new URL('/api/products', closed.url), { headers })).status).toBe(200);
	});
});
