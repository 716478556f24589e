import { describe, expect, it } from 'vitest';
import { removeBackgrounds, type CutoutResult } from '../../src/lib/cutout/remove-backgrounds';
import type { Cutout, Photo } from '../../src/lib/artifacts';
import { dropOwnEngine, takeFile } from '../../src/lib/cutout/own-engine';
import { mergeShadow } from '../../src/lib/cutout/merge-shadow';
import type { Picture } from '../fixtures/images';
import { TINY_SHAPE, tinyIsnet } from '../fixtures/onnx-isnet';
import { HANDLE_HOLE, paintScene } from '../fixtures/scenes';

const BASE = { engine: 'backdrop', base_url: '/models' } as const;

async function toPhoto(id: string, { data, width, height }: Picture, scale = 1): Promise<Photo> {
	const small = new OffscreenCanvas(width, height);
	small.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0);
	const large = new OffscreenCanvas(width * scale, height * scale);
	large.getContext('2d')?.drawImage(small, 0, 0, large.width, large.height);
	const image = await large.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
	return { id, name: `${id}.jpg`, image, width: large.width, height: large.height };
}

async function pixels(blob: Blob): Promise<ImageData> {
	const bitmap = await createImageBitmap(blob);
	const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
	const context = canvas.getContext('2d');
	if (!context) throw new Error('no canvas');
	context.drawImage(bitmap, 0, 0);
	return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

function cutoutOf(result: CutoutResult | undefined): Cutout {
	if (!result || !('cutout' in result)) throw new Error('no cut-out');
	return result.cutout;
}

describe('removeBackgrounds', { timeout: 120_000 }, () => {
	it('cuts out on a thread, at full size, with a mask that equals the alpha', async () => {
		const { picture } = paintScene('mug', 300);
		const [result] = await removeBackgrounds([await toPhoto('mug', picture, 5)], BASE);
		const cutout = cutoutOf(result);
		expect(cutout).toMatchObject({ photo_id: 'mug', width: 1500, height: 1500, device: 'cpu' });
		expect(cutout.image.type).toBe('image/png');
		const image = await pixels(cutout.image);
		const mask = await pixels(cutout.mask);
		const at = (x: number, y: number) => (Math.round(y * 1500) * 1500 + Math.round(x * 1500)) * 4;
		expect(image.data[at(0.45, 0.5) + 3]).toBe(255);
		expect(image.data[at(HANDLE_HOLE.x, HANDLE_HOLE.y) + 3]).toBe(0);
		for (let i = 0; i < mask.data.length; i += 404) {
			expect(mask.data[i - (i % 4)]).toBe(image.data[i - (i % 4) + 3]);
		}
		const { bounds, coverage } = cutout;
		expect(Math.abs(bounds.x - 0.25 * 1500)).toBeLessThan(8);
		expect(Math.abs(bounds.y - 0.25 * 1500)).toBeLessThan(8);
		expect(Math.abs(coverage - 0.23)).toBeLessThan(0.03);
		expect(cutout.confidence).toBeGreaterThan(0.5);
		expect(cutout.notes).toEqual([]);
	});

	it('gives the soft shadow apart, so that it can be kept under the product', async () => {
		const { picture } = paintScene('mug', 300);
		const photo = await toPhoto('mug', picture);
		const [result, again] = await removeBackgrounds([photo, photo], BASE);
		const cutout = cutoutOf(result);
		// The second photo is drawn on the first one's canvas.
		const files = async ({ image, mask, shadow }: Cutout) =>
			Promise.all([image, mask, shadow].map((file) => file?.bytes()));
		expect(await files(cutoutOf(again))).toEqual(await files(cutout));
		const [bare, kept] = [await pixels(cutout.image), await pixels(await mergeShadow(cutout))];
		expect([kept.width, kept.height]).toEqual([300, 300]);
		const mask = await pixels(cutout.mask);
		expect(mask.data.filter((_, i) => i % 4 === 0)).toEqual(
			bare.data.filter((_, i) => i % 4 === 3)
		);
		const below = (Math.round(0.815 * 300) * 300 + Math.round(0.45 * 300)) * 4;
		expect(bare.data[below + 3]).toBe(0);
		expect(kept.data[below + 3]).toBeGreaterThan(40);
		expect(kept.data[below]).toBe(0);
		const body = (150 * 300 + 135) * 4;
		expect(kept.data.slice(body, body + 4)).toEqual(bare.data.slice(body, body + 4));
	});

	it('goes on after a photo that cannot be read, in order, with progress over all', async () => {
		const { picture } = paintScene('ring', 200);
		const good = await toPhoto('good', picture);
		const bad = { ...good, id: 'bad', image: new Blob(['not a picture']) };
		const seen: string[] = [];
		const fractions: number[] = [];
		const results = await removeBackgrounds([bad, good], BASE, {
			onresult: ({ photo_id }) => seen.push(photo_id),
			onprogress: ({ fraction }) => fractions.push(fraction ?? 0)
		});
		expect(results[0]).toMatchObject({ photo_id: 'bad', error: { code: 'photo_corrupt' } });
		expect(cutoutOf(results[1]).photo_id).toBe('good');
		expect(seen).toEqual(['bad', 'good']);
		expect(fractions.at(-1)).toBe(1);
	});

	it.each([
		['a product that fills little of the photo is looked at a second time', 70, true],
		['one that fills it is not', 400, false]
	])('%s by a network', async (_name, radius, closer) => {
		const canvas = new OffscreenCanvas(1200, 900);
		const context = canvas.getContext('2d');
		if (!context) throw new Error('no canvas');
		context.fillStyle = '#d8d8d8';
		context.fillRect(0, 0, 1200, 900);
		context.strokeStyle = '#d02010';
		context.lineWidth = radius / 2;
		context.arc(600, 450, radius, 0, 2 * Math.PI);
		context.stroke();
		const image = await canvas.convertToBlob({ type: 'image/png' });
		const photo = { id: 'ring', name: 'ring.png', image, width: 1200, height: 900 };
		const network = new Blob([new Uint8Array(tinyIsnet())]);
		const own = await takeFile(network, { title: 'Tiny', ...TINY_SHAPE });
		const steps = new Set<string>();
		const [result] = await removeBackgrounds(
			[photo],
			{ engine: 'own', own, device: 'cpu' },
			{ onprogress: ({ step }) => steps.add(step) }
		);
		const cutout = cutoutOf(result);
		expect(steps.has('looking_closer')).toBe(closer);
		const { data } = await pixels(cutout.image);
		const alphaAt = (x: number, y: number) => data[(y * 1200 + x) * 4 + 3];
		expect(alphaAt(600 + radius, 450)).toBe(255);
		expect(alphaAt(20, 20)).toBe(0);
		// The network sees a photo of 1200 pixels at 128.
		const middle = cutout.bounds.x + cutout.bounds.width / 2;
		expect(Math.abs(middle - 600)).toBeLessThan(10);
		await dropOwnEngine(own);
	});

	it('refuses an empty studio with nothing_found', async () => {
		const data = new Uint8ClampedArray(200 * 200 * 4).fill(240);
		const photo = await toPhoto('empty', { data, width: 200, height: 200 });
		const [result] = await removeBackgrounds([photo], BASE);
		expect(result).toMatchObject({ error: { code: 'nothing_found' } });
	});

	it('stops at once when canceled', async () => {
		const { picture } = paintScene('mug', 400);
		const photo = await toPhoto('mug', picture, 6);
		const controller = new AbortController();
		const running = removeBackgrounds([photo, photo, photo], BASE, { signal: controller.signal });
		setTimeout(() => controller.abort(), 100);
		await expect(running).rejects.toMatchObject({ name: 'AbortError' });
	});
});
