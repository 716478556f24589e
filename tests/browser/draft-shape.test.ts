import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cutout, DraftAxis } from '../../src/lib/artifacts';
import { previewDraft } from '../../src/lib/generate/preview-draft';
import type { ShapeChoice } from '../../src/lib/job-store';
import AxisField from '../../src/routes/studio/AxisField.svelte';
import DepthField from '../../src/routes/studio/DepthField.svelte';
import { DraftPreview } from '../../src/routes/studio/draft-preview.svelte';
import ShapeFields from '../../src/routes/studio/ShapeFields.svelte';

let mounted: object | null = null;
afterEach(async () => {
	if (mounted) await unmount(mounted);
	mounted = null;
});

async function cutout(photo_id: string): Promise<Cutout> {
	const canvas = new OffscreenCanvas(20, 20);
	canvas.getContext('2d')?.fillRect(5, 5, 10, 10);
	const image = await canvas.convertToBlob();
	return {
		photo_id,
		image,
		mask: image,
		width: 20,
		height: 20,
		engine: 'backdrop',
		device: 'cpu',
		coverage: 0.25,
		confidence: 1,
		bounds: { x: 5, y: 5, width: 10, height: 10 },
		processing_time: 0,
		notes: []
	};
}

async function show(ids: string[], shape: ShapeChoice) {
	const changes: Partial<ShapeChoice>[] = [];
	const cutouts = await Promise.all(ids.map(cutout));
	const onchange = (change: Partial<ShapeChoice>) => void changes.push(change);
	mounted = mount(ShapeFields, { target: document.body, props: { cutouts, shape, onchange } });
	flushSync();
	return changes;
}

/** The choice whose label starts so. */
function choice(label: string): HTMLSelectElement {
	const found = [...document.querySelectorAll('label')].find(({ textContent }) =>
		textContent.trim().startsWith(label)
	);
	const select = found?.querySelector('select');
	if (!select) throw new Error(`no choice ${label}`);
	return select;
}
function choose(label: string, value: string) {
	const select = choice(label);
	select.value = value;
	select.dispatchEvent(new Event('change', { bubbles: true }));
}

describe('ShapeFields', () => {
	it('offers one photo no views to choose', async () => {
		const changes = await show(['a'], { construction: 'auto', views: {} });
		expect(choice('Shape').value).toBe('auto');
		expect(document.querySelectorAll('select')).toHaveLength(1);
		expect(document.querySelector('option[value="hull"]')).toBeNull();
		choose('Shape', 'lathe');
		expect(changes).toEqual([{ construction: 'lathe' }]);
	});

	it('keeps the other photos’ views when one is said or taken back', async () => {
		const changes = await show(['a', 'b'], { construction: 'auto', views: { a: 'front' } });
		expect(choice('Cut-out 1 shows the').value).toBe('front');
		choose('Cut-out 2 shows the', 'left');
		choose('Cut-out 1 shows the', '');
		expect(changes).toEqual([
			{ views: { a: 'front', b: 'left' }, axis: undefined },
			{ views: {}, axis: undefined }
		]);
	});
});

describe('AxisField', () => {
	const moved: (DraftAxis | undefined)[] = [];
	async function showAxis(axis: DraftAxis, given = false) {
		moved.length = 0;
		const onchange = (changed: DraftAxis | undefined) => void moved.push(changed);
		const props = { cutout: await cutout('a'), axis, given, onchange };
		mounted = mount(AxisField, { target: document.body, props });
		flushSync();
		const picture = document.querySelector('svg');
		if (!picture) throw new Error('no picture');
		return picture;
	}
	function point(picture: SVGElement, type: string, x: number, y: number) {
		const { left, top, width, height } = picture.getBoundingClientRect();
		const [clientX, clientY] = [left + x * width, top + y * height];
		picture.dispatchEvent(
			new PointerEvent(type, { clientX, clientY, pointerId: 1, bubbles: true })
		);
	}

	it('moves with its middle, leans with its ends', async () => {
		const picture = await showAxis({ x: 0.5, tilt: 0 });
		// No real pointer is down that could be captured.
		picture.setPointerCapture = () => undefined;
		point(picture, 'pointerdown', 0.5, 0.5);
		point(picture, 'pointermove', 0.7, 0.5);
		point(picture, 'pointerup', 0.7, 0.5);
		point(picture, 'pointermove', 0.9, 0.5);
		expect(moved.at(-1)?.x).toBeCloseTo(0.7, 5);
		expect(moved.at(-1)?.tilt).toBe(0);
		point(picture, 'pointerdown', 0.6, 0.05);
		const lean = (Math.atan(0.1 / 0.45) * 180) / Math.PI;
		expect(moved.at(-1)?.tilt).toBeCloseTo(lean, 1);
		expect(moved.at(-1)?.x).toBe(0.5);
	});

	it('moves and leans by two sliders with names, and goes back to the one that was found', async () => {
		await showAxis({ x: 0.5, tilt: 0 }, true);
		const [position, lean] = document.querySelectorAll<HTMLInputElement>('input[type=range]');
		if (!position || !lean) throw new Error('no sliders');
		expect(position.labels?.[0]?.textContent).toContain('Axis position');
		position.value = '40';
		position.dispatchEvent(new Event('input', { bubbles: true }));
		lean.value = '-3';
		lean.dispatchEvent(new Event('input', { bubbles: true }));
		document.querySelector('button')?.click();
		expect(moved).toEqual([{ x: 0.4, tilt: 0 }, { x: 0.5, tilt: -3 }, undefined]);
	});
});

describe('DepthField', () => {
	it('names size, license and source of the network before anything is downloaded', async () => {
		const wanted: boolean[] = [];
		const onchange = (read_depth: boolean) => void wanted.push(read_depth);
		const props = { chosen: false, model_base_url: 'https://hub.invalid', onchange };
		mounted = mount(DepthField, { target: document.body, props });
		await waitUntil(() => document.querySelector('input[type=checkbox]') !== null);
		const box = document.querySelector<HTMLInputElement>('input[type=checkbox]');
		expect(box?.labels?.[0]?.textContent).toMatch(/Read depth.*\d+ MB \(Apache-2\.0\)/s);
		box?.click();
		await waitUntil(() => document.querySelector('[role=dialog]') !== null);
		const dialog = document.querySelector('[role=dialog]');
		expect(dialog?.textContent).toContain('hub.invalid');
		expect(dialog?.textContent).toContain('Apache-2.0');
		expect(box?.checked).toBe(false);
		expect(wanted).toEqual([]);
		const buttons = [...(dialog?.querySelectorAll('button') ?? [])];
		buttons.find(({ textContent }) => /MB/.test(textContent))?.click();
		expect(wanted).toEqual([true]);
	});
});

describe('the preview of a draft', () => {
	it('is a coarse model of the same shape, of a picture that was made small once', async () => {
		const one = await cutout('a');
		const model = await previewDraft([one], { size: { height_m: 0.2 }, construction: 'inflate' });
		expect(model.draft?.construction).toBe('inflate');
		expect(model.size.height_m).toBeCloseTo(0.2, 6);
		expect(model.triangles).toBeLessThan(12_000);
	});

	it('draws the newest of many choices, not each of them', async () => {
		const preview = new DraftPreview();
		const cutouts = [await cutout('a')];
		for (const thickness of [1, 2, 3]) {
			preview.draw(cutouts, { size: { height_m: 0.1 }, construction: 'inflate', thickness });
		}
		await waitUntil(() => preview.glb !== null);
		const first = preview.glb;
		expect(preview.shape?.reason).toBe('asked_for');
		preview.draw(cutouts, { size: { height_m: 0.1 }, construction: 'lathe' });
		await waitUntil(() => preview.glb !== first);
		expect(preview.shape?.construction).toBe('lathe');
		const shown = preview.glb;
		preview.draw(cutouts, { size: { height_m: 0.1 }, construction: 'extrude' });
		preview.cancel();
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(preview.glb).toBe(shown);
		expect(preview.busy).toBe(false);
	});
});

async function waitUntil(holds: () => boolean) {
	const end = performance.now() + 20_000;
	while (!holds()) {
		if (performance.now() > end) throw new Error('waited too long');
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}
