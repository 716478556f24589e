import axe from 'axe-core';
import type { Page } from 'playwright';

declare global {
	interface Window {
		axe: typeof axe;
	}
}

/** Findings of axe-core on the page as it stands, once no color is on its way. */
export async function findings(page: Page): Promise<string[]> {
	await page.emulateMedia({ reducedMotion: 'reduce' });
	await page.evaluate(() =>
		Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
	);
	// A string, because the pages' policy forbids injected scripts, but not what the test tool evaluates.
	await page.evaluate(axe.source);
	const { violations } = await page.evaluate(() => window.axe.run());
	return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
