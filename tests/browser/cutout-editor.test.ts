import axe from 'axe-core';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '../../src/app.css';
import type { Cutout, Photo } from '../../src/lib/artifacts';
import type { Edit } from '../../src/lib/cutout/edit/edits';
import CutoutEditor from '../../src/routes/studio/editor/CutoutEditor.svelte';
import { decisionKey, focusNext } from '../../src/routes/studio/decision-key';

const SIDE = 400;
/** The product: a blue square in the middle of a white photo. */
const [FROM, TO] = [100, 300];

async function draw(paint: (pen: OffscreenCanvasRenderingContext2D) => void, side = SIDE) {
	const canvas = new OffscreenCanvas(side, side);
	const pen = canvas.getContext('2d');
	if (!pen) throw new Error('no canvas');
	paint(pen);
	return canvas.convertToBlob({ type: 'image/png' });
}
async function maskOf(cutout: Cutout): Promise<(x: number, y: number) => number> {
	const bitmap = await createImageBitmap(cutout.mask);
	const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
	pen?.drawImage(bitmap, 0, 0);
	const pixels = pen?.getImageData(0, 0, bitmap.width, bitmap.height).data;
	return (x, y) => pixels?.[(y * bitmap.width + x) * 4] ?? -1;
}

let photo: Photo;
let cutout: Cutout;
beforeEach(async () => {
	const square = (pen: OffscreenCanvasRenderingContext2D, color: string) => {
		pen.fillStyle = color;
		pen.fillRect(FROM, FROM, TO - FROM, TO - FROM);
	};
	const image = await draw((pen) => {
		pen.fillStyle = '#fff';
		pen.fillRect(0, 0, SIDE, SIDE);
		square(pen, '#2040c0');
	});
	photo = { id: 'one', name: 'one.png', image, width: SIDE, height: SIDE };
	cutout = {
		photo_id: 'one',
		image: await draw((pen) => square(pen, '#2040c0')),
		mask: await draw((pen) => {
			pen.fillStyle = '#000';
			pen.fillRect(0, 0, SIDE, SIDE);
			square(pen, '#fff');
		}),
		width: SIDE,
		height: SIDE,
		engine: 'backdrop',
		device: 'cpu',
		coverage: 0.25,
		confidence: 0.9,
		bounds: { x: FROM, y: FROM, width: TO - FROM, height: TO - FROM },
		processing_time: 1,
		notes: []
	};
});

let mounted: Record<string, unknown> | null = null;
afterEach(async () => {
	if (mounted) await unmount(mounted);
	mounted = null;
	document.body.replaceChildren();
});

async function open(edits: Edit[] = [], applied = true) {
	const ondone = vi.fn<(cutout: Cutout | null, decision: string | null) => void>();
	const onkeep = vi.fn<(edits: Edit[]) => void>();
	const target = document.body.appendChild(document.createElement('main'));
	target.style.height = '700px';
	mounted = mount(CutoutEditor, {
		target,
		props: { photo, cutout, number: 1, edits, applied, onkeep, ondone }
	});
	flushSync();
	const stage = await vi.waitFor(() => {
		const found = document.querySelector<HTMLElement>('[role="application"]');
		if (!found) throw new Error('no stage');
		return found;
	});
	await vi.waitFor(() => expect(button('Done').disabled).toBe(false), 20_000);
	// Events made by a script have no pointer to capture.
	stage.setPointerCapture = () => undefined;
	/** Where a pixel of the photo is on the page: the photo is fitted to 92 % of the stage. */
	const place = (x: number, y: number) => {
		const box = stage.getBoundingClientRect();
		const scale = (0.92 * Math.min(box.width, box.height)) / SIDE;
		return {
			clientX: box.left + box.width / 2 + (x - SIDE / 2) * scale,
			clientY: box.top + box.height / 2 + (y - SIDE / 2) * scale
		};
	};
	const pointer = (type: string, x: number, y: number, more: PointerEventInit = {}) =>
		stage.dispatchEvent(
			new PointerEvent(type, {
				bubbles: true,
				cancelable: true,
				pointerId: 1,
				pointerType: 'mouse',
				...place(x, y),
				...more
			})
		);
	const stroke = (points: [number, number][]) => {
		const [first, ...rest] = points;
		pointer('pointerdown', ...(first ?? [0, 0]));
		for (const point of rest) pointer('pointermove', ...point);
		pointer('pointerup', ...(points.at(-1) ?? [0, 0]));
	};
	const done = async () => {
		button('Done').click();
		await vi.waitFor(() => expect(ondone).toHaveBeenCalled(), 20_000);
		return ondone.mock.calls[0]?.[0] ?? cutout;
	};
	return { stage, stroke, pointer, done, ondone, onkeep };
}
function button(name: string): HTMLButtonElement {
	const found = [...document.querySelectorAll('button')].find(
		(one) => one.textContent?.replace(/[AR]$/, '').trim() === name || one.ariaLabel === name
	);
	if (!found) throw new Error(`no button ${name}`);
	return found;
}
const press = (target: Element, key: string, more: KeyboardEventInit = {}) => {
	target.dispatchEvent(
		new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
	);
	target.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true, ...more }));
};
const enabled = (name: string) =>
	vi.waitFor(() => expect(button(name).disabled).toBe(false), 10_000);
const said = () =>
	[...document.querySelectorAll('[aria-live]')].map(({ textContent }) => textContent).join(' ');

describe('the cut-out editor', { timeout: 60_000 }, () => {
	it('erases where the pointer goes: mask, picture, box and coverage follow; the automatic one stays', async () => {
		const { stroke, done, onkeep } = await open();
		// Down the right side of the square, with a brush of 36 px on the screen.
		stroke([
			[290, 90],
			[290, 200],
			[290, 310]
		]);
		await enabled('Undo');
		const edited = await done();
		const alpha = await maskOf(edited);
		expect(alpha(290, 200)).toBe(0);
		expect(alpha(200, 200)).toBe(255);
		expect(edited.bounds.x).toBe(FROM);
		expect(edited.bounds.width).toBeLessThan(195);
		expect(edited.coverage).toBeLessThan(0.245);
		expect(edited.automatic).toEqual(cutout);
		expect(edited.image.type).toBe('image/png');
		expect(onkeep.mock.lastCall?.[0]).toHaveLength(1);
	});

	it('undoes and redoes by button and by key', async () => {
		const { stage, stroke, done } = await open();
		stroke([[200, 200]]);
		await enabled('Undo');
		button('Undo').click();
		await enabled('Redo');
		expect(button('Undo').disabled).toBe(true);
		press(stage, 'z', { ctrlKey: true, shiftKey: true });
		await enabled('Undo');
		press(stage, 'z', { metaKey: true });
		await enabled('Redo');
		// Nothing is left of the edits: it is the automatic cut-out itself.
		expect(await done()).toBe(cutout);
	});

	it('is painted with by keyboard alone, and says what it does and where the cursor is', async () => {
		const { stage, done } = await open();
		stage.focus();
		press(stage, 'ArrowRight', { shiftKey: true });
		press(stage, 'ArrowLeft', { shiftKey: true });
		await vi.waitFor(() => expect(said()).toContain('50 % across, 50 % down: product.'));
		press(stage, ' ');
		await vi.waitFor(() => expect(said()).toContain('Painted.'));
		// Brush down, on to the left, brush up.
		press(stage, 'Enter');
		await vi.waitFor(() => expect(said()).toContain('Brush down.'));
		for (let i = 0; i < 9; i++) press(stage, 'ArrowLeft');
		press(stage, 'Enter');
		await vi.waitFor(() => expect(said()).toContain('% down: background.'));
		const alpha = await maskOf(await done());
		expect([alpha(200, 200), alpha(160, 200)]).toEqual([0, 0]);
		expect(alpha(160, 240)).toBe(255);
		expect(alpha(120, 120)).toBe(255);
	});

	it('opens a hole with a click, and says so when nothing is enclosed', async () => {
		const { stage, stroke, done } = await open();
		press(stage, 'o');
		stroke([[20, 20]]);
		await vi.waitFor(() =>
			expect(String(document.querySelector('[role="alert"]')?.textContent)).toContain(
				'Nothing is enclosed'
			)
		);
		expect(button('Undo').disabled).toBe(true);
		expect(await done()).toBe(cutout);
	});

	it.each([
		['a', 'approved'],
		['r', 'rejected']
	])('key %s: %s, and closed', async (key, decision) => {
		const { stage, stroke, ondone } = await open();
		stroke([[290, 200]]);
		await enabled('Undo');
		press(stage, key);
		await vi.waitFor(() => expect(ondone).toHaveBeenCalled(), 20_000);
		expect(ondone.mock.lastCall?.[1]).toBe(decision);
		expect(ondone.mock.lastCall?.[0]?.automatic).toEqual(cutout);
	});

	it('refuses a mask of another size with both sizes, and takes one of the same size', async () => {
		const { done } = await open();
		const input = document.querySelector<HTMLInputElement>('input[type="file"]');
		const choose = (mask: Blob) => {
			const files = new DataTransfer();
			files.items.add(new File([mask], 'mask.png', { type: 'image/png' }));
			if (input) input.files = files.files;
			input?.dispatchEvent(new Event('change', { bubbles: true }));
		};
		choose(await draw((pen) => pen.fillRect(0, 0, 9, 9), 300));
		await vi.waitFor(() => {
			const text = String(document.querySelector('[role="alert"]')?.textContent);
			expect(text).toContain('300 × 300');
			expect(text).toContain('400 × 400');
		});
		expect(button('Undo').disabled).toBe(true);
		choose(
			await draw((pen) => {
				pen.fillRect(0, 0, SIDE, SIDE);
				pen.fillStyle = '#fff';
				pen.fillRect(0, 0, 200, SIDE);
			})
		);
		await enabled('Undo');
		expect(document.querySelector('[role="alert"]')).toBeNull();
		const edited = await done();
		const alpha = await maskOf(edited);
		expect([alpha(10, 10), alpha(199, 200), alpha(201, 200)]).toEqual([255, 255, 0]);
		expect(edited.bounds).toEqual({ x: 0, y: 0, width: 200, height: SIDE });
		expect(edited.notes).toEqual(['touches_edge']);
	});

	it('takes up the edits of an earlier session, and undoes them too', async () => {
		const points = Float32Array.from([200, 200, 30]);
		const { done } = await open([{ kind: 'stroke', mode: 'erase', hardness: 1, points }], false);
		await enabled('Undo');
		const alpha = await maskOf(await done());
		expect(alpha(200, 200)).toBe(0);
		expect(alpha(200, 240)).toBe(255);
	});

	it('does not save a cut-out of which nothing is left', async () => {
		const points = Float32Array.from([200, 200, 300]);
		const all: Edit = { kind: 'stroke', mode: 'erase', hardness: 1, points };
		const { ondone } = await open([all], false);
		button('Done').click();
		await vi.waitFor(
			() =>
				expect(String(document.querySelector('[role="alert"]')?.textContent)).toContain(
					'Nothing of the product is left'
				),
			10_000
		);
		expect(ondone).not.toHaveBeenCalled();
		expect(document.querySelector('[role="application"]')).not.toBeNull();
	});

	it('saves, and stays open until it has, when it is closed with Escape', async () => {
		const { stage, stroke, ondone } = await open();
		stroke([[290, 200]]);
		await enabled('Undo');
		stage.focus();
		press(stage, 'Escape');
		expect(document.querySelector('[role="application"]')).not.toBeNull();
		await vi.waitFor(() => expect(ondone).toHaveBeenCalled(), 20_000);
		expect((await maskOf(ondone.mock.lastCall?.[0] ?? cutout))(290, 200)).toBe(0);
	});

	it('lets a second finger turn a young stroke into moving the picture', async () => {
		const { pointer, done } = await open();
		const touch = (id: number) => ({ pointerId: id, pointerType: 'touch' });
		pointer('pointerdown', 200, 200, touch(1));
		pointer('pointerdown', 240, 200, touch(2));
		pointer('pointermove', 280, 200, touch(2));
		pointer('pointerup', 200, 200, touch(1));
		pointer('pointerup', 280, 200, touch(2));
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(button('Undo').disabled).toBe(true);
		expect(document.querySelector('output')?.textContent).not.toBe('');
		expect(await done()).toBe(cutout);
	});

	it('draws what is in view: all of it, and its pixels when zoomed in', async () => {
		const { stage, stroke } = await open();
		const canvas = stage.querySelector('canvas');
		const shown = (across: number, down: number) => {
			if (!canvas) return [];
			const pen = new OffscreenCanvas(1, 1).getContext('2d');
			const { width, height } = canvas;
			pen?.drawImage(canvas, across * width, down * height, 1, 1, 0, 0, 1, 1);
			return [...(pen?.getImageData(0, 0, 1, 1).data ?? [])];
		};
		const BLUE = [0x20, 0x40, 0xc0, 255];
		await vi.waitFor(() => expect(shown(0.5, 0.5)).toEqual(BLUE), 10_000);
		expect(shown(0.02, 0.02)).not.toEqual(BLUE);
		for (let i = 0; i < 8; i++) press(stage, '+');
		await vi.waitFor(() => expect(shown(0.02, 0.02)).toEqual(BLUE), 10_000);
		stroke([[200, 200]]);
		await vi.waitFor(() => expect(shown(0.5, 0.5)).not.toEqual(BLUE), 10_000);
		press(stage, '0');
		await vi.waitFor(() => expect(shown(0.02, 0.02)).not.toEqual(BLUE), 10_000);
	});

	it('has no axe findings', async () => {
		await open();
		const { violations } = await axe.run(document, {
			rules: { 'page-has-heading-one': { enabled: false }, 'document-title': { enabled: false } }
		});
		expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
	});
});

describe('keys A and R in the list of cut-outs', () => {
	function list() {
		const ul = document.body.appendChild(document.createElement('ul'));
		for (const id of ['one', 'two']) {
			const card = ul.appendChild(document.createElement('li'));
			card.dataset.photo = id;
			card.tabIndex = -1;
			card.appendChild(document.createElement('button')).setAttribute('aria-keyshortcuts', 'A');
		}
		return [...ul.children];
	}
	/** What a key that is pressed where the focus is decides. */
	const pressed = (key: string, more: KeyboardEventInit = {}) => {
		let decided: ReturnType<typeof decisionKey> = null;
		const hear = (event: KeyboardEvent) => (decided = decisionKey(event));
		addEventListener('keydown', hear, { once: true });
		const event = new KeyboardEvent('keydown', { key, bubbles: true, ...more });
		(document.activeElement ?? document.body).dispatchEvent(event);
		return decided;
	};

	it('are about the one that holds the focus, itself or in a part of it', () => {
		const [one, two] = list();
		two?.querySelector('button')?.focus();
		expect(pressed('a')).toEqual({ photo_id: 'two', decision: 'approved' });
		expect(pressed('R')).toEqual({ photo_id: 'two', decision: 'rejected' });
		expect(pressed('a', { ctrlKey: true })).toBeNull();
		expect(pressed('b')).toBeNull();
		if (one instanceof HTMLElement) one.focus();
		expect(pressed('a')).toEqual({ photo_id: 'one', decision: 'approved' });
	});

	it('mean nothing while the focus is elsewhere, also with a single cut-out to be seen', () => {
		list()[1]?.remove();
		expect(pressed('a')).toBeNull();
		document.body.appendChild(document.createElement('input')).focus();
		expect(pressed('a')).toBeNull();
	});

	it('go on to the next one, and stay at the last', () => {
		const [one, two] = list();
		focusNext(one ?? null);
		expect(two?.contains(document.activeElement)).toBe(true);
		focusNext(two ?? null);
		expect(two?.contains(document.activeElement)).toBe(true);
	});
});
