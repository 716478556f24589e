import { describe, expect, it } from 'vitest';
import { composeRows, NOTHING } from '../../src/lib/cutout/compose-rows';
import { alphaInFrame, closerBox, mergeLooks } from '../../src/lib/cutout/look-closer';
import type { Box, Size } from '../../src/lib/cutout/raster';

const FULL = { width: 4000, height: 3000 };
const SEEN = { width: 1024, height: 768 };

/** 1 within a box given in pixels of the photo, seen at `size`. */
function boxAlpha(box: Box, size: Size): Float32Array {
	return Float32Array.from({ length: size.width * size.height }, (_, i) => {
		const x = (((i % size.width) + 0.5) * FULL.width) / size.width;
		const y = ((Math.floor(i / size.width) + 0.5) * FULL.height) / size.height;
		const inside = x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
		return inside ? 1 : 0;
	});
}
const look = (alpha: Float32Array, size: Size) => ({
	...size,
	alpha,
	edges: 'given' as const,
	confidence: 1,
	device: 'cpu' as const,
	notes: []
});

describe('a second look at the product', () => {
	const product = { x: 1600, y: 1200, width: 800, height: 600 };
	const alpha = boxAlpha(product, SEEN);

	it('takes the product’s box with room around it, within the photo', () => {
		const box = closerBox(alpha, SEEN, FULL, 1024);
		if (!box) throw new Error('no box');
		expect(box.x).toBeLessThan(product.x - 40);
		expect(box.y).toBeLessThan(product.y - 40);
		expect(box.x + box.width).toBeGreaterThan(product.x + product.width + 40);
		expect(box.width).toBeLessThan(1000);
		const corner = closerBox(boxAlpha({ ...product, x: 0, y: 0 }, SEEN), SEEN, FULL, 1024);
		expect(corner).toMatchObject({ x: 0, y: 0 });
	});

	it.each([
		['the product fills the photo', { x: 300, y: 200, width: 3400, height: 2600 }, FULL],
		['the network saw every pixel', product, { width: 1200, height: 900 }]
	])('is not taken where %s', (_why, box, full) => {
		expect(closerBox(boxAlpha(box, SEEN), SEEN, full, 1024)).toBeNull();
	});

	it('is not taken of nothing', () => {
		expect(closerBox(new Float32Array(SEEN.width * SEEN.height), SEEN, FULL, 1024)).toBeNull();
	});

	describe('beside the first', () => {
		const box = closerBox(alpha, SEEN, FULL, 1024);
		if (!box) throw new Error('no box');
		const size = { width: 500, height: 375 };
		/** The product as the second look sees it, with what `inside` tells of places in the photo. */
		const again = (inside: (x: number, y: number) => boolean) =>
			look(
				Float32Array.from({ length: size.width * size.height }, (_, i) => {
					const x = box.x + (((i % size.width) + 0.5) * box.width) / size.width;
					const y = box.y + ((Math.floor(i / size.width) + 0.5) * box.height) / size.height;
					return inside(x, y) ? 1 : 0;
				}),
				size
			);
		const within = (part: Box) => (x: number, y: number) =>
			x > part.x && x < part.x + part.width && y > part.y && y < part.y + part.height;
		const hole = { x: 1900, y: 1400, width: 200, height: 200 };
		const empty = boxAlpha(hole, SEEN);
		const ring = alpha.map((a, i) => a - empty[i]!);

		it('tells where edges are, a pixel or two of the network away from where they seemed', () => {
			const moved = { ...product, x: product.x + 5 };
			const merged = mergeLooks(look(alpha, SEEN), again(within(moved)), box, FULL, 1024);
			const told = again(within(moved)).alpha;
			expect(merged.map((v) => (v >= 0.5 ? 1 : 0))).toEqual(told);
		});

		it('does not fill a hole that the first saw', () => {
			const merged = mergeLooks(look(ring, SEEN), again(within(product)), box, FULL, 1024);
			const framed = alphaInFrame({ ...size, alpha: merged }, box, FULL, SEEN);
			const at = (x: number, y: number) =>
				framed[Math.round((y * 768) / 3000) * 1024 + Math.round((x * 1024) / 4000)];
			expect(at(2000, 1500)).toBe(0);
			expect(at(1750, 1500)).toBe(1);
			expect(at(1500, 1500)).toBe(0);
		});

		it('opens a hole of which the first was not sure', () => {
			const vague = look(
				alpha.map((a, i) => a - 0.4 * empty[i]!),
				SEEN
			);
			const open = (x: number, y: number) => within(product)(x, y) && !within(hole)(x, y);
			const merged = mergeLooks(vague, again(open), box, FULL, 1024);
			const framed = alphaInFrame({ ...size, alpha: merged }, box, FULL, SEEN);
			expect(framed[384 * 1024 + 512]).toBeLessThan(0.1);
		});

		it('adds what is too thin for the first', () => {
			const strap = (x: number, y: number) => within(product)(x, y) || Math.abs(y - 1180) < 3;
			const merged = mergeLooks(look(alpha, SEEN), again(strap), box, FULL, 1024);
			const line = Math.round(((1180 - box.y) * size.height) / box.height);
			expect(merged[line * size.width + 250]).toBeGreaterThan(0.9);
		});
	});

	it('lays the mask of a part where that part is in the photo', () => {
		const photo = { width: 60, height: 40 };
		const place = { x: 20, y: 10, width: 16, height: 12 };
		const mask = { width: 8, height: 6 };
		const of = (value: number) => new Float32Array(48).fill(value);
		const planes = () => [of(0), of(0), of(0)] as [Float32Array, Float32Array, Float32Array];
		const soft = {
			...mask,
			place,
			alpha: of(1),
			product: planes(),
			backdrop: planes(),
			trust: of(0)
		};
		const rows = { ...photo, data: new Uint8ClampedArray(60 * 40 * 4).fill(255) };
		const extent = composeRows(rows, 0, photo, soft, NOTHING);
		expect(extent).toEqual({ area: 16 * 12, left: 20, top: 10, right: 35, bottom: 21 });
	});
});
