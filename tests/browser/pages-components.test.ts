import axe from 'axe-core';
import { createRawSnippet, flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '../../src/app.css';
import Chart from '../../src/lib/ui/Chart.svelte';
import ConfirmDialog from '../../src/lib/ui/ConfirmDialog.svelte';
import DataTable from '../../src/lib/ui/DataTable.svelte';
import { drawTasks } from '../../src/routes/dashboard/charts';

const mounted: Record<string, unknown>[] = [];
const place = () => document.body.appendChild(document.createElement('main'));

afterEach(async () => {
	for (const component of mounted.splice(0)) await unmount(component);
	document.body.replaceChildren();
});

async function axeFindings(): Promise<string[]> {
	const { violations } = await axe.run(document, {
		// A component alone is no page: it has no heading and no title of its own.
		rules: { 'page-has-heading-one': { enabled: false }, 'document-title': { enabled: false } }
	});
	return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe('ConfirmDialog', () => {
	function open(onconfirm: () => Promise<void>) {
		const component = mount(ConfirmDialog, {
			target: place(),
			props: {
				open: true,
				title: 'Delete “Mug”?',
				goes: 'Its models go.',
				stays: 'The ledger stays.',
				confirm: 'Delete product',
				onconfirm,
				explain: (error: unknown) => (error instanceof Error ? error.message : 'failed')
			}
		});
		mounted.push(component);
		flushSync();
	}
	const dialog = () => document.querySelector('[role="alertdialog"]');
	const button = (name: string) =>
		[...document.querySelectorAll('button')].find(
			({ textContent }) => textContent?.trim() === name
		);

	it('says what goes and what stays, holds the focus, and has no axe findings', async () => {
		open(async () => undefined);
		await vi.waitFor(() => expect(dialog()?.contains(document.activeElement)).toBe(true));
		expect(dialog()?.textContent).toContain('Its models go.');
		expect(dialog()?.textContent).toContain('The ledger stays.');
		expect(await axeFindings()).toEqual([]);
	});

	it('gives the focus back to what had it before', async () => {
		const before = place().appendChild(document.createElement('button'));
		before.focus();
		open(async () => undefined);
		await vi.waitFor(() => expect(dialog()?.contains(document.activeElement)).toBe(true));
		button('Cancel')?.click();
		await vi.waitFor(() => expect(document.activeElement).toBe(before));
	});

	it('closes only when the work is done', async () => {
		let finish = () => {};
		open(() => new Promise<void>((resolve) => (finish = resolve)));
		await vi.waitFor(() => expect(button('Delete product')).toBeDefined());
		button('Delete product')?.click();
		flushSync();
		expect(button('Delete product')?.disabled).toBe(true);
		expect(dialog()).not.toBeNull();
		finish();
		await vi.waitFor(() => expect(dialog()).toBeNull());
	});

	it('stays open with the sentence when the work fails', async () => {
		open(() => Promise.reject(new Error('A 3D model is being made right now.')));
		await vi.waitFor(() => expect(button('Delete product')).toBeDefined());
		button('Delete product')?.click();
		await vi.waitFor(() =>
			expect(document.querySelector('[role="alert"]')?.textContent).toContain(
				'being made right now'
			)
		);
		expect(button('Delete product')?.disabled).toBe(false);
	});
});

describe('DataTable', () => {
	function table(width: string) {
		const target = place();
		target.style.width = width;
		const component = mount(DataTable, {
			target,
			props: {
				caption: 'Server routes',
				columns: [{ label: 'Route' }, { label: 'Calls', kind: 'number' }],
				rows: [{ key: 'a', cells: ['GET /api/products/:product_id/and/more', '12,480'] }]
			}
		});
		mounted.push(component);
		return target;
	}

	it('can be reached by keyboard exactly while it scrolls', async () => {
		const target = table('120px');
		await vi.waitFor(() => expect(target.querySelector('[role="region"]')).not.toBeNull());
		expect(target.querySelector<HTMLElement>('[role="region"]')?.tabIndex).toBe(0);
		expect(await axeFindings()).toEqual([]);
		target.style.width = '1000px';
		await vi.waitFor(() => expect(target.querySelector('[role="region"]')).toBeNull());
		expect(target.querySelector('[tabindex]')).toBeNull();
	});

	it('has a header for each column and row', () => {
		const target = table('600px');
		flushSync();
		const scopes = [...target.querySelectorAll('th')].map(({ scope }) => scope);
		expect(scopes).toEqual(['col', 'col', 'row']);
	});
});

describe('Chart', () => {
	const daily = [
		{ day: '2026-11-20', succeeded: 10, failed: 0, canceled: 0 },
		{ day: '2026-11-21', succeeded: 5, failed: 5, canceled: 0 },
		{ day: '2026-11-22', succeeded: 0, failed: 0, canceled: 0 }
	];
	function chart() {
		const target = place();
		target.style.width = '600px';
		const component = mount(Chart, {
			target,
			props: {
				title: 'Tasks per day',
				caption: 'By outcome',
				summary: '20 tasks in 3 days',
				draw: drawTasks(daily),
				table: createRawSnippet(() => ({ render: () => '<p>10, 5, 5</p>' }))
			}
		});
		mounted.push(component);
		return target;
	}
	const bars = (target: HTMLElement) =>
		[...target.querySelectorAll<SVGRectElement>('[aria-label="rect"] rect')].map((bar) => ({
			fill: bar.getAttribute('fill') ?? bar.style.fill,
			y: Number(bar.getAttribute('y')),
			height: Number(bar.getAttribute('height'))
		}));

	it('draws bars as high as the counts, failures on top of successes', async () => {
		const target = chart();
		await vi.waitFor(() => expect(bars(target).length).toBeGreaterThan(0), 20_000);
		const drawn = bars(target).filter(({ height }) => height > 0);
		expect(drawn).toHaveLength(3);
		const ten = Math.max(...drawn.map(({ height }) => height));
		expect(drawn.map(({ height }) => Math.round((height / ten) * 10))).toEqual([10, 5, 5]);
		const [good, bad] = drawn.slice(1).toSorted((a, b) => b.y - a.y);
		expect([good?.fill, bad?.fill]).toEqual(['var(--chart-1)', 'var(--chart-2)']);
		expect((bad?.y ?? 0) + (bad?.height ?? 0)).toBeCloseTo(good?.y ?? -1, 0);
	});

	it('says the gist to a screen reader, holds the numbers as text, and has no axe findings', async () => {
		const target = chart();
		await vi.waitFor(() => expect(bars(target).length).toBeGreaterThan(0), 20_000);
		expect(target.querySelector('[role="img"]')?.getAttribute('aria-label')).toBe(
			'20 tasks in 3 days'
		);
		expect(target.querySelector('details')?.textContent).toContain('10, 5, 5');
		expect(await axeFindings()).toEqual([]);
	});
});
