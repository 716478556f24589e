import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { StageError, type View } from '../../src/lib/artifacts';
import type { Alpha } from '../../src/lib/generate/draft/alpha';
import { bakeTexture } from '../../src/lib/generate/draft/hull/bake-texture';
import { buildHull, HULL_DEFAULTS, type Hull } from '../../src/lib/generate/draft/hull/build-hull';
import { marchCubes } from '../../src/lib/generate/draft/hull/march-cubes';
import { packCharts } from '../../src/lib/generate/draft/hull/pack-charts';
import { splitCharts } from '../../src/lib/generate/draft/hull/split-charts';
import { unwrapMesh } from '../../src/lib/generate/draft/hull/unwrap-mesh';
import { canCarve, measureBox } from '../../src/lib/generate/draft/hull/views';
import { writeDraft } from '../../src/lib/generate/draft/write-draft';
import * as silhouettes from '../fixtures/silhouettes';
import { measureSurface } from '../fixtures/surface-facts';
import { measureOverlap } from '../fixtures/uv-overlap';
import { gltfErrors } from '../fixtures/validate-gltf';

const six: View[] = ['front', 'back', 'left', 'right', 'top', 'bottom'];
const allSides = (alpha: Alpha) => six.map((view) => ({ view, alpha }));

function expectClosed(hull: Hull) {
	const facts = measureSurface({ ...hull, back_start: 0 });
	expect(facts.open_edges).toBe(0);
	expect(facts.volume).toBeGreaterThan(0);
	expect(facts.smallest).toBeGreaterThan(0);
	expect(facts.triangles).toBeLessThanOrEqual(HULL_DEFAULTS.max_triangles);
	const slack = 1.5 * hull.cell;
	const outside = hull.positions.filter(
		(value, i) => value < -slack || value > hull.box[i % 3]! + slack
	);
	expect(outside.length, 'points outside the box').toBe(0);
	return facts;
}

describe('marchCubes', () => {
	it('closes any field as a 2-manifold that encloses what is positive', () => {
		fc.assert(
			fc.property(
				fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 64, maxLength: 64 }),
				(inner) => {
					const counts: [number, number, number] = [6, 6, 6];
					const values = new Float32Array(216).fill(-1);
					inner.forEach((value, i) => {
						const [x, y, z] = [i % 4, Math.floor(i / 4) % 4, Math.floor(i / 16)];
						values[x + 1 + 6 * (y + 1 + 6 * (z + 1))] = value;
					});
					fc.pre(values.some((value) => value > 0));
					const mesh = marchCubes({ counts, values });
					const facts = measureSurface({ ...mesh, normals: mesh.positions, back_start: 0 });
					expect(facts.open_edges).toBe(0);
					expect(facts.volume).toBeGreaterThan(0);
				}
			),
			{ numRuns: 300, seed: 5 }
		);
	});
});

describe('buildHull', () => {
	it('carves three rounded squares to what all three allow', () => {
		const round = (x: number, y: number) =>
			Math.hypot(Math.max(Math.abs(x - 150) - 50, 0), Math.max(Math.abs(y - 150) - 50, 0)) < 100;
		const hull = buildHull(allSides(silhouettes.drawSilhouette(300, 300, round)));
		const step = 4;
		let inside = 0;
		const at = (i: number) => (i + 0.5) * step;
		for (let i = 0; i < 75; i++)
			for (let j = 0; j < 75; j++)
				for (let k = 0; k < 75; k++)
					if (round(at(i), at(j)) && round(at(i), at(k)) && round(at(j), at(k))) inside++;
		const facts = expectClosed(hull);
		expect(facts.volume / (inside * step ** 3)).toBeCloseTo(1, 1.5);
		expect(facts.euler).toBe(2);
	});

	it('makes a ball of disks from all sides, or from two', () => {
		const volume = (4 / 3) * Math.PI * 150 ** 3;
		const photos = allSides(silhouettes.disk());
		for (const views of [photos, photos.slice(0, 3)]) {
			expect(expectClosed(buildHull(views)).volume / volume).toBeCloseTo(1, 1.5);
		}
	});

	it('gives a box its whole volume, its depth by the side', () => {
		const hull = buildHull([
			{ view: 'front', alpha: silhouettes.bar(300, 200) },
			{ view: 'left', alpha: silhouettes.bar(50, 100) }
		]);
		expect(hull.box).toEqual([300, 200, 100]);
		expect(expectClosed(hull).volume / (300 * 200 * 100)).toBeCloseTo(1, 1);
	});

	it('shows in each view what is on that side', () => {
		// A step that rises to the right of the front photo, so to the left of the back photo.
		const step = silhouettes.drawSilhouette(200, 200, (x, y) => x > 100 || y > 150);
		const mirrored = silhouettes.drawSilhouette(200, 200, (x, y) => x < 100 || y > 150);
		const square = silhouettes.bar(200, 200);
		const agreeing = buildHull([
			{ view: 'front', alpha: step },
			{ view: 'back', alpha: mirrored },
			{ view: 'right', alpha: square }
		]);
		const whole = 200 * (200 * 200 - 100 * 150);
		expect(expectClosed(agreeing).volume / whole).toBeCloseTo(1, 1);
		const from_above = silhouettes.drawSilhouette(200, 200, (x, y) => x > 100 || y > 150);
		const corner = buildHull([
			{ view: 'top', alpha: from_above },
			{ view: 'right', alpha: mirrored }
		]);
		// Behind is up in a photo from above and right in one from the right, where the step is low.
		expect(expectClosed(corner).volume).toBeLessThan(0.5 * 200 ** 3);
	});

	it('closes whatever random silhouettes allow', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 1e6 }),
				fc.shuffledSubarray(six, { minLength: 2 }),
				(seed, views) => {
					fc.pre(canCarve(views));
					const photos = views.map((view, i) => ({ view, alpha: silhouettes.blobs(seed + i) }));
					try {
						expectClosed(buildHull(photos, { cells: 48 }));
					} catch (error) {
						if (!(error instanceof StageError && error.code === 'nothing_found')) throw error;
					}
				}
			),
			{ numRuns: 20, seed: 4 }
		);
	}, 60_000);

	it('refuses photos of which one is empty', () => {
		const empty: Alpha = { width: 50, height: 40, data: new Uint8Array(2000) };
		const photos = [
			{ view: 'front' as const, alpha: silhouettes.disk() },
			{ view: 'left' as const, alpha: empty }
		];
		expect(() => buildHull(photos)).toThrow(new StageError('nothing_found'));
	});
});

describe('canCarve', () => {
	it.each([
		[['front', 'back'], false],
		[['front'], false],
		[['front', 'left'], true],
		[['top', 'left'], true],
		[['left', 'right'], false]
	] as [View[], boolean][])('says of %s: %s', (views, expected) => {
		expect(canCarve(views)).toBe(expected);
	});
});

describe('measureBox', () => {
	it('scales every photo to the first', () => {
		const box = measureBox([
			{ view: 'top', width: 60, height: 20 },
			{ view: 'left', width: 40, height: 100 },
			{ view: 'front', width: 30, height: 25 }
		]);
		expect(box).toEqual([60, 50, 20]);
	});
});

describe('unwrapMesh', () => {
	it.each([
		['three disks', allSides(silhouettes.disk())],
		[
			'rings and a stool',
			[
				{ view: 'front', alpha: silhouettes.ring() },
				{ view: 'left', alpha: silhouettes.stool() },
				{ view: 'top', alpha: silhouettes.frame() }
			]
		]
	] as [string, { view: View; alpha: Alpha }[]][])('lays %s out without overlaps', (_, photos) => {
		const hull = buildHull(photos, { cells: 64 });
		const side = 1024;
		const { corners } = unwrapMesh(hull, hull.cell, side);
		const outside = corners.filter((value) => value < 0 || value > side);
		expect(outside.length).toBe(0);
		const { covered, twice } = measureOverlap(corners, 16);
		expect(covered).toBeGreaterThan(0.3 * side * side);
		expect(twice / covered).toBeLessThan(1e-7);
	});

	it('lays whatever random silhouettes carve out without overlaps', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
				const views: View[] = ['front', 'left', 'top'];
				const photos = views.map((view, i) => ({ view, alpha: silhouettes.blobs(seed + i) }));
				try {
					const hull = buildHull(photos, { cells: 48 });
					const { corners } = unwrapMesh(hull, hull.cell, 512);
					const { covered, twice } = measureOverlap(corners, 16);
					expect(twice / covered).toBeLessThan(1e-7);
				} catch (error) {
					if (!(error instanceof StageError && error.code === 'nothing_found')) throw error;
				}
			}),
			{ numRuns: 12, seed: 8 }
		);
	}, 60_000);
});

describe('splitCharts', () => {
	it('gives a surface that is written without any error of the glTF validator, in one piece', async () => {
		const hull = buildHull(allSides(silhouettes.frame()), { cells: 48 });
		const surface = splitCharts(hull, unwrapMesh(hull, hull.cell, 256), 256);
		const facts = measureSurface({ ...surface, back_start: 0 });
		expect(facts.open_edges).toBe(0);
		expect(Math.min(...surface.uvs)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...surface.uvs)).toBeLessThanOrEqual(1);
		const gray = { width: 64, height: 64, channels: 3, background: '#888' } as const;
		const image = await sharp({ create: gray }).jpeg().toBuffer();
		const texture = { image, mime_type: 'image/jpeg' } as const;
		const { glb } = await writeDraft(surface, { size: {}, construction: 'hull', texture });
		expect(await gltfErrors(new Blob([new Uint8Array(glb)]))).toEqual([]);
	});
});

describe('packCharts', () => {
	it('keeps rectangles apart and within the square', () => {
		const sides = fc.record({
			width: fc.double({ min: 0.01, max: 9, noNaN: true }),
			height: fc.double({ min: 0.01, max: 9, noNaN: true })
		});
		fc.assert(
			fc.property(fc.array(sides, { minLength: 1, maxLength: 40 }), (charts) => {
				const { scale, places } = packCharts(charts, 512);
				const boxes = charts.map(({ width, height }, i) => ({
					...places[i]!,
					right: places[i]!.x + width * scale,
					bottom: places[i]!.y + height * scale
				}));
				boxes.forEach((a, i) => {
					expect(Math.max(a.right, a.bottom)).toBeLessThanOrEqual(512);
					for (const b of boxes.slice(i + 1)) {
						const apart = a.right <= b.x || b.right <= a.x || a.bottom <= b.y || b.bottom <= a.y;
						expect(apart).toBe(true);
					}
				});
			}),
			{ numRuns: 100, seed: 6 }
		);
	});
});

describe('bakeTexture', () => {
	it('paints each side with the color of the photo that shows it, the unseen back as the front', () => {
		const colors: [View, number[]][] = [
			['front', [200, 0, 0]],
			['left', [0, 200, 0]],
			['right', [0, 0, 200]]
		];
		const alpha = silhouettes.bar(100, 100);
		const hull = buildHull(
			colors.map(([view]) => ({ view, alpha })),
			{ cells: 32 }
		);
		const photos = colors.map(([view, color]) => {
			const data = new Uint8ClampedArray(100 * 100 * 4);
			for (let at = 0; at < data.length; at += 4) data.set([...color, 255], at);
			return { view, margin: 0, pixels: { width: 100, height: 100, data } };
		});
		const unwrapped = unwrapMesh(hull, hull.cell, 256);
		const pixels = bakeTexture(hull, unwrapped, photos, 256);
		const colorAt = (x: number, y: number, z: number) => {
			let [nearest, found] = [Infinity, 0];
			for (let corner = 0; corner < hull.indices.length; corner++) {
				const at = 3 * hull.indices[corner]!;
				const distance = Math.hypot(
					hull.positions[at]! - x,
					hull.positions[at + 1]! - y,
					hull.positions[at + 2]! - z
				);
				if (distance < nearest) [nearest, found] = [distance, corner];
			}
			const [u, v] = [
				Math.floor(unwrapped.corners[2 * found]!),
				Math.floor(unwrapped.corners[2 * found + 1]!)
			];
			return [...pixels.subarray((v * 256 + u) * 4, (v * 256 + u) * 4 + 3)];
		};
		const near = (color: number[], wanted: number[]) =>
			color.forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan(6));
		near(colorAt(50, 50, 100), [200, 0, 0]);
		near(colorAt(50, 50, 0), [200, 0, 0]);
		near(colorAt(0, 50, 50), [0, 200, 0]);
		near(colorAt(100, 50, 50), [0, 0, 200]);
	});
});
