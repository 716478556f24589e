import { expect, it } from 'vitest';
import { boxBlur } from '../../src/lib/cutout/blur';
import { refineAlpha } from '../../src/lib/cutout/refine-alpha';

const SIDE = 160;
const size = { width: SIDE, height: SIDE };
const BACKDROP = [205, 200, 195];
const PRODUCT = [90, 30, 110];

/** What a network would see of it, and the photo: `cover` is how much of a pixel is product. */
function refined(cover: (x: number, y: number) => number) {
	const truth = Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
		cover(i % SIDE, Math.floor(i / SIDE))
	);
	const data = new Uint8ClampedArray(SIDE * SIDE * 4).fill(255);
	truth.forEach((a, i) => {
		for (const c of [0, 1, 2]) data[i * 4 + c] = a * PRODUCT[c]! + (1 - a) * BACKDROP[c]!;
	});
	const alpha = boxBlur(boxBlur(truth, size, 1), size, 1);
	const mask = refineAlpha({ ...size, data }, { alpha, edges: 'given' }, 2);
	return { at: (x: number, y: number) => mask.alpha[y * SIDE + x]!, trust: mask.trust };
}

it('glass keeps what the network says of it, up to its rim and beside an opaque label', () => {
	const { at, trust } = refined((x, y) => {
		const inside = x >= 40 && x < 120 && y >= 20 && y < 140;
		return inside ? (y >= 70 && y < 100 ? 1 : 0.6) : 0;
	});
	for (const [x, y] of [
		[80, 45],
		[43, 45],
		[116, 120],
		[80, 66],
		[80, 104]
	] as const) {
		expect(Math.abs(at(x, y) - 0.6)).toBeLessThan(0.1);
	}
	// So that the photo at its full size does not make it opaque either.
	expect(trust[45 * SIDE + 43]).toBe(0);
	expect(at(80, 85)).toBe(1);
	expect(at(30, 45)).toBe(0);
});

it('spokes, of which a network is as unsure, are no glass: the photo tells how opaque they are', () => {
	const { at } = refined((x, y) => (x >= 20 && x < 140 && y % 20 < 3 ? 1 : 0));
	for (const y of [41, 61, 81]) expect(at(80, y)).toBeGreaterThan(0.9);
	for (const y of [50, 70]) expect(at(80, y)).toBeLessThan(0.05);
});
