import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { StageError } from '../../src/lib/artifacts';
import type { Alpha } from '../../src/lib/generate/draft/alpha';
import { buildSolid } from '../../src/lib/generate/draft/build-solid';
import { layOutAtlas } from '../../src/lib/generate/draft/lay-out-atlas';
import { projectUvs } from '../../src/lib/generate/draft/project-uvs';
import { writeDraft } from '../../src/lib/generate/draft/write-draft';
import { drawSilhouette } from '../fixtures/silhouettes';
import { measureSurface } from '../fixtures/surface-facts';
import { gltfErrors } from '../fixtures/validate-gltf';
import { WebIO } from '@gltf-transform/core';

let image: Uint8Array;
beforeAll(async () => {
	const gray = { width: 64, height: 64, channels: 3, background: '#888' } as const;
	image = await sharp({ create: gray }).jpeg().toBuffer();
});

/** Disks and bars that add to or are cut from the outline, in shares of the frame: islands, holes, slivers, combs. */
const part = fc.record({
	x: fc.double({ min: 0, max: 1, noNaN: true }),
	y: fc.double({ min: 0, max: 1, noNaN: true }),
	width: fc.double({ min: 0.002, max: 0.9, noNaN: true }),
	height: fc.double({ min: 0.002, max: 0.9, noNaN: true }),
	round: fc.boolean(),
	hole: fc.boolean()
});
const outline = fc
	.record({
		width: fc.integer({ min: 1, max: 220 }),
		height: fc.integer({ min: 1, max: 220 }),
		full: fc.boolean(),
		parts: fc.array(part, { maxLength: 7 })
	})
	.map(({ width, height, full, parts }) =>
		drawSilhouette(width, height, (px, py) => {
			let inside = full;
			for (const { x, y, round, hole, ...size } of parts) {
				const [u, v] = [(px / width - x) / size.width, (py / height - y) / size.height];
				const within = round ? Math.hypot(u, v) < 0.5 : Math.max(Math.abs(u), Math.abs(v)) < 0.5;
				if (within) inside = !hole;
			}
			return inside;
		})
	);
const single: Alpha = { width: 1, height: 1, data: Uint8Array.of(255) };

async function draft(alpha: Alpha, construction?: 'lathe' | 'extrude' | 'inflate') {
	let solid;
	try {
		solid = buildSolid(alpha, { construction });
	} catch (error) {
		if (error instanceof StageError && error.code === 'nothing_found') return null;
		throw error;
	}
	const frame = { x: -8, y: -8, width: alpha.width + 16, height: alpha.height + 16 };
	const uvs = projectUvs(solid, frame, layOutAtlas(frame, 64), solid.turn);
	const texture = { image, mime_type: 'image/jpeg' } as const;
	const options = { size: { height_m: 0.4 }, construction: solid.construction, texture };
	return { solid, ...(await writeDraft({ ...solid, uvs }, options)) };
}

async function expectWhole(alpha: Alpha, construction?: 'lathe' | 'extrude' | 'inflate') {
	const made = await draft(alpha, construction);
	if (!made) return;
	const facts = measureSurface(made.solid);
	expect(facts.open_edges).toBe(0);
	expect(facts.volume).toBeGreaterThan(0);
	expect(facts.smallest).toBeGreaterThan(0);
	expect(facts.triangles).toBeGreaterThanOrEqual(2000);
	expect(facts.triangles).toBeLessThanOrEqual(50_000);
	expect(await gltfErrors(new Blob([new Uint8Array(made.glb)]))).toEqual([]);
	const document = await new WebIO().readBinary(made.glb);
	const [primitive] = document.getRoot().listMeshes()[0]?.listPrimitives() ?? [];
	const low = primitive?.getAttribute('POSITION')?.getMin([]) ?? [];
	const high = primitive?.getAttribute('POSITION')?.getMax([]) ?? [];
	expect(low[1]).toBeCloseTo(0, 6);
	expect(high[1]).toBeCloseTo(0.4, 5);
	expect(low[0]! + high[0]!).toBeCloseTo(0, 5);
	expect(low[2]! + high[2]!).toBeCloseTo(0, 5);
	const [u, v] = [0, 1].map((axis) => primitive?.getAttribute('TEXCOORD_0')?.getMax([])[axis] ?? 2);
	expect(Math.max(u!, v!)).toBeLessThanOrEqual(1);
}

describe('a draft of any outline', () => {
	it.each([undefined, 'lathe', 'extrude', 'inflate'] as const)(
		'is one closed, valid, upright model of 2,000 to 50,000 triangles (%s)',
		async (construction) => {
			await fc.assert(
				fc.asyncProperty(outline, (alpha) => expectWhole(alpha, construction)),
				{ numRuns: 12, seed: 11, examples: [[single]] }
			);
		},
		60_000
	);
});
