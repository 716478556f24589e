import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StageError } from '../../src/lib/artifacts';
import type { Alpha } from '../../src/lib/generate/draft/alpha';
import {
	buildSolid,
	SOLID_DEFAULTS,
	type BuiltSolid
} from '../../src/lib/generate/draft/build-solid';
import type { ConstructionName } from '../../src/lib/generate/draft/constructions/choose-construction';
import type { Solid } from '../../src/lib/generate/draft/solid';
import * as silhouettes from '../fixtures/silhouettes';
import { frontIou, measureSurface } from '../fixtures/surface-facts';

/** Checks what holds for every surface. */
function expectSound(solid: BuiltSolid, alpha: Alpha) {
	const { width, height } = solid.turn?.to ?? alpha;
	const facts = measureSurface(solid);
	expect(facts.open_edges).toBe(0);
	expect(facts.volume).toBeGreaterThan(0);
	expect(facts.smallest).toBeGreaterThan(0);
	expect(facts.against_normals).toBe(0);
	expect(facts.triangles).toBeLessThanOrEqual(SOLID_DEFAULTS.max_triangles);
	const slack = Math.max(1, 0.002 * Math.max(width, height));
	let outside = 0;
	let askew = 0;
	for (let i = 0; i < solid.positions.length; i += 3) {
		const [x, y, z] = Array.from(solid.positions.subarray(i, i + 3)) as [number, number, number];
		const held =
			Math.abs(x - width / 2) <= width / 2 + slack &&
			Math.abs(y + height / 2) <= height / 2 + slack &&
			Math.abs(z) <= Math.max(width, height) / 2 + slack;
		if (!held) outside++;
		if (Math.abs(Math.hypot(...solid.normals.subarray(i, i + 3)) - 1) > 1e-5) askew++;
	}
	expect(outside, 'points outside the frame').toBe(0);
	expect(askew, 'normals not of length 1').toBe(0);
	return facts;
}

const SOLIDS: [string, Alpha, { euler: number; iou: number }][] = [
	['a disk', silhouettes.disk(), { euler: 2, iou: 0.99 }],
	['a ring', silhouettes.ring(), { euler: 0, iou: 0.99 }],
	['two islands', silhouettes.twoIslands(), { euler: 4, iou: 0.99 }],
	['a stool with thin legs', silhouettes.stool(), { euler: 2, iou: 0.98 }],
	['a lattice of 100 holes', silhouettes.lattice(6), { euler: -160, iou: 0.98 }],
	['a filled frame', silhouettes.bar(256, 256), { euler: 2, iou: 0.99 }],
	['a large filled frame', silhouettes.bar(1500, 1500), { euler: 2, iou: 0.99 }],
	['a bar of 3 x 400 pixels', silhouettes.bar(3, 400), { euler: 2, iou: 0.98 }],
	['a bar of 400 x 2 pixels', silhouettes.bar(400, 2), { euler: 2, iou: 0.98 }],
	['two squares a gap apart at a corner', silhouettes.pinch(-4), { euler: 4, iou: 0.98 }],
	['two squares that overlap at a corner', silhouettes.pinch(3), { euler: 2, iou: 0.98 }]
];

describe('buildSolid', () => {
	it.each(SOLIDS)('closes %s and keeps its outline', (_, alpha, { euler, iou }) => {
		const solid = buildSolid(alpha);
		const facts = expectSound(solid, alpha);
		expect(facts.euler).toBe(euler);
		expect(facts.triangles).toBeGreaterThanOrEqual(SOLID_DEFAULTS.min_triangles);
		expect(frontIou(solid, alpha)).toBeGreaterThanOrEqual(iou);
	});

	it.each(['inflate', 'lathe', 'extrude'] as const)(
		'closes random blobs by %s',
		(construction) => {
			fc.assert(
				fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
					const alpha = silhouettes.blobs(seed);
					const solid = orNothing(() => buildSolid(alpha, { construction }));
					if (solid) expectSound(solid, alpha);
				}),
				{ numRuns: 8, seed: 1 }
			);
		},
		60_000
	);

	it('closes noise, slivers and single pixels', () => {
		const size = fc.integer({ min: 1, max: 60 });
		const share = fc.double({ min: 0.02, max: 1, noNaN: true });
		fc.assert(
			fc.property(size, size, fc.integer(), share, (width, height, seed, opaque) => {
				const alpha = silhouettes.noise(width, height, seed, opaque);
				const solid = orNothing(() => buildSolid(alpha));
				if (solid) expectSound(solid, alpha);
			}),
			{ numRuns: 25, seed: 2 }
		);
		const pixel = silhouettes.onePixel();
		expectSound(buildSolid(pixel), pixel);
	}, 60_000);

	it('refuses a silhouette of which nothing is opaque', () => {
		const empty: Alpha = { width: 50, height: 40, data: new Uint8Array(2000) };
		expect(() => buildSolid(empty)).toThrow(new StageError('nothing_found'));
	});

	it('keeps an outline as long as lace within the limit of triangles', () => {
		const alpha = silhouettes.lattice(10, 2000);
		expectSound(buildSolid(alpha), alpha);
	});

	it('draws a net too fine for its threads as one closed sheet', () => {
		const alpha = silhouettes.lattice(4, 2000);
		const facts = expectSound(buildSolid(alpha), alpha);
		expect(facts.euler).toBe(2);
		expect(facts.volume).toBeGreaterThan(1900 ** 2);
	});

	it('makes a long bar as thick as it is wide, and a broad square flatter than wide', () => {
		const bar = thickness(buildSolid(silhouettes.bar(40, 800), { construction: 'inflate' }));
		expect(bar).toBeGreaterThan(0.9 * 40);
		expect(bar).toBeLessThan(1.05 * 40);
		const square = thickness(buildSolid(silhouettes.bar(400, 400), { construction: 'inflate' }));
		expect(square).toBeGreaterThan(0.3 * 400);
		expect(square).toBeLessThan(0.7 * 400);
	});

	it('gives a turned vase the volume of its circles', () => {
		const radius = (y: number) => 60 + 30 * Math.sin(y / 60);
		const alpha = silhouettes.drawSilhouette(200, 400, (x, y) => Math.abs(x - 100) < radius(y));
		const solid = buildSolid(alpha);
		expect(solid.construction).toBe('lathe');
		let volume = 0;
		for (let y = 0.5; y < 400; y++) volume += Math.PI * radius(y) ** 2;
		expect(measureSurface(solid).volume / volume).toBeGreaterThan(0.97);
		expect(measureSurface(solid).volume / volume).toBeLessThan(1.01);
	});

	const chosen: [string, Alpha, ConstructionName][] = [
		['a bottle', silhouettes.bottle(), 'lathe'],
		['a bottle with a handle', silhouettes.bottle({ handle: true }), 'inflate'],
		['a bottle that leans', silhouettes.leaning(silhouettes.bottle(), 5), 'lathe'],
		['an upright rectangle', silhouettes.bar(300, 420), 'extrude'],
		['a stool', silhouettes.stool(), 'inflate'],
		['a picture frame', silhouettes.frame(), 'extrude'],
		['a ring', silhouettes.ring(), 'inflate']
	];
	it.each(chosen)('sees in %s what it is', (_, alpha, construction) => {
		expect(buildSolid(alpha).construction).toBe(construction);
	});

	it.each(chosen)(
		'tells what it would have made of %s when another shape is asked for',
		(_, alpha) => {
			const { construction, reason, automatic } = buildSolid(alpha);
			expect(automatic).toEqual({ construction, reason });
			for (const asked of ['lathe', 'inflate', 'extrude'] as const) {
				const solid = buildSolid(alpha, { construction: asked, cells: 128, min_triangles: 500 });
				expect(solid).toMatchObject({ construction: asked, reason: 'asked_for' });
				expect(solid.automatic).toEqual(automatic);
			}
		}
	);
});

describe('buildSolid with a known depth', () => {
	it('gives a box its whole volume', () => {
		const alpha = silhouettes.bar(300, 420);
		const solid = buildSolid(alpha, { size: { height_m: 0.42, depth_m: 0.2 } });
		expect(solid.construction).toBe('extrude');
		expect(expectSound(solid, alpha).volume / (300 * 420 * 200)).toBeCloseTo(1, 1);
	});

	it('keeps the walls of a frame within the limit of triangles', () => {
		const alpha = silhouettes.frame(2000);
		const facts = expectSound(buildSolid(alpha, { size: { height_m: 1, depth_m: 0.1 } }), alpha);
		expect(facts.euler).toBe(0);
	});

	it.each([
		[1, 'lathe'],
		[0.1, 'inflate']
	] as const)('takes a disk %s times as deep as wide for %s', (depth_m, construction) => {
		const { construction: chosen } = buildSolid(silhouettes.disk(), {
			size: { width_m: 1, depth_m }
		});
		expect(chosen).toBe(construction);
	});
});

describe('buildSolid and the axis', () => {
	const degrees = (radians: number) => (radians * 180) / Math.PI;

	it.each([-9, -2.5, 4, 11])('finds how far a bottle leans: %s degrees', (lean) => {
		const { axis, turn } = buildSolid(silhouettes.leaning(silhouettes.bottle(), lean));
		expect(degrees(axis.tilt)).toBeCloseTo(lean, 0);
		expect(turn?.tilt).toBe(axis.tilt);
	});

	it('puts a leaning bottle upright, as round as the upright one', () => {
		const upright = silhouettes.bottle();
		const alpha = silhouettes.leaning(upright, 6);
		const solid = buildSolid(alpha);
		expectSound(solid, alpha);
		expect(measureSurface(solid).volume / measureSurface(buildSolid(upright)).volume).toBeCloseTo(
			1,
			1.5
		);
		let [left, right] = [Infinity, -Infinity];
		for (let i = 0; i < solid.positions.length; i += 3) {
			left = Math.min(left, solid.positions[i]!);
			right = Math.max(right, solid.positions[i]!);
		}
		expect(right - left).toBeCloseTo(180, -1);
	});

	it('leaves straight things, and such as lean without an axis, as they are', () => {
		for (const alpha of [silhouettes.bottle(), silhouettes.disk(), silhouettes.stool()]) {
			expect(buildSolid(alpha).turn).toBeNull();
		}
	});

	it('keeps the body beside a handle round and the handle as round as it is wide', () => {
		const alpha = silhouettes.bottle({ handle: true });
		const solid = buildSolid(alpha);
		expect(solid.reason).toBe('parts_stick_out');
		expectSound(solid, alpha);
		expect(solid.axis.x).toBeCloseTo(110, -0.5);
		const thick = (from: number, to: number) => {
			let most = 0;
			for (let i = 0; i < solid.positions.length; i += 3) {
				const x = solid.positions[i]!;
				if (x > from && x < to) most = Math.max(most, 2 * solid.positions[i + 2]!);
			}
			return most;
		};
		expect(thick(80, 140)).toBeCloseTo(180, -1);
		expect(thick(235, 260)).toBeGreaterThan(12);
		expect(thick(235, 260)).toBeLessThan(26);
	});

	it('turns a body around the axis a person gave', () => {
		const alpha = silhouettes.bar(200, 400);
		const axis = { x: 60, tilt: 0 };
		const solid = buildSolid(alpha, { construction: 'lathe', axis });
		expectSound(solid, alpha);
		expect(solid.axis).toEqual(axis);
		const ridge = [...solid.positions.keys()]
			.filter((i) => i % 3 === 2)
			.reduce((a, b) => (solid.positions[b]! > solid.positions[a]! ? b : a));
		expect(thickness(solid)).toBeGreaterThan(115);
		expect(solid.positions[ridge - 2]).toBeGreaterThan(40);
	});
});

function thickness({ positions }: Solid): number {
	let most = 0;
	for (let i = 2; i < positions.length; i += 3) most = Math.max(most, positions[i]!);
	return 2 * most;
}

/** Random pixels may be no product at all, which is refused in words. */
function orNothing<T>(build: () => T): T | null {
	try {
		return build();
	} catch (error) {
		if (error instanceof StageError && error.code === 'nothing_found') return null;
		throw error;
	}
}
