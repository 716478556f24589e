import { describe, expect, it } from 'vitest';
import { boxBlur, localExtreme } from '../../src/lib/cutout/blur';
import { colorsNear } from '../../src/lib/cutout/colors-near';
import { findFringe, fringeRoom } from '../../src/lib/cutout/find-fringe';
import type { Planes } from '../../src/lib/cutout/raster';
import { roughenEdges, sharpMaskEdges } from '../../src/lib/cutout/rough-edges';
import { boxOf, crop, tilesOf, withMargin } from '../../src/lib/cutout/tiles';
import { seededRandom } from '../fixtures/images';

/** Wider and higher than a tile, by no whole number of them. */
const size = { width: 150, height: 97 };
const n = size.width * size.height;
const random = seededRandom(5);
const picture = { ...size, data: Uint8ClampedArray.from({ length: 4 * n }, () => 255 * random()) };
/** A disk across four tiles with a soft edge, beside a corner that is sure. */
const disk = Float32Array.from({ length: n }, (_, i) => {
	const far = Math.hypot((i % size.width) - 64, Math.floor(i / size.width) - 60);
	return Math.min(1, Math.max(0, (30 - far) / 4));
});

const noise = (most: number) => Float32Array.from({ length: n }, () => most * random());

describe('work by tiles', () => {
	it('covers each pixel once, and keeps margins within the picture', () => {
		const seen = new Uint8Array(n);
		for (const tile of tilesOf(size)) {
			for (let y = tile.y; y < tile.y + tile.height; y++) {
				for (let x = tile.x; x < tile.x + tile.width; x++) seen[y * size.width + x]!++;
			}
			const around = withMargin(tile, 9, size);
			expect(around.x).toBe(Math.max(0, tile.x - 9));
			expect(around.x + around.width).toBe(Math.min(size.width, tile.x + tile.width + 9));
			expect(around.y + around.height).toBe(Math.min(size.height, tile.y + tile.height + 9));
		}
		expect(seen.every((times) => times === 1)).toBe(true);
	});

	it('finds the same colors on both sides of a tile’s border as one table over all would', () => {
		const weight = Float32Array.from({ length: n }, () => (random() < 0.3 ? random() : 0));
		const wanted = new Uint8Array(n).fill(1);
		const { mean } = colorsNear(picture, (i) => weight[i]!, wanted, 1);
		const red = weight.map((w, i) => (w * picture.data[4 * i]!) / 255);
		const of = (plane: Float32Array, radius: number) => boxBlur(plane, size, radius);
		const [nearW, farW, near, far] = [of(weight, 4), of(weight, 11), of(red, 4), of(red, 11)];
		for (let i = 0; i < n; i++) {
			const expected = (near[i]! + 0.01 * far[i]!) / (nearW[i]! + 0.01 * farW[i]!);
			expect(Math.abs(mean[0][i]! - expected)).toBeLessThan(1e-3);
		}
	});

	it('roughens a mask’s edges as if there were no tiles', () => {
		const reach = 3;
		const { rough, near } = roughenEdges(picture, disk, reach);
		const high = localExtreme(disk, size, reach, 1);
		const low = localExtreme(disk, size, reach, -1);
		const soft = boxBlur(disk, size, reach);
		const expected = soft.map((v, i) => {
			if (low[i]! > 0.94) return 1;
			if (high[i]! < 0.06) return 0;
			return Math.min(0.99, Math.max(0.01, high[i]! - low[i]! < 0.45 ? disk[i]! : v));
		});
		for (let i = 0; i < n; i++) expect(Math.abs(rough[i]! - expected[i]!)).toBeLessThan(1e-5);
		expect(near).toEqual(sharpMaskEdges(rough, size).near);
		expect(near.some((v) => v === 1) && near.some((v) => v === 0)).toBe(true);
	});

	it('knows a tile that is all product from one that is all backdrop', () => {
		const { rough, near } = roughenEdges(picture, new Float32Array(n).fill(0.97), 2);
		expect(rough.every((v) => v === 1)).toBe(true);
		expect(near.every((v) => v === 0)).toBe(true);
	});

	it('finds in the product’s box, with room around, the fringe that it finds in the whole picture', () => {
		const product = Uint8Array.from(disk, (a) => (a > 0.5 ? 1 : 0));
		const planes = [80, 10, 10].map((most) => noise(most)) as Planes;
		const backdrop = [60, 0, 0].map((v) => new Float32Array(n).fill(v)) as Planes;
		const whole = findFringe(product, planes, backdrop, size, size);
		const tight = boxOf(Float32Array.from(product), size, 1);
		if (!tight) throw new Error('no product');
		expect(tight).toEqual({ x: 37, y: 33, width: 55, height: 55 });
		const box = withMargin(tight, fringeRoom(size), size);
		const part = (plane: Float32Array) => crop(plane, size, box);
		const within = findFringe(
			Uint8Array.from(part(Float32Array.from(product))),
			planes.map(part) as Planes,
			backdrop.map(part) as Planes,
			box,
			size
		);
		expect(Float32Array.from(within)).toEqual(part(Float32Array.from(whole)));
		expect(whole.some((v) => v === 1)).toBe(true);
		expect(box.width * box.height).toBeLessThan(n);
		expect(boxOf(new Float32Array(n), size, 1)).toBeNull();
	});
});
