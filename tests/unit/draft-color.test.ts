import { describe, expect, it } from 'vitest';
import { bleedColor } from '../../src/lib/generate/draft/bleed-color';

/** A red disk with a rim that is mixed with the white background, on transparent white. */
function keyedDisk(size: number, radius: number): Uint8ClampedArray {
	const pixels = new Uint8ClampedArray(size * size * 4);
	for (let y = 0; y < size; y++) {
		for (let x = 0; x < size; x++) {
			const distance = Math.hypot(x - size / 2, y - size / 2) - radius;
			const mixed = Math.min(Math.max(distance + 2, 0), 1);
			const color = distance > 0 ? [255, 255, 255, 0] : [200, 200 * mixed, 200 * mixed, 255];
			pixels.set(color, (y * size + x) * 4);
		}
	}
	return pixels;
}

describe('bleedColor', () => {
	it('leaves no background, black or transparency in any pixel', () => {
		const pixels = keyedDisk(200, 60);
		bleedColor(pixels, 200, 200);
		let worst = 0;
		for (let at = 0; at < pixels.length; at += 4) {
			const off = Math.hypot(pixels[at]! - 200, pixels[at + 1]!, pixels[at + 2]!);
			worst = Math.max(worst, off, 255 - pixels[at + 3]!);
		}
		expect(worst).toBeLessThan(8);
	});

	it('keeps the colors inside as they are', () => {
		const size = 64;
		const pixels = Uint8ClampedArray.from({ length: size * size * 4 }, (_, i) =>
			i % 4 === 3 ? 255 : (i * 37) % 256
		);
		const before = pixels.slice();
		bleedColor(pixels, size, size);
		for (let y = 3; y < size - 3; y++) {
			const row = (y * size + 3) * 4;
			const end = (y * size + size - 3) * 4;
			expect(pixels.slice(row, end)).toEqual(before.slice(row, end));
		}
	});

	it('keeps the color of parts too thin to have an inside', () => {
		const [width, height] = [1200, 300];
		const pixels = new Uint8ClampedArray(width * height * 4);
		for (let y = 0; y < height; y++) {
			for (let x = 0; x < width; x++) {
				const block = x < 300;
				const rod = Math.abs(y - 150) < 2;
				if (block || rod)
					pixels.set(block ? [0, 0, 250, 255] : [250, 200, 0, 255], (y * width + x) * 4);
			}
		}
		bleedColor(pixels, width, height);
		const at = (150 * width + 900) * 4;
		expect([...pixels.slice(at, at + 3)]).toEqual([250, 200, 0]);
	});

	it('fills an image without any product by something opaque', () => {
		const pixels = new Uint8ClampedArray(7 * 5 * 4);
		bleedColor(pixels, 7, 5);
		expect(pixels.filter((_, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
	});
});
