import { describe, expect, it } from 'vitest';
import { StageError } from '../../src/lib/artifacts';
import { readPhoto } from '../../src/lib/intake/read-photo';
import { jpegWithExif, pngHeader, tinyAvif, toFile } from '../fixtures/photo-files';
import { paintPicture, paintProduct, type Color } from '../fixtures/images';

const RED: Color = [220, 20, 20];
const GREEN: Color = [20, 200, 20];
const BLUE: Color = [20, 20, 220];
const YELLOW: Color = [220, 220, 20];

/** Four quarters: red top left, green top right, blue bottom left, yellow bottom right. */
const quarters = (width: number, height: number) =>
	paintPicture(width, height, (x, y) =>
		y < height / 2 ? (x < width / 2 ? RED : GREEN) : x < width / 2 ? BLUE : YELLOW
	);

async function failureOf(promise: Promise<unknown>): Promise<StageError> {
	const error = await promise.then(
		() => null,
		(reason: unknown) => reason
	);
	if (!(error instanceof StageError))
		throw new Error(`expected a StageError, got ${String(error)}`);
	return error;
}

/** The picture's pixel at shares of its width and height. */
async function colorAt(image: Blob, x: number, y: number): Promise<number[]> {
	const bitmap = await createImageBitmap(image, { imageOrientation: 'none' });
	const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
	if (!context) throw new Error('no canvas');
	context.drawImage(bitmap, 0, 0);
	return [...context.getImageData(x * bitmap.width, y * bitmap.height, 1, 1).data];
}

function expectColor(actual: number[], [r, g, b]: Color) {
	expect(Math.hypot((actual[0] ?? 0) - r, (actual[1] ?? 0) - g, (actual[2] ?? 0) - b)).toBeLessThan(
		20
	);
}

const binary = async (blob: Blob) => new TextDecoder('latin1').decode(await blob.arrayBuffer());

describe('readPhoto', () => {
	it('turns a phone photo upright and leaves no metadata in it', async () => {
		const { file, secret } = await jpegWithExif(quarters(120, 80), { orientation: 6 });
		expect(await binary(file)).toContain('Exif');
		expect(await binary(file)).toContain(secret);

		const photo = await readPhoto(file);
		expect(photo).toMatchObject({ name: 'phone.jpg', width: 80, height: 120 });
		// Orientation 6: what is stored at the left belongs at the top, so it is turned a quarter clockwise.
		expectColor(await colorAt(photo.image, 0.1, 0.1), BLUE);
		expectColor(await colorAt(photo.image, 0.9, 0.1), RED);
		expectColor(await colorAt(photo.image, 0.9, 0.9), GREEN);
		expectColor(await colorAt(photo.image, 0.1, 0.9), YELLOW);
		const bytes = await binary(photo.image);
		for (const trace of ['Exif', secret, 'GPS', 'http://ns.adobe.com'])
			expect(bytes).not.toContain(trace);
		expect(photo.image.type).toBe('image/jpeg');
	});

	it.each([
		['image/jpeg', 'a.jpg'],
		['image/png', 'a.png'],
		['image/webp', 'a.webp']
	])('takes %s', async (type, name) => {
		const photo = await readPhoto(
			await toFile(paintProduct({ width: 90, height: 60 }), { type, name })
		);
		expect(photo).toMatchObject({ width: 90, height: 60, name });
		expect(photo.image.type).toBe('image/jpeg');
		expect(photo.id).toMatch(/^[0-9a-f-]{36}$/);
	});

	it('keeps the transparency of a PNG, and only then makes a PNG', async () => {
		const picture = paintPicture(60, 60, (x, y) =>
			Math.hypot(x - 30, y - 30) < 20 ? RED : [0, 0, 0, 0]
		);
		const photo = await readPhoto(await toFile(picture, { type: 'image/png', name: 'cut.png' }));
		expect(photo.image.type).toBe('image/png');
		expect((await colorAt(photo.image, 0.02, 0.02))[3]).toBe(0);
		expect((await colorAt(photo.image, 0.5, 0.5))[3]).toBe(255);
	});

	it('goes by the bytes, not by the name', async () => {
		const photo = await readPhoto(
			await toFile(paintProduct(), { type: 'image/png', name: 'really-a-png.jpg' })
		);
		expect(photo.width).toBe(256);
	});

	it('refuses an empty file', async () => {
		const error = await failureOf(readPhoto(new File([], 'nothing.jpg')));
		expect(error).toMatchObject({ code: 'photo_empty', detail: { name: 'nothing.jpg' } });
	});

	it('refuses a file over 25 MB with both numbers', async () => {
		const big = new File([new Uint8Array(26 * 1024 * 1024)], 'big.jpg');
		const error = await failureOf(readPhoto(big));
		expect(error).toMatchObject({
			code: 'photo_too_large',
			detail: { name: 'big.jpg', megabytes: 26, limit: 25 }
		});
	});

	it('refuses text that is named .jpg', async () => {
		const error = await failureOf(
			readPhoto(new File(['Dear customer, '.repeat(99)], 'letter.jpg'))
		);
		expect(error).toMatchObject({ code: 'photo_not_an_image', detail: { name: 'letter.jpg' } });
	});

	it.each([
		['GIF', 'GIF89a\x01\x00\x01\x00'],
		['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>']
	])('refuses a %s', async (_, text) => {
		const error = await failureOf(readPhoto(new File([text], 'a.png')));
		expect(error.code).toBe('photo_not_an_image');
	});

	it('refuses 60 megapixels by the header alone, before anything is decoded', async () => {
		// Nothing follows the header: were it decoded first, it would be called corrupt.
		const error = await failureOf(readPhoto(new File([pngHeader(10_000, 6000)], 'huge.png')));
		expect(error).toMatchObject({
			code: 'photo_too_many_pixels',
			detail: { name: 'huge.png', megapixels: 60, limit: 50 }
		});
	});

	it('takes AVIF', async () => {
		const photo = await readPhoto(tinyAvif('a.avif'));
		expect(photo).toMatchObject({ width: 12, height: 8 });
		expectColor(await colorAt(photo.image, 0.5, 0.5), RED);
	});

	it.each([
		['image/jpeg', 0.5],
		['image/jpeg', 0.97],
		['image/png', 0.9],
		['image/webp', 0.9]
	])('calls a %s cut at %s of its length corrupt', async (type, share) => {
		const file = await toFile(paintProduct(), { type, name: 'cut' });
		const error = await failureOf(readPhoto(new File([file.slice(0, file.size * share)], 'cut')));
		expect(error).toMatchObject({ code: 'photo_corrupt', detail: { name: 'cut' } });
	});

	it('calls a JPEG that ends after its header corrupt', async () => {
		const file = await toFile(paintProduct(), { type: 'image/jpeg', name: 'torn.jpg' });
		const head = (await binary(file)).indexOf('\xff\xda') + 4;
		const error = await failureOf(readPhoto(new File([file.slice(0, head)], 'torn.jpg')));
		expect(error).toMatchObject({ code: 'photo_corrupt', detail: { name: 'torn.jpg' } });
	});

	it.each(['image/png', 'image/jpeg'])(
		'calls a %s without a readable header corrupt',
		async (type) => {
			const file = await toFile(paintProduct(), { type, name: 'torn' });
			const error = await failureOf(readPhoto(new File([file.slice(0, 12)], 'torn')));
			expect(error.code).toBe('photo_corrupt');
		}
	);

	it('says HEIC when the browser cannot decode it', async () => {
		const box = '\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic';
		const bytes = Uint8Array.from(box, (letter) => letter.charCodeAt(0));
		const error = await failureOf(readPhoto(new File([bytes], 'IMG_0001.HEIC')));
		expect(error).toMatchObject({ code: 'photo_heic', detail: { name: 'IMG_0001.HEIC' } });
	});

	it('rejects with the reason of the signal', async () => {
		const file = await toFile(paintProduct(), { type: 'image/jpeg', name: 'a.jpg' });
		const controller = new AbortController();
		const promise = readPhoto(file, {}, { signal: controller.signal });
		controller.abort();
		await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
	});
});
