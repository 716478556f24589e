import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cutout } from '../../src/lib/artifacts';
import type { ShapeChoice } from '../../src/lib/job-store';
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
		expect(changes).toEqual([{ views: { a: 'front', b: 'left' } }, { views: {} }]);
	});
});
