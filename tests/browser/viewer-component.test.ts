import { mount, unmount } from 'svelte';
import { userEvent } from 'vitest/browser';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import ModelView from '$lib/viewer/ModelView.svelte';
import type { FetchModel } from '$lib/viewer/present-model';
import { VIEWER_STRINGS } from '$lib/strings/viewer';
import { paintedBox } from '../fixtures/painted-box';

type Props = Parameters<typeof ModelView>[1];

let coarse: Blob;
let fine: Blob;
const mounted: ReturnType<typeof mount>[] = [];

beforeAll(async () => {
	coarse = await paintedBox({ squares: 2 });
	fine = await paintedBox({ squares: 12 });
});
afterEach(async () => {
	for (const component of mounted.splice(0)) await unmount(component);
	document.body.replaceChildren();
});

function show(props: Partial<Props>) {
	const target = document.createElement('div');
	target.style.cssText = 'width: 400px; height: 300px';
	document.body.append(target);
	mounted.push(mount(ModelView, { target, props: { source: coarse, name: 'Blue mug', ...props } }));
	const view = target.querySelector<HTMLElement>('[data-state]');
	if (!view) throw new Error('no view');
	const find = (selector: string) => view.querySelector<HTMLElement>(selector);
	const settled = (state: string) =>
		expect.poll(() => view.dataset.state, { timeout: 20_000 }).toBe(state);
	return { view, find, settled };
}
const lods = () => [
	{ url: '/fine', bytes: fine.size, triangles: 1728 },
	{ url: '/coarse', bytes: coarse.size, triangles: 48 }
];

test('a file becomes ready, in a canvas named after the product that can be focused', async () => {
	const onstate = vi.fn();
	const { find, settled } = show({ onstate });
	await settled('ready');
	expect(onstate.mock.calls.map(([state]) => state)).toEqual(['loading', 'ready']);
	const canvas = find('canvas');
	expect(canvas?.getAttribute('aria-label')).toContain('Blue mug');
	expect(canvas?.tabIndex).toBe(0);
	const help = document.getElementById(canvas?.getAttribute('aria-describedby') ?? '');
	expect(help?.textContent).toContain('Arrow keys');
});

test('keys move the view and the new view is spoken once they rest', async () => {
	const { find, settled } = show({});
	await settled('ready');
	const spoken = find('[aria-live=polite]');
	expect(spoken?.textContent).toBe('');
	find('canvas')?.focus();
	for (let i = 0; i < 5; i++) await userEvent.keyboard('{ArrowRight}');
	await expect.poll(() => spoken?.textContent).toBe('right side, slightly from above');
	await userEvent.keyboard('{Home}');
	await expect.poll(() => spoken?.textContent).toBe('front right, slightly from above');
});

test('a drag moves the view without a word', async () => {
	const { find, settled } = show({});
	await settled('ready');
	const canvas = find('canvas');
	const at = (type: string, clientX: number) =>
		canvas?.dispatchEvent(
			new PointerEvent(type, { pointerId: 1, clientX, clientY: 100, bubbles: true, button: 0 })
		);
	if (canvas) canvas.setPointerCapture = () => undefined;
	at('pointerdown', 100);
	at('pointermove', 180);
	at('pointerup', 180);
	await new Promise((resolve) => setTimeout(resolve, 600));
	expect(find('[aria-live=polite]')?.textContent).toBe('');
});

test('the toolbar has named buttons that work', async () => {
	const { view, find, settled } = show({});
	await settled('ready');
	const names = [...view.querySelectorAll('[role=toolbar] button')].map((b) => b.ariaLabel);
	expect(names).toEqual(expect.arrayContaining(['Zoom in', 'Zoom out', 'Reset view']));
	for (let i = 0; i < 2; i++) find('[aria-label="Zoom in"]')?.click();
	await expect.poll(() => find('[aria-live=polite]')?.textContent).toContain('zoomed in');
});

test('levels come coarse first, with named progress; the fine one follows without a new state', async () => {
	const order: string[] = [];
	let release = () => {};
	const gate = new Promise<void>((resolve) => (release = resolve));
	const fetchModel: FetchModel = async (url, { onbytes }) => {
		order.push(url);
		if (url === '/fine') return fine;
		onbytes?.(coarse.size / 2, coarse.size);
		await gate;
		return coarse;
	};
	const onstate = vi.fn();
	const { view, find, settled } = show({ source: { lods: lods() }, fetchModel, onstate });
	await expect.poll(() => find('[role=progressbar]')?.ariaValueNow).toBe('50');
	expect(find('[role=progressbar]')?.ariaLabel).toBe(VIEWER_STRINGS.loading);
	release();
	await settled('ready');
	await expect.poll(() => view.dataset.detail).toBe('full');
	expect(order).toEqual(['/coarse', '/fine']);
	expect(onstate.mock.calls.map(([state]) => state)).toEqual(['loading', 'ready']);
});

test('a fine level that fails leaves the coarse one shown', async () => {
	let tried = false;
	const fetchModel: FetchModel = async (url) => {
		if (url === '/coarse') return coarse;
		tried = true;
		throw new Error('cut');
	};
	const { view, settled } = show({ source: { lods: lods() }, fetchModel });
	await settled('ready');
	await expect.poll(() => tried).toBe(true);
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect(view.dataset).toMatchObject({ state: 'ready', detail: 'first' });
});

test('a damaged file gives a sentence over the poster, and trying again brings the model', async () => {
	let whole = false;
	const fetchModel: FetchModel = async () => (whole ? coarse : new Blob(['glTF, but no more']));
	const poster = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
	const source = { lods: lods().slice(1) };
	const { find, settled } = show({ source, fetchModel, poster });
	await settled('error');
	expect(find('[role=alert]')?.textContent).toContain(VIEWER_STRINGS.problems.corrupt);
	expect(find('img')?.getAttribute('alt')).toContain('Blue mug');
	whole = true;
	find('[role=alert] button')?.click();
	await settled('ready');
	expect(find('[role=alert]')).toBeNull();
});

test('a download that breaks says so', async () => {
	const fetchModel: FetchModel = () => Promise.reject(new Error('offline'));
	const { find, settled } = show({ source: { lods: lods() }, fetchModel });
	await settled('error');
	expect(find('[role=alert]')?.textContent).toContain(VIEWER_STRINGS.problems.download);
});

const view = {
	azimuth: 0.4,
	polar: 1.4,
	zoom: 1,
	target: [0.5, 0.5, 0.5] as [number, number, number]
};
/** Points of the painted box: at its front, at its back, and inside it, looking this way. */
const hotspots: NonNullable<Props['hotspots']> = [
	{ label: 'Handle', text: 'Oiled oak.', position: [0.5, 0.5, 1], normal: [0, 0, 1], view },
	{
		label: 'Back',
		text: '',
		position: [0.5, 0.5, 0],
		normal: [0, 0, -1],
		view: { ...view, azimuth: Math.PI }
	},
	{ label: 'Core', text: '', position: [0.5, 0.5, 0.5], normal: [0, 0, 1], view }
];

test('points stand on the product by name; one turned away or behind a part of it is not seen, but keys reach it', async () => {
	const { view, find, settled } = show({ hotspots });
	await settled('ready');
	await expect.poll(() => view.querySelectorAll('[role=group] [aria-pressed]').length).toBe(3);
	const group = find('[role=group]');
	expect(group?.ariaLabel).toBe(VIEWER_STRINGS.points);
	const pins = [...(group?.querySelectorAll<HTMLElement>('[aria-pressed]') ?? [])];
	expect(pins.map((pin) => pin.ariaLabel)).toEqual(['1. Handle', '2. Back', '3. Core']);
	const seen = () => pins.map((pin) => getComputedStyle(pin).opacity);
	await expect.poll(seen).toEqual(['1', '0', '0']);
	find('canvas')?.focus();
	await userEvent.keyboard('{Tab}{Tab}');
	expect(document.activeElement).toBe(pins[1]);
	await expect.poll(() => seen()[1]).toBe('1');
	// Told of, it is turned to the front, and the one before it is behind.
	await userEvent.keyboard('{Enter}');
	await expect.poll(seen, { timeout: 10_000 }).toEqual(['0', '1', '0']);
	expect(find('[role=group] [role=status]')?.textContent).toContain('Back');
});

test('points are walked by keys, closed by Escape, and hidden by their button', async () => {
	const { find, settled } = show({ hotspots });
	await settled('ready');
	await expect.poll(() => find('[aria-label="1. Handle"]')).not.toBeNull();
	const status = () => find('[role=group] [role=status]')?.textContent?.trim();
	find('[aria-label="1. Handle"]')?.focus();
	await userEvent.keyboard('{Enter}');
	await expect.poll(status).toMatch(/Handle.*Oiled oak\./s);
	find('[aria-label="Next point"]')?.focus();
	await userEvent.keyboard('{Enter}{Enter}');
	await expect.poll(status).toBe('Core');
	await userEvent.keyboard('{Enter}');
	await expect.poll(status).toMatch(/^Handle/);
	await userEvent.keyboard('{Escape}');
	await expect.poll(status).toBe('');
	expect(document.activeElement?.ariaLabel).toBe('1. Handle');
	find('[aria-label="Hide points"]')?.focus();
	await userEvent.keyboard('{Enter}');
	await expect.poll(() => find('[role=group]')).toBeNull();
	await userEvent.keyboard('{Enter}');
	await expect.poll(() => find('[aria-label="1. Handle"]')).not.toBeNull();
});

test('without 3D the points are told in words beside the pictures', async () => {
	const stills = [
		{ side: 'front' as const, url: 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=' }
	];
	const { find, settled } = show({ source: new Blob(['no model']), hotspots, stills });
	await settled('error');
	const told = find('ol')?.querySelectorAll('li');
	expect(find('ol')?.ariaLabel).toBe(VIEWER_STRINGS.points);
	expect([...(told ?? [])].map((item) => item.textContent)).toEqual([
		'Handle Oiled oak.',
		'Back ',
		'Core '
	]);
});
