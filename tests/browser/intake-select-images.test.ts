import { describe, expect, it } from 'vitest';
import type { Photo } from '../../src/lib/artifacts';
import { listSamples, loadSample } from '../../src/lib/intake/load-sample';
import { readPhoto } from '../../src/lib/intake/read-photo';
import { selectImages } from '../../src/lib/intake/select-images';
import { blurPicture, paintProduct, type Picture } from '../fixtures/images';
import { toFile } from '../fixtures/photo-files';

const toPhoto = async (picture: Picture, name: string): Promise<Photo> =>
	readPhoto(await toFile(picture, { type: 'image/jpeg', name }));
const large = { width: 640, height: 640 };

describe('selectImages', () => {
	it('prefers the sharp twin, drops the product that runs out of the frame, and says why', async () => {
		const photos = [
			await toPhoto(blurPicture(paintProduct(large), 4), 'blurred.jpg'),
			await toPhoto(paintProduct(large), 'sharp.jpg'),
			await toPhoto(paintProduct({ ...large, handle: 'left', seed: 2 }), 'other-side.jpg'),
			await toPhoto(paintProduct({ ...large, x: 0.95, handle: 'none', seed: 3 }), 'cut-off.jpg')
		];
		const steps: (number | null)[] = [];
		const choices = await selectImages(
			photos,
			{},
			{ onprogress: ({ step, fraction }) => step === 'scoring' && steps.push(fraction) }
		);
		expect(choices.map(({ photo_id }) => photo_id)).toEqual(photos.map(({ id }) => id));
		expect(choices.map(({ selected }) => selected)).toEqual([false, true, true, false]);
		const [blurred, sharp, other, cutOff] = choices;
		expect(blurred?.duplicate_of).toBe(photos[1]?.id);
		expect(blurred?.reasons.slice(0, 2)).toEqual(['near_duplicate', 'blurry']);
		expect(sharp?.reasons).toContain('sharp');
		expect(other?.reasons).toContain('different_view');
		expect(cutOff?.reasons).toContain('subject_cut_off');
		expect(steps.at(0)).toBe(0);
		expect(steps.at(-1)).toBe(1);
	});

	it('selects the only photo, however bad', async () => {
		const photo = await toPhoto(blurPicture(paintProduct(), 6), 'a.jpg');
		const [choice] = await selectImages([photo]);
		expect(choice).toMatchObject({ selected: true, photo_id: photo.id });
		expect(choice?.reasons).toContain('blurry');
	});

	it('gives a small photo a lower resolution and sharpness than the same picture large', async () => {
		const [small, big] = await selectImages([
			await toPhoto(paintProduct({ width: 200, height: 200 }), 'small.jpg'),
			await toPhoto(paintProduct({ width: 1200, height: 1200 }), 'big.jpg')
		]);
		expect(big?.score.resolution).toBeGreaterThan((small?.score.resolution ?? 1) + 0.3);
		expect(big?.score.sharpness).toBeGreaterThan((small?.score.sharpness ?? 1) + 0.2);
		expect(small?.duplicate_of).toBe(big?.photo_id);
	});

	it('selects no more than asked, and refuses a count it cannot use', async () => {
		const photos = [
			await toPhoto(paintProduct(large), 'a.jpg'),
			await toPhoto(paintProduct({ ...large, handle: 'left', seed: 2 }), 'b.jpg')
		];
		const choices = await selectImages(photos, { count: 1 });
		expect(choices.filter(({ selected }) => selected)).toHaveLength(1);
		await expect(selectImages(photos, { count: 5 })).rejects.toBeInstanceOf(RangeError);
	});
});

describe('the sample products', () => {
	it('are three, each with photos that can be read', async () => {
		const samples = await listSamples();
		expect(samples.length).toBeGreaterThanOrEqual(3);
		for (const { id, photos, height_m } of samples) {
			const files = await loadSample(id);
			expect(files).toHaveLength(photos.length);
			expect(height_m).toBeGreaterThan(0.05);
			for (const file of files) expect(file.size).toBeLessThan(250 * 1024);
		}
	});

	it('show what selection does: the blurred repeat of the mug is left out, its other sides are kept', async () => {
		const photos = await Promise.all((await loadSample('mug')).map((file) => readPhoto(file)));
		const choices = await selectImages(photos);
		expect(choices.map(({ selected }) => selected)).toEqual([true, false, true, true]);
		expect(choices[1]).toMatchObject({ duplicate_of: photos[0]?.id });
		expect(choices[1]?.reasons).toContain('blurry');
	});
});
