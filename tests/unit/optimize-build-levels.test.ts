import type { Primitive } from '@gltf-transform/core';
import { Transform } from '@gltf-transform/extensions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StageError, type Progress } from '../../src/lib/artifacts';
import { buildLevels, type BuiltLevels } from '../../src/lib/optimize/build-levels';
import { inspectGlb } from '../../src/lib/optimize/inspect-glb';
import { DEFAULT_LEVELS, targetTriangles, type LevelTarget } from '../../src/lib/optimize/levels';
import { openGlb, outwardShare, primitivesOf, radii } from '../fixtures/measure-glb';
import { editGlb, makeModel, packGlb, type MadeModel, type ModelRecipe } from '../fixtures/models';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { gltfErrors } from '../fixtures/validate-gltf';

/** The default chain without floors, so that small models are really reduced. */
const LEVELS: LevelTarget[] = DEFAULT_LEVELS.map((level) => ({ ...level, min_triangles: 100 }));

function build(glb: Blob, options: Partial<Parameters<typeof buildLevels>[0]> = {}) {
	return buildLevels(
		{ glb, texture_size: 2048, levels: LEVELS, method: 'keep_layout', ...options },
		{},
		sharpImageEncoder
	);
}

/** What must hold for every file we make, whatever came in. */
async function expectSound(source: MadeModel, built: BuiltLevels, levels = LEVELS) {
	const files = [...built.lods.map(({ glb }) => glb), built.plain];
	for (const [index, glb] of files.entries()) {
		expect(await gltfErrors(glb), `validator, file ${index}`).toEqual([]);
		const facts = await inspectGlb(glb);
		expect(facts.triangles).toBeGreaterThan(0);
		for (const [key, axis] of [
			['width_m', 0],
			['height_m', 1],
			['depth_m', 2]
		] as const) {
			const off = Math.abs(facts.size[key] - built.size[key]) / Math.max(...source.extents);
			expect(off, `${key} of file ${index}, axis ${axis}`).toBeLessThan(0.01);
		}
		for (const primitive of primitivesOf(await openGlb(glb))) {
			expectUnitNormals(primitive);
			expectUvWithin(primitive);
		}
	}
	for (const { level, triangles, glb } of built.lods) {
		const target = targetTriangles(levels[level] ?? fail(), source.triangles);
		if (!built.notes.includes('target_missed')) expect(triangles).toBeLessThanOrEqual(target * 1.1);
		expect((await inspectGlb(glb)).triangles).toBe(triangles);
	}
	expect((await inspectGlb(built.plain)).extensions_required).toEqual([]);
}

function expectUnitNormals(primitive: Primitive) {
	const normals = primitive.getAttribute('NORMAL')?.getArray() ?? fail();
	let worst = 0;
	for (let i = 0; i < normals.length; i += 3) {
		const length = Math.hypot(normals[i] ?? 0, normals[i + 1] ?? 0, normals[i + 2] ?? 0);
		worst = Math.max(worst, Math.abs(length - 1));
	}
	expect(worst).toBeLessThan(0.02); // 8 bits
}

/** Whole numbers are scaled back by the texture's transform. */
function expectUvWithin(primitive: Primitive) {
	const info = primitive.getMaterial()?.getBaseColorTextureInfo();
	const moved = info?.getExtension('KHR_texture_transform');
	const [offset, scale] =
		moved instanceof Transform
			? [moved.getOffset(), moved.getScale()]
			: [
					[0, 0],
					[1, 1]
				];
	const values = primitive.getAttribute('TEXCOORD_0')?.getArray() ?? [];
	for (let i = 0; i < values.length; i++) {
		const value = (offset[i % 2] ?? 0) + (scale[i % 2] ?? 1) * (values[i] ?? 0);
		if (value < -1e-6 || value > 1 + 1e-6) expect.fail(`texture coordinate ${value}`);
	}
}

function fail(): never {
	throw new Error('missing');
}

describe('buildLevels', { timeout: 30_000 }, () => {
	const recipes: [string, ModelRecipe][] = [
		['a smooth vase with a normal map', { shape: 'vase', segments: 60, normal_map: true }],
		['an atlas of 225 charts', { shape: 'sphere', segments: 60, layout: 'seamy' }],
		['a torus without texture', { shape: 'torus', segments: 60, texture: 0 }],
		['a soup without normals', { shape: 'vase', segments: 50, layout: 'soup', normals: false }],
		['a see-through sphere', { shape: 'sphere', segments: 40, texture_alpha: 'gradient' }]
	];
	it.each(recipes)('makes sound, lighter levels of %s', async (_, recipe) => {
		const source = await makeModel(recipe);
		const built = await build(source.glb, { method: 'auto' });
		await expectSound(source, built);
		const sizes = built.lods.map(({ glb }) => glb.size);
		expect(sizes[0]).toBeLessThan(source.glb.size);
		expect(sizes[3]).toBeLessThan(sizes[0] ?? 0);
		expect(sizes[3]).toBeLessThan(150_000);
	});

	it('reaches its targets on a soup without normals, once welded', async () => {
		const source = await makeModel({
			shape: 'sphere',
			segments: 60,
			layout: 'soup',
			normals: false
		});
		const built = await build(source.glb);
		expect(built.notes).toContain('welded');
		expect(built.notes).toContain('normals_made');
		expect(built.notes).not.toContain('target_missed');
		expect(built.lods.at(-1)?.triangles).toBeLessThan(source.triangles * 0.11);
	});

	it('keeps the surface near the source while it takes nine of ten triangles', async () => {
		const source = await makeModel({ shape: 'sphere', segments: 80, noise: 0 });
		const built = await build(source.glb);
		const { min, max } = await radii(built.lods.at(-1)?.glb ?? fail(), built.size.height_m / 2);
		expect(min).toBeGreaterThan(0.49);
		expect(max).toBeLessThan(0.51);
	});

	it('adds no note to a textured, indexed model with normals', async () => {
		const source = await makeModel({ shape: 'vase', segments: 40 });
		expect((await build(source.glb)).notes).toEqual([]);
	});

	it('notes a model without texture', async () => {
		const source = await makeModel({ shape: 'vase', segments: 20, texture: 0 });
		expect((await build(source.glb, { levels: DEFAULT_LEVELS })).notes).toEqual(['no_texture']);
	});

	it('notes a target that the error limit does not allow, and keeps what it had', async () => {
		const source = await makeModel({ shape: 'vase', segments: 40, noise: 0.2 });
		const levels = LEVELS.map((level) => ({ ...level, ratio: 0.01, max_error: 1e-4 }));
		const built = await build(source.glb, { levels });
		expect(built.notes).toContain('target_missed');
		expect(built.lods.at(-1)?.triangles).toBeGreaterThan(100);
	});

	it('is never empty, even when asked for one triangle at any price', async () => {
		const source = await makeModel({ shape: 'torus', segments: 30, layout: 'seamy' });
		const level = {
			...DEFAULT_LEVELS[0],
			ratio: 0,
			max_triangles: 1,
			min_triangles: 0,
			max_error: 1
		};
		const built = await build(source.glb, { levels: [{ ...(LEVELS[0] ?? fail()), ...level }] });
		expect(built.lods[0]?.triangles).toBeGreaterThanOrEqual(4);
		expect(await gltfErrors(built.lods[0]?.glb ?? fail())).toEqual([]);
	});

	it('scales to the real height first, stands on y = 0 and is centered', async () => {
		const source = await makeModel({ shape: 'vase', segments: 30, height: 40, offset: [7, -3, 2] });
		const built = await build(source.glb, { size: { width_m: 5, height_m: 0.32 } });
		expect(built.size.height_m).toBeCloseTo(0.32, 6);
		const shrink = 0.32 / source.extents[1];
		expect(built.size.width_m).toBeCloseTo(source.extents[0] * shrink, 6);
		const positions = primitivesOf(await openGlb(built.plain))[0]?.getAttribute('POSITION');
		const [min, max] = [positions?.getMin([]) ?? [], positions?.getMax([]) ?? []];
		expect(min[1]).toBeCloseTo(0, 6);
		expect(max[1]).toBeCloseTo(0.32, 6);
		expect((min[0] ?? 0) + (max[0] ?? 0)).toBeCloseTo(0, 6);
		expect((min[2] ?? 0) + (max[2] ?? 0)).toBeCloseTo(0, 6);
	});

	it.each([0, -1, NaN, Infinity])('leaves the scale alone for a height of %s', async (height_m) => {
		const source = await makeModel({ shape: 'vase', segments: 10 });
		const built = await build(source.glb, { levels: LEVELS.slice(0, 1), size: { height_m } });
		expect(built.size.height_m).toBeCloseTo(source.extents[1], 5);
	});

	it('turns a mirrored, nested, instanced scene into the same shape, right side out', async () => {
		const source = await makeModel({ shape: 'vase', segments: 20, texture: 0 });
		const glb = await editGlb(source.glb, (json) => {
			json.nodes = [
				{ children: [1, 2], scale: [1, 1, 1] },
				{ mesh: 0, translation: [2, 0, 0] },
				{ mesh: 0, scale: [-1, 1, 1] }
			];
		});
		const built = await build(glb);
		expect(built.source.triangles).toBe(source.triangles * 2);
		expect(built.size.width_m).toBeCloseTo(2 + source.extents[0], 1);
		expect(await outwardShare(built.plain)).toBeGreaterThan(0.99);
	});

	it('keeps the normals of a model that its node scales down to a millionth', async () => {
		const source = await makeModel({ shape: 'vase', segments: 20, texture: 0 });
		const glb = await editGlb(source.glb, (json) => {
			json.nodes = [{ mesh: 0, scale: [1e-6, 1e-6, 1e-6] }];
		});
		expect((await build(glb)).report.repairs.triangles_given_normals).toBe(
			(await build(source.glb)).report.repairs.triangles_given_normals
		);
	});

	it('keeps what the source says of itself and adds level and triangles', async () => {
		const asset_extras = { maker: 'kiln', vitrine: { construction: 'lathe' } };
		const source = await makeModel({ shape: 'vase', segments: 20, asset_extras });
		const built = await build(source.glb);
		const asset = (await openGlb(built.lods[1]?.glb ?? fail())).getRoot().getAsset();
		expect(asset.extras).toEqual({
			maker: 'kiln',
			vitrine: { construction: 'lathe', level: 1, triangles: built.lods[1]?.triangles }
		});
	});

	it('drops triangles with impossible points and keeps the rest', async () => {
		const source = await makeModel({ shape: 'sphere', segments: 20, texture: 0 });
		const bytes = new Uint8Array(await source.glb.arrayBuffer());
		const view = new DataView(bytes.buffer);
		const data = 20 + view.getUint32(12, true) + 8;
		view.setFloat32(data + 12 * 100, NaN, true);
		view.setFloat32(data + 12 * 200, Infinity, true);
		const built = await build(new Blob([bytes]));
		expect(built.lods[0]?.triangles).toBeLessThan(source.triangles);
		expect(built.lods[0]?.triangles).toBeGreaterThan(source.triangles * 0.9);
		expect(built.size.height_m).toBeCloseTo(1, 1);
	});

	it('calls a triangle that uses a missing point damaged', async () => {
		const source = await makeModel({ shape: 'sphere', segments: 8, texture: 0 });
		const glb = await editGlb(source.glb, (json) => {
			json.accessors = (Array.isArray(json.accessors) ? json.accessors : []).map((a, i) =>
				i < 2 ? { ...a, count: 10 } : a
			);
		});
		await expect(build(glb)).rejects.toMatchObject({ code: 'model_corrupt' });
	});

	it('calls a texture that cannot be decoded damaged', async () => {
		const source = await makeModel({ shape: 'sphere', segments: 8 });
		const bytes = new Uint8Array(await source.glb.arrayBuffer());
		bytes.fill(0x55, bytes.length - 200, bytes.length);
		await expect(build(new Blob([bytes]))).rejects.toBeInstanceOf(StageError);
	});

	it('calls a scene without triangles empty', async () => {
		const glb = packGlb({ asset: { version: '2.0' }, scenes: [{}], scene: 0 }, new Uint8Array());
		await expect(build(glb)).rejects.toMatchObject({ code: 'model_empty' });
	});

	it('reports its three steps in order, each from 0 to 1', async () => {
		const source = await makeModel({ shape: 'vase', segments: 20 });
		const seen: Progress[] = [];
		await buildLevels(
			{ glb: source.glb, texture_size: 512, levels: LEVELS, method: 'keep_layout' },
			{ onprogress: (progress) => seen.push(progress) },
			sharpImageEncoder
		);
		expect([...new Set(seen.map(({ step }) => step))]).toEqual([
			'cleaning_mesh',
			'simplifying',
			'compressing'
		]);
		seen.forEach(({ step, fraction }, i) => {
			const before = seen[i - 1];
			if (before?.step === step) expect(fraction).toBeGreaterThanOrEqual(before.fraction ?? 1);
			expect(fraction).toBeGreaterThanOrEqual(0);
			expect(fraction).toBeLessThanOrEqual(1);
		});
		expect(seen.at(-1)?.fraction).toBe(1);
	});

	it('holds all of this for random models', { timeout: 180_000 }, async () => {
		const recipes = fc.record({
			shape: fc.constantFrom('sphere', 'torus', 'vase'),
			segments: fc.integer({ min: 3, max: 40 }),
			noise: fc.double({ min: 0, max: 0.3, noNaN: true }),
			seed: fc.nat(),
			layout: fc.constantFrom('smooth', 'seamy', 'soup'),
			normals: fc.boolean(),
			texture: fc.constantFrom(0, 16),
			height: fc.constantFrom(1e-3, 1, 1e4)
		}) satisfies fc.Arbitrary<ModelRecipe>;
		await fc.assert(
			fc.asyncProperty(recipes, async (recipe) => {
				const source = await makeModel(recipe);
				await expectSound(source, await build(source.glb));
			}),
			{ numRuns: 12, seed: 7 }
		);
	});
});
