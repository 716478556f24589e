import { describe, expect, it } from 'vitest';
import { fillGaps } from '../../src/lib/optimize/fill-gaps';
import { makeMips, toLinear, toSrgb, type Pixels } from '../../src/lib/optimize/pixels';

function image(width: number, height: number, at: (x: number, y: number) => number[]): Pixels {
	const data = new Uint8ClampedArray(width * height * 4);
	for (let i = 0; i < width * height; i++) data.set(at(i % width, Math.floor(i / width)), i * 4);
	return { width, height, data };
}

describe('mips', () => {
	it('average colors as light: black and white make 188, not 128', () => {
		const board = image(2, 2, (x, y) =>
			Array(3)
				.fill((x + y) % 2 ? 255 : 0)
				.concat(255)
		);
		expect([...(makeMips(board, 'color')[1]?.data ?? [])]).toEqual([188, 188, 188, 255]);
	});

	it('average data as numbers', () => {
		const board = image(2, 2, (x, y) =>
			Array(3)
				.fill((x + y) % 2 ? 255 : 0)
				.concat(255)
		);
		expect(makeMips(board, 'data')[1]?.data[0]).toBe(128);
	});

	it('keep normals at unit length where opposite slopes meet', () => {
		const slope = Math.SQRT1_2 * 127.5;
		const roof = image(4, 4, (x) => [127.5 + (x % 2 ? slope : -slope), 127.5, 127.5 + slope, 255]);
		for (const { data } of makeMips(roof, 'normal').slice(1)) {
			const length = Math.hypot(...[0, 1, 2].map((i) => (data[i] ?? 0) / 127.5 - 1));
			expect(length).toBeGreaterThan(0.985);
		}
	});

	it('end with one pixel, also from odd sides', () => {
		const mips = makeMips(
			image(5, 3, () => [10, 20, 30, 255]),
			'color'
		);
		expect(mips.map(({ width, height }) => [width, height])).toEqual([
			[5, 3],
			[2, 1],
			[1, 1]
		]);
		expect([...(mips[2]?.data ?? [])]).toEqual([10, 20, 30, 255]);
	});
});

describe('sRGB', () => {
	it('comes back as it was, byte by byte, within one', () => {
		for (let byte = 0; byte < 256; byte++) {
			expect(Math.abs(toSrgb(toLinear(byte)) - byte)).toBeLessThanOrEqual(1);
		}
	});
});

describe('gaps', () => {
	it('are filled from around and end opaque, and what was painted stays', () => {
		const half = image(16, 16, (x) => (x < 8 ? [200, 40, 10, 255] : [0, 0, 0, 0]));
		const filled = fillGaps(half);
		for (let i = 0; i < 16 * 16; i++) {
			expect([...filled.data.subarray(i * 4, i * 4 + 4)]).toEqual([200, 40, 10, 255]);
		}
	});
});
