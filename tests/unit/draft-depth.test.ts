import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alpha } from '../../src/lib/generate/draft/alpha';
import { buildSolid, type BuiltSolid } from '../../src/lib/generate/draft/build-solid';
import * as silhouettes from '../fixtures/silhouettes';
import { frontIou, measureSurface } from '../fixtures/surface-facts';

const inflated = (alpha: Alpha, depthAt?: (x: number, y: number) => number) =>
	buildSolid(alpha, { construction: 'inflate', depthAt });

/** Mean distance of the front from a true one over its area, pixels, their means laid over each other. */
function frontError(solid: BuiltSolid, truth: (x: number, y: number) => number): number {
	const { positions, indices } = solid;
	const parts: { area: number; apart: number }[] = [];
	for (let t = 0; t < indices.length; t += 3) {
		if (indices[t]! >= solid.back_start) continue;
		const [a, b, c] = [0, 1, 2].map((i) => 3 * indices[t + i]!) as [number, number, number];
		const middle = (axis: number) =>
			(positions[a + axis]! + positions[b + axis]! + positions[c + axis]!) / 3;
		const across = (at: number, axis: number) => positions[at + axis]! - positions[a + axis]!;
		const area = (across(b, 0) * across(c, 1) - across(b, 1) * across(c, 0)) / 2;
		parts.push({ area, apart: middle(2) - truth(middle(0), -middle(1)) });
	}
	const whole = parts.reduce((sum, { area }) => sum + area, 0);
	const mean = parts.reduce((sum, { area, apart }) => sum + area * apart, 0) / whole;
	return parts.reduce((sum, { area, apart }) => sum + area * Math.abs(apart - mean), 0) / whole;
}

describe('a soft shape with a depth', () => {
	// Half an egg that is thickest at its left end; outside of it the depth is that of a wall far behind.
	const alpha = silhouettes.drawSilhouette(
		400,
		200,
		(x, y) => ((x - 200) / 195) ** 2 + ((y - 100) / 95) ** 2 < 1
	);
	const egg = (x: number, y: number) => {
		const [u, v] = [(x - 200) / 195, (y - 100) / 95];
		return 60 * Math.sqrt(Math.max(0, 1 - u * u - v * v)) * (1 - 0.6 * u);
	};
	const seen = (x: number, y: number) => {
		const inside = ((x - 200) / 195) ** 2 + ((y - 100) / 95) ** 2 < 0.97;
		return inside ? 0.013 * egg(x, y) + 4 : 2;
	};

	it('comes nearer to the true front, at a scale that it finds by itself', () => {
		const [plain, shaped] = [inflated(alpha), inflated(alpha, seen)];
		expect(plain.refined).toBe(false);
		expect(shaped.refined).toBe(true);
		const fitted = (solid: BuiltSolid) => {
			// The scale along z is not known: each is compared at its own best.
			const tries = Array.from({ length: 40 }, (_, i) => 0.4 + i * 0.05);
			return Math.min(
				...tries.map((scale) => frontError(solid, (x, y) => scale * egg(x, y)) / scale)
			);
		};
		expect(fitted(shaped)).toBeLessThan(0.5 * fitted(plain));
	});

	it('keeps the outline exactly, and stays closed', () => {
		const [plain, shaped] = [inflated(alpha), inflated(alpha, seen)];
		const facts = measureSurface(shaped);
		expect(facts.open_edges).toBe(0);
		expect(facts.euler).toBe(2);
		expect(facts.volume).toBeGreaterThan(0);
		expect(frontIou(shaped, alpha)).toBe(frontIou(plain, alpha));
	});

	it('puts parts at different depths where they are, each as round as it is', () => {
		const two = silhouettes.twoIslands();
		const near = (x: number, y: number) => {
			const [cx, r] = x < 200 ? [100, 90] : [320, 60];
			return Math.sqrt(Math.max(0, r * r - (x - cx) ** 2 - (y - 100) ** 2)) + (x < 200 ? 0 : 150);
		};
		const shaped = inflated(two, near);
		const middles = [0, 0];
		const counts = [0, 0];
		for (let i = 0; i < shaped.positions.length; i += 3) {
			const side = shaped.positions[i]! < 200 ? 0 : 1;
			middles[side]! += shaped.positions[i + 2]!;
			counts[side]!++;
		}
		const apart = middles[1]! / counts[1]! - middles[0]! / counts[0]!;
		// At the scale that was found: the islands' own bulge is about 0.7 of a ball's.
		expect(apart).toBeGreaterThan(70);
		expect(apart).toBeLessThan(170);
		expect(measureSurface(shaped).euler).toBe(4);
	});

	it('is closed whatever depth is told of whatever blobs', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 1e6 }),
				fc.double({ noNaN: true, min: -9, max: 9 }),
				(seed, tilt) => {
					const shape = silhouettes.blobs(seed);
					const solid = inflated(shape, (x, y) => tilt * x + Math.sin(y / 9) * 20 + ((x * y) % 7));
					const facts = measureSurface(solid);
					expect(facts.open_edges).toBe(0);
					expect(facts.volume).toBeGreaterThan(0);
					expect(solid.positions.every(Number.isFinite)).toBe(true);
				}
			),
			{ numRuns: 6, seed: 3 }
		);
	}, 60_000);
});
