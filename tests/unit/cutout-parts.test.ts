import { describe, expect, it } from 'vitest';
import { boxBlur, dilate, localExtreme } from '../../src/lib/cutout/blur';
import { colorsNear } from '../../src/lib/cutout/colors-near';
import { cleanColor } from '../../src/lib/cutout/estimate-foreground';
import { fillSmooth } from '../../src/lib/cutout/fill-smooth';
import { floodFromBorder, pieces } from '../../src/lib/cutout/flood';
import { minCut, type Links } from '../../src/lib/cutout/min-cut';
import { pictureToTensor } from '../../src/lib/cutout/picture-to-tensor';
import { fitInside, toLab } from '../../src/lib/cutout/raster';
import { enlarge, resizeMask, shrink } from '../../src/lib/cutout/resample';
import { Scratch } from '../../src/lib/cutout/scratch';
import { sharpEdges } from '../../src/lib/cutout/sharp-edges';
import { seededRandom } from '../fixtures/images';

const size = { width: 37, height: 23 };
const n = size.width * size.height;
const random = seededRandom(5);
const noise = Float32Array.from({ length: n }, random);

/** Visits the pixels of the square window around pixel i, cut at the frame. */
function around(i: number, radius: number): number[] {
	const x = i % size.width;
	const y = Math.floor(i / size.width);
	const found: number[] = [];
	for (let v = Math.max(0, y - radius); v <= Math.min(size.height - 1, y + radius); v++) {
		for (let u = Math.max(0, x - radius); u <= Math.min(size.width - 1, x + radius); u++) {
			found.push(v * size.width + u);
		}
	}
	return found;
}

describe('memory that is used again', () => {
	it('gives each plane zeros of its own, and after it is cleared the same memory', () => {
		const scratch = new Scratch();
		const take = () => [
			scratch.bytes(3),
			scratch.floats(5 << 20),
			scratch.floats(7),
			scratch.bytes(40 << 20),
			scratch.floats(1)
		];
		const first = take();
		for (const [i, plane] of first.entries()) plane.fill(i + 1);
		for (const [i, plane] of first.entries()) {
			expect([plane.at(0), plane.at(-1)]).toEqual([i + 1, i + 1]);
		}
		scratch.clear();
		for (const [i, plane] of take().entries()) {
			expect(plane.buffer).toBe(first[i]?.buffer);
			expect(plane.byteOffset).toBe(first[i]?.byteOffset);
			expect([plane.at(0), plane.at(-1)]).toEqual([0, 0]);
		}
	});
});

describe('filters', () => {
	it.each([1, 5, 30])('dilate is the largest value of the window of a map, radius %i', (radius) => {
		const map = Uint8Array.from(noise, (v) => (v > 0.99 ? 1 : 0));
		const wide = dilate(map, size, radius);
		expect([...wide]).toEqual([...localExtreme(map, size, radius, 1)]);
	});

	it.each([1, 4, 30])('boxBlur is the mean of the window, radius %i', (radius) => {
		const blurred = boxBlur(noise, size, radius);
		for (let i = 0; i < n; i += 7) {
			const window = around(i, radius).map((j) => noise[j]!);
			expect(blurred[i]).toBeCloseTo(window.reduce((p, q) => p + q) / window.length, 5);
		}
	});

	it.each([1, 5])(
		'localExtreme is the largest and the smallest of the window, radius %i',
		(radius) => {
			const high = localExtreme(noise, size, radius, 1);
			const low = localExtreme(noise, size, radius, -1);
			for (let i = 0; i < n; i += 5) {
				const window = around(i, radius).map((j) => noise[j]!);
				expect(high[i]).toBe(Math.max(...window));
				expect(low[i]).toBe(Math.min(...window));
			}
		}
	);

	it('resampling keeps a ramp a ramp and a mask within 0 to 1', () => {
		const from = { width: 16, height: 16 };
		const to = { width: 64, height: 64 };
		const ramp = Float32Array.from({ length: 256 }, (_, i) => (i % 16) / 15);
		const large = enlarge(ramp, from, to);
		expect(large[32 * 64 + 32]).toBeCloseTo((32.5 / 4 - 0.5) / 15, 5);
		const back = shrink(large, to, from);
		for (let i = 17; i < 239; i++)
			if (i % 16 > 0 && i % 16 < 15) expect(back[i]).toBeCloseTo(ramp[i]!, 2);
		const step = resizeMask(
			ramp.map((v) => (v > 0.5 ? 1 : 0)),
			from,
			to
		);
		expect(Math.min(...step)).toBe(0);
		expect(Math.max(...step)).toBe(1);
	});

	it('fillSmooth keeps what is known and continues it without overshoot', () => {
		const known = Uint8Array.from({ length: n }, (_, i) =>
			i % size.width < 8 || i % size.width > 28 ? 1 : 0
		);
		const source = Float32Array.from({ length: n }, (_, i) => (i % size.width < 8 ? 10 : 20));
		const filled = fillSmooth(source, known, size);
		for (let i = 0; i < n; i++) {
			if (known[i]) expect(filled[i]).toBe(source[i]);
			expect(filled[i]).toBeGreaterThanOrEqual(10);
			expect(filled[i]).toBeLessThanOrEqual(20);
		}
		expect(filled[11 * size.width + 10]!).toBeLessThan(filled[11 * size.width + 26]!);
	});
});

describe('colors', () => {
	it('toLab gives white, black and sRGB red as published', () => {
		const planes = [1, 0, 1].map((v) => Float32Array.of(v));
		const [L, a, b] = toLab([planes[0]!, planes[0]!, planes[0]!]);
		expect(L[0]).toBeCloseTo(100, 2);
		expect(a[0]).toBeCloseTo(0, 1);
		expect(b[0]).toBeCloseTo(0, 1);
		const red = toLab([planes[0]!, planes[1]!, planes[1]!]);
		expect(red[0][0]).toBeCloseTo(53.24, 1);
		expect(red[1][0]).toBeCloseTo(80.09, 1);
		expect(red[2][0]).toBeCloseTo(67.2, 1);
	});

	it('cleanColor gives the product back from an exact mix', () => {
		const seen = 0.3 * 0.8 + 0.7 * 0.1;
		expect(cleanColor(seen, 0.8, 0.1, 0.3)).toBeCloseTo(0.8, 6);
		expect(cleanColor(0.42, 0.8, 0.1, 1)).toBeCloseTo(0.42, 6);
	});

	it('colorsNear is the weighted mean and variance of the near window and a hundredth of the far one', () => {
		const bytes = Uint8ClampedArray.from({ length: 4 * n }, () => 256 * random());
		const weight = noise.map((v, i) => (i % size.width < 20 ? v : 0));
		const wanted = Uint8Array.from(noise, (v) => (v < 0.7 ? 1 : 0));
		const { mean, variance } = colorsNear({ ...size, data: bytes }, (i) => weight[i]!, wanted, 1);
		const bare = (i: number) => around(i, 11).every((j) => weight[j] === 0);
		for (let i = 0; i < n; i++) {
			const seen = ([0, 1, 2] as const).map((c) => mean[c][i]!);
			if (!wanted[i]) expect([...seen, variance[i]]).toEqual([0, 0, 0, 0]);
			else if (bare(i)) {
				seen.forEach((v, c) => expect(v).toBeCloseTo(bytes[4 * i + c]! / 255, 6));
			} else {
				const sum = (of: (j: number) => number) =>
					[4, 11].reduce((total, radius) => {
						const window = around(i, radius);
						const share = radius === 11 ? 0.01 : 1;
						return (
							total + (share * window.reduce((a, j) => a + weight[j]! * of(j), 0)) / window.length
						);
					}, 0);
				const color = (j: number, c: number) => bytes[4 * j + c]! / 255;
				const total = sum(() => 1);
				const means = [0, 1, 2].map((c) => sum((j) => color(j, c)) / total);
				const away = sum((j) => means.reduce((a, m, c) => a + (color(j, c) - m) ** 2, 0)) / total;
				seen.forEach((v, c) => expect(v).toBeCloseTo(means[c]!, 5));
				expect(variance[i]).toBeCloseTo(away, 5);
			}
		}
		expect(Array.from(wanted).some((w, i) => w === 1 && bare(i))).toBe(true);
	});

	it('pictureToTensor stretches, orders by planes and normalizes', () => {
		const data = new Uint8ClampedArray(8 * 4 * 4).fill(255);
		for (let i = 0; i < 32; i++) data.set([255, 0, 51, 255], i * 4);
		const shape = { side: 16, mean: [0.5, 0.5, 0.5], std: [1, 0.5, 1] } as const;
		const tensor = pictureToTensor(
			{ data, width: 8, height: 4 },
			{ side: 16, mean: [...shape.mean], std: [...shape.std] }
		);
		expect(tensor.length).toBe(3 * 256);
		expect(tensor[100]).toBeCloseTo(0.5, 5);
		expect(tensor[256 + 100]).toBeCloseTo(-1, 5);
		expect(tensor[512 + 100]).toBeCloseTo(-0.3, 5);
	});
});

describe('regions', () => {
	const frame = { width: 30, height: 30 };
	/** A closed wall around the middle, but for a gap of `gap` pixels. */
	const walled = (gap: number) =>
		Uint8Array.from({ length: 900 }, (_, i) => {
			const x = i % 30;
			const y = Math.floor(i / 30);
			const wall = Math.max(Math.abs(x - 15), Math.abs(y - 15)) === 9;
			return wall && !(y === 6 && Math.abs(x - 15) < gap / 2) ? 0 : 1;
		});

	it('the flood stays out of a closed wall, and of one with a gap narrower than it closes', () => {
		const middle = 15 * 30 + 15;
		expect(floodFromBorder(walled(0), frame, 0)[middle]).toBe(0);
		expect(floodFromBorder(walled(2), frame, 0)[middle]).toBe(1);
		expect(floodFromBorder(walled(2), frame, 1)[middle]).toBe(0);
		expect(floodFromBorder(walled(6), frame, 1)[middle]).toBe(1);
	});

	it('pieces are told apart, with those at the border', () => {
		const found = pieces(walled(0), frame).map(({ pixels, touches_border }) => [
			pixels.length,
			touches_border
		]);
		expect(found).toEqual([
			[900 - 19 * 19, true],
			[17 * 17, false]
		]);
	});

	it('a faint step is an edge, a strong ramp and noise are not', () => {
		const side = { width: 80, height: 80 };
		const paint = (f: (x: number) => number) =>
			Float32Array.from({ length: 6400 }, (_, i) => f(i % 80) + 0.1 * (random() - 0.5));
		const at = (map: Uint8Array) => map[40 * 80 + 39]! | map[40 * 80 + 40]!;
		expect(
			at(
				sharpEdges(
					paint((x) => (x < 40 ? 60 : 63)),
					side
				)
			)
		).toBe(1);
		expect(
			at(
				sharpEdges(
					paint((x) => 60 + Math.min(30, Math.max(0, x - 25))),
					side
				)
			)
		).toBe(0);
		expect(
			at(
				sharpEdges(
					paint(() => 60),
					side
				)
			)
		).toBe(0);
	});

	it('fitInside keeps the aspect and never enlarges', () => {
		expect(fitInside({ width: 3000, height: 2000 }, 1024)).toEqual({ width: 1024, height: 683 });
		expect(fitInside({ width: 300, height: 200 }, 1024)).toEqual({ width: 300, height: 200 });
		expect(fitInside({ width: 9000, height: 2 }, 1024)).toEqual({ width: 1024, height: 1 });
	});
});

describe('the minimum cut', () => {
	const grid = { width: 4, height: 3 };
	const steps = [
		[1, 0],
		[1, 1],
		[0, 1],
		[-1, 1]
	] as const;

	/** What a labeling costs: leans against it, and links between different labels. */
	function costOf(labels: ArrayLike<number>, lean: Float32Array, links: Links): number {
		let cost = 0;
		for (let i = 0; i < lean.length; i++) {
			const own = labels[i]!;
			if ((own === 1 && lean[i]! < 0) || (own === 0 && lean[i]! > 0)) cost += Math.abs(lean[i]!);
			steps.forEach(([dx, dy], d) => {
				const x = (i % grid.width) + dx;
				const y = Math.floor(i / grid.width) + dy;
				if (x < 0 || x >= grid.width || y >= grid.height) return;
				if (labels[y * grid.width + x] !== own) cost += links[d as 0 | 1 | 2 | 3][i]!;
			});
		}
		return cost;
	}

	it('is as cheap as the cheapest of all labelings, fixed pixels included', () => {
		for (let round = 0; round < 40; round++) {
			const lean = Float32Array.from({ length: 12 }, () => {
				const draw = random();
				if (draw < 0.2) return draw < 0.1 ? Infinity : -Infinity;
				return draw < 0.4 ? 0 : 4 * (random() - 0.5);
			});
			const weights = () => Float32Array.from({ length: 12 }, () => Math.max(0, random() - 0.2));
			const links: Links = [weights(), weights(), weights(), weights()];
			let least = Infinity;
			for (let bits = 0; bits < 1 << 12; bits++) {
				const labels = Array.from({ length: 12 }, (_, i) => (bits >> i) & 1);
				least = Math.min(least, costOf(labels, lean, links));
			}
			expect(costOf(minCut(lean, links, grid), lean, links)).toBeLessThan(least + 1e-4);
		}
	});
});
