import type { Locator, Page } from 'playwright';

/** The whole walk as a person does it, by the names on the screen. */
export interface Walk {
	/** Files for the file input; none: the sample product is used. */
	photos?: string[];
	name: string;
	provider: 'Draft (on this device)' | 'Meshy';
}

/** From the photos to the model. */
export async function walkToModel(page: Page, { photos, name, provider }: Walk): Promise<void> {
	await page.goto('/studio');
	if (photos) await page.getByLabel('Add photos').setInputFiles(photos);
	else await page.getByRole('button', { name: 'Try a sample product' }).click();
	await page.waitForURL(/\/studio\/[0-9a-f-]{36}$/, { timeout: 60_000 });

	const title = page.getByRole('textbox', { name: 'Product name' });
	await title.fill(name);
	await title.press('Enter');
	await page.getByRole('button', { name: 'Remove backgrounds', exact: true }).click();
	const cutouts = page.getByRole('list', { name: 'Cut-outs' });
	await cutouts
		.getByAltText(/^Cut-out of/)
		.first()
		.waitFor({ timeout: 120_000 });
	await page.getByRole('button', { name: 'Approve all' }).click();

	await page.getByRole('radio', { name: provider }).click();
	await page.getByRole('button', { name: 'Generate 3D model' }).click();
	await page
		.locator('#model div:not([data-preview]) > [data-state="ready"]')
		.waitFor({ timeout: 180_000 });
}

/** From the model to the link. @returns it */
export async function walkToLink(page: Page): Promise<string> {
	await page.getByRole('button', { name: 'Optimize', exact: true }).click();
	await page.getByRole('table', { name: 'Before and after' }).waitFor({ timeout: 180_000 });

	await page.getByRole('button', { name: 'Create share link' }).click();
	const link = page.getByRole('textbox', { name: 'Share link' });
	await link.waitFor({ timeout: 60_000 });
	return link.inputValue();
}

/** @returns the share link */
export async function walk(page: Page, steps: Walk): Promise<string> {
	await walkToModel(page, steps);
	return walkToLink(page);
}

/** Share of a canvas's pixels that differ from its corner: 0 is an empty picture. */
export async function drawnShare(
	page: Page,
	canvas: Locator = page.locator('canvas')
): Promise<number> {
	const png = await canvas.screenshot();
	return page.evaluate(async (base64) => {
		const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
		const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
		const copy = new OffscreenCanvas(bitmap.width, bitmap.height);
		const pen = copy.getContext('2d');
		if (!pen) return 0;
		pen.drawImage(bitmap, 0, 0);
		const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
		let different = 0;
		for (let i = 0; i < data.length; i += 4) {
			const distance = [0, 1, 2].reduce(
				(sum, k) => sum + Math.abs((data[i + k] ?? 0) - (data[k] ?? 0)),
				0
			);
			if (distance > 60) different++;
		}
		return different / (data.length / 4);
	}, png.toString('base64'));
}
