import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LEVELS, levelsFor, SCREEN_LEVELS, targetTriangles } from '$lib/optimize/levels';

describe('levelsFor', () => {
	it('without a wish gives the usual levels', () => {
		expect(levelsFor({})).toEqual(DEFAULT_LEVELS);
		expect(levelsFor({ by: 'screen' })).toEqual(SCREEN_LEVELS);
	});

	it('aims at the triangles asked for, and at fewer level by level, whatever the source has', () => {
		const wishes = fc.record({
			max_triangles: fc.integer({ min: 100, max: 2_000_000 }),
			source: fc.integer({ min: 100, max: 2_000_000 })
		});
		fc.assert(
			fc.property(wishes, ({ max_triangles, source }) => {
				const aims = levelsFor({ max_triangles }).map((level) => targetTriangles(level, source));
				expect(aims[0]).toBe(Math.min(max_triangles, source));
				aims.slice(1).forEach((aim, i) => expect(aim).toBeLessThanOrEqual(aims[i] ?? 0));
			}),
			{ seed: 6 }
		);
	});

	it('gives a larger texture to the finest level, a smaller one to all', () => {
		const sides = (texture_size: number) =>
			levelsFor({ texture_size }).map((level) => Math.min(level.texture_size, texture_size));
		expect(sides(4096)).toEqual([4096, 2048, 1024, 512]);
		expect(sides(1024)).toEqual([1024, 1024, 1024, 512]);
	});

	it('limits every file, the first view’s as before', () => {
		expect(levelsFor({ max_bytes: 1e6 }).map(({ max_bytes }) => max_bytes)).toEqual([
			1e6, 1e6, 1e6, 150_000
		]);
	});
});
