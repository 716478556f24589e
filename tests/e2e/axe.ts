import axe from 'axe-core';
import type { Page } from 'playwright';

declare global {
	interface Window {
		axe: typeof axe;
	}
}

/** A page that still moves after so many looks is judged as it stands. */
const MOST_LOOKS = 10;

/**
 * Findings of axe-core on the page as it stands, once nothing is on its way: axe measures where everything lies before
 * it compares colors, so what arrives meanwhile would be judged against the background of what it pushed aside.
 */
export async function findings(page: Page): Promise<string[]> {
	await page.emulateMedia({ reducedMotion: 'reduce' });
	// A string, because the pages' policy forbids injected scripts, but not what the test tool evaluates.
	await page.evaluate(axe.source);
	for (let look = 1; ; look++) {
		const { violations, moved } = await page.evaluate(async () => {
			await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
			await Promise.allSettled([...document.images].map((image) => image.decode()));
			const height = () => document.documentElement.scrollHeight;
			let changes = 0;
			const observer = new MutationObserver((records) => (changes += records.length));
			observer.observe(document.body, { subtree: true, childList: true, attributes: true });
			const before = height();
			const result = await window.axe.run();
			observer.disconnect();
			return { violations: result.violations, moved: changes > 0 || height() !== before };
		});
		if (moved && look < MOST_LOOKS) continue;
		return violations.flatMap(({ id, nodes }) =>
			nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`)
		);
	}
}
