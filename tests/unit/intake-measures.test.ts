import { describe, expect, it } from 'vitest';
import { findSubject } from '../../src/lib/intake/find-subject';
import { measureExposure } from '../../src/lib/intake/measure-exposure';
import { measureBlur } from '../../src/lib/intake/measure-sharpness';
import { bitsApart, compareLooks, hashLook } from '../../src/lib/intake/perceptual-hash';
import {
	addNoise,
	blurPicture,
	mapColors,
	paintPicture,
	paintProduct,
	seededRandom,
	type Picture
} from '../fixtures/images';

const whole = ({ width, height }: Picture) => ({ x: 0, y: 0, width, height });
const blurOf = (picture: Picture) => measureBlur(picture, whole(picture));

describe('measureBlur', () => {
	const sharp = paintProduct();

	it('rises with every step of blur', () => {
		const blurs = [0, 0.7, 1.2, 2, 3, 5].map((deviation) => blurOf(blurPicture(sharp, deviation)));
		expect(blurs).toEqual([...blurs].sort((a, b) => a - b));
		expect(new Set(blurs).size).toBe(blurs.length);
	});

	it.each([1, 1.5, 2.5, 4])(
		'reads the deviation of a Gaussian of %s px within 20 %%',
		(deviation) => {
			const edge = paintPicture(160, 160, (x, y) =>
				x + y * 0.2 > 96 ? [200, 200, 200] : [60, 60, 60]
			);
			const measured = blurOf(blurPicture(edge, deviation));
			expect(Math.abs(measured / deviation - 1)).toBeLessThan(0.2);
		}
	);

	it('does not depend on contrast', () => {
		const soft = blurPicture(sharp, 1.5);
		const faint = mapColors(soft, (value) => 128 + (value - 128) * 0.3);
		expect(Math.abs(blurOf(faint) / blurOf(soft) - 1)).toBeLessThan(0.12);
	});

	it('is not fooled by noise into calling a blurred photo sharp', () => {
		const soft = blurPicture(sharp, 3);
		const noisy = addNoise(soft, 6);
		expect(Math.abs(blurOf(noisy) / blurOf(soft) - 1)).toBeLessThan(0.3);
		expect(blurOf(noisy)).toBeGreaterThan(2 * blurOf(addNoise(sharp, 6)));
	});

	it('finds no edge in a flat picture', () => {
		expect(blurOf(paintPicture(64, 64, () => [120, 120, 120]))).toBe(Infinity);
	});

	it('looks at the region only', () => {
		const half = paintPicture(200, 100, (x, y) => {
			const on = Math.floor(x / 25) % 2 === Math.floor(y / 25) % 2;
			return on ? [200, 200, 200] : [50, 50, 50];
		});
		const soft = blurPicture(half, 3);
		const data = half.data.map((value, i) => ((i >> 2) % 200 < 100 ? value : (soft.data[i] ?? 0)));
		const left = measureBlur({ ...half, data }, { x: 5, y: 5, width: 80, height: 90 });
		const right = measureBlur({ ...half, data }, { x: 115, y: 5, width: 80, height: 90 });
		expect(right).toBeGreaterThan(left + 1.5);
	});
});

describe('findSubject', () => {
	it('finds the product on a studio background, without its shadow', () => {
		const subject = findSubject(paintProduct({ handle: 'none', size: 0.6, aspect: 0.7 }));
		// 0.6 of 256 is 154 px high, 108 px wide, its middle at 0.52.
		expect(subject.found).toBe(true);
		expect(subject.bounds.height).toBeGreaterThanOrEqual(152);
		expect(subject.bounds.height).toBeLessThanOrEqual(164);
		expect(Math.abs(subject.bounds.width - 108)).toBeLessThanOrEqual(8);
		expect(subject.border_share).toBe(0);
	});

	it('leaves the hole of a handle open', () => {
		const picture = paintProduct();
		const { mask } = findSubject(picture);
		// The hole's middle: right of the body, at the height of its middle.
		const hole = Math.round(0.52 * 256) * 256 + Math.round(128 + 0.7 * 76.8 + 8);
		expect(mask[hole]).toBe(0);
		expect(mask[Math.round(0.52 * 256) * 256 + 128]).toBe(1);
	});

	it.each([
		['right', { x: 0.9 }],
		['bottom', { y: 0.9 }],
		['top', { y: 0.1 }]
	])('sees a product that runs out of the frame at the %s', (_, place) => {
		const subject = findSubject(paintProduct({ ...place, handle: 'none' }));
		expect(subject.found).toBe(true);
		expect(subject.border_share).toBeGreaterThan(0.03);
	});

	it('takes transparency as background', () => {
		const picture = paintPicture(100, 100, (x, y) =>
			Math.hypot(x - 50, y - 50) < 30 ? [250, 250, 250, 255] : [250, 250, 250, 0]
		);
		const { bounds, found } = findSubject(picture);
		expect(found).toBe(true);
		expect(Math.abs(bounds.width - 60)).toBeLessThanOrEqual(2);
	});

	it('says so when the background is too busy to tell', () => {
		const random = seededRandom(5);
		const blocks = Array.from(
			{ length: 400 },
			() => [random() * 255, random() * 255, random() * 255] as const
		);
		const busy = paintPicture(
			160,
			160,
			(x, y) => blocks[Math.floor(x / 8) + 20 * Math.floor(y / 8)] ?? [0, 0, 0]
		);
		expect(findSubject(busy).found).toBe(false);
	});
});

describe('measureExposure', () => {
	const picture = paintProduct();
	const { mask } = findSubject(picture);

	it('is content with a well exposed product', () => {
		expect(measureExposure(picture, mask)).toMatchObject({ fault: null });
		expect(measureExposure(picture, mask).score).toBeGreaterThan(0.9);
	});

	it('falls as light is taken away, and says too dark', () => {
		const scores = [1, 0.6, 0.35, 0.2].map(
			(share) =>
				measureExposure(
					mapColors(picture, (value) => value * share),
					mask
				).score
		);
		expect(scores).toEqual([...scores].sort((a, b) => b - a));
		expect(
			measureExposure(
				mapColors(picture, (value) => value * 0.2),
				mask
			).fault
		).toBe('too_dark');
	});

	it('says too bright when the product is burnt out', () => {
		expect(
			measureExposure(
				mapColors(picture, (value) => value * 2 + 200),
				mask
			).fault
		).toBe('too_bright');
	});

	it('does not take a black product on white for underexposed', () => {
		const black = paintProduct({ color: [24, 24, 26], background: [250, 250, 250] });
		expect(measureExposure(black, findSubject(black).mask).fault).toBeNull();
	});
});

describe('hashLook', () => {
	const look = (picture: Picture) => hashLook(picture, findSubject(picture).bounds);
	const picture = paintProduct();

	it.each<[string, Picture]>([
		['blurred', blurPicture(picture, 2)],
		['noisy', addNoise(picture, 5)],
		['darker', mapColors(picture, (value) => value * 0.85)],
		['moved in the frame', paintProduct({ x: 0.45, y: 0.55 })],
		['smaller in the frame', paintProduct({ size: 0.5 })]
	])('stays nearly the same when the photo is %s', (_, other) => {
		expect(bitsApart(look(picture).hash, look(other).hash)).toBeLessThanOrEqual(10);
		expect(compareLooks(look(picture), look(other))).toBeLessThan(0.2);
	});

	it.each<[string, Picture]>([
		['from the other side', paintProduct({ handle: 'left', seed: 2 })],
		['in another color', paintProduct({ color: [190, 60, 40] })],
		['of another shape', paintProduct({ aspect: 0.4, handle: 'none' })]
	])('differs for a product %s', (_, other) => {
		expect(compareLooks(look(picture), look(other))).toBeGreaterThan(0.2);
	});
});
