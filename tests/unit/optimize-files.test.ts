import { WebIO, type Document } from '@gltf-transform/core';
import { KHRTextureBasisu } from '@gltf-transform/extensions';
import { read } from 'ktx-parse';
import { MeshoptDecoder } from 'meshoptimizer';
import { describe, expect, it } from 'vitest';
import { buildLevels } from '../../src/lib/optimize/build-levels';
import { fitTextures, RUNGS } from '../../src/lib/optimize/fit-textures';
import { EXTENSIONS } from '../../src/lib/optimize/glb-io';
import { inspectGlb } from '../../src/lib/optimize/inspect-glb';
import { joinLevels } from '../../src/lib/optimize/join-levels';
import type { LevelTarget } from '../../src/lib/optimize/levels';
import { restBounds } from '../../src/lib/optimize/rest-bounds';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { makeModel, type ModelRecipe } from '../fixtures/models';
import { movingModel } from '../fixtures/moving-model';
import { validateGltf } from '../fixtures/validate-gltf';

const LEVEL: LevelTarget = {
	ratio: 0.5,
	max_triangles: Infinity,
	min_triangles: 0,
	max_error: 1,
	texture_size: 512,
	texture_quality: 0.8
};
const VASE: ModelRecipe = { shape: 'vase', segments: 40, texture: 254, normal_map: true };

async function build(
	recipe: ModelRecipe,
	options: Partial<Parameters<typeof buildLevels>[0]> = {}
) {
	const { glb } = await makeModel(recipe);
	return buildLevels(
		{ glb, texture_size: 2048, levels: [LEVEL], method: 'keep_layout', ...options },
		{},
		sharpImageEncoder
	);
}

async function open(glb: Blob): Promise<Document> {
	const io = new WebIO()
		.registerExtensions([...EXTENSIONS, KHRTextureBasisu])
		.registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
	return io.readBinary(new Uint8Array(await glb.arrayBuffer()));
}

describe('texture formats', { timeout: 60_000 }, () => {
	it('AVIF is smaller than WebP, and what the level then requires', async () => {
		const recipe = { ...VASE, texture: 1024 };
		const [webp, avif] = [await build(recipe), await build(recipe, { texture_format: 'avif' })];
		const facts = await inspectGlb(avif.lods[0]?.glb ?? new Blob());
		expect(facts.textures.map(({ content_type }) => content_type)).toEqual([
			'image/avif',
			'image/avif'
		]);
		expect(facts.extensions_required).toContain('EXT_texture_avif');
		expect(avif.lods[0]?.glb.size).toBeLessThan(webp.lods[0]?.glb.size ?? 0);
	});

	it('KTX2 is ETC1S in sRGB for color and UASTC, linear, for normals, with mipmaps and whole blocks', async () => {
		const built = await build(VASE, { texture_format: 'ktx2' });
		const document = await open(built.lods[0]?.glb ?? new Blob());
		const [color, normal] = document
			.getRoot()
			.listTextures()
			.map((texture) => read(texture.getImage() ?? new Uint8Array()));
		const model = (file: typeof color) => file?.dataFormatDescriptor[0]?.colorModel;
		const transfer = (file: typeof color) => file?.dataFormatDescriptor[0]?.transferFunction;
		expect([model(color), model(normal)]).toEqual([163, 166]); // KHR_DF_MODEL_ETC1S, _UASTC
		expect([transfer(color), transfer(normal)]).toEqual([2, 1]); // sRGB, linear
		for (const file of [color, normal]) {
			expect([file?.pixelWidth, file?.pixelHeight]).toEqual([256, 256]);
			expect(file?.levels.length).toBeGreaterThan(6);
		}
		// The plain twin stays plain.
		expect((await inspectGlb(built.plain)).extensions_required).toEqual([]);
		expect((await validateGltf(built.lods[0]?.glb ?? new Blob())).errors).toEqual([]);
	});

	it('keep what shines through in AVIF', async () => {
		const built = await build(
			{ ...VASE, normal_map: false, texture_alpha: 'gradient' },
			{ texture_format: 'avif' }
		);
		const [texture] = (await open(built.lods[0]?.glb ?? new Blob())).getRoot().listTextures();
		const bytes = new Uint8Array(texture?.getImage() ?? []);
		const image = await sharpImageEncoder.open(bytes, {
			content_type: 'image/avif',
			keep_alpha: true
		});
		expect(image.has_alpha).toBe(true);
	});
});

describe('the search for textures that fit', () => {
	it('answers the best rung that fits in at most four tries, for every budget', async () => {
		const weights = RUNGS.map((_, rung) => 1000 - rung * 80);
		for (let budget = 0; budget < 1000; budget += 37) {
			let tries = 0;
			const found = await fitTextures(budget, async (rung) => {
				tries++;
				return { bytes: weights[RUNGS.indexOf(rung)] ?? 0 };
			});
			const best = weights.slice(1).find((bytes) => bytes <= budget);
			expect(found).toEqual({ bytes: best ?? weights.at(-1), fits: best !== undefined });
			expect(tries).toBeLessThanOrEqual(4);
		}
	});

	it('goes through rungs that weigh less and less', () => {
		// Bytes go with the area, and less than with the quality.
		const weight = RUNGS.map(({ size, quality }) => size ** 2 * quality);
		expect(weight).toEqual([...weight].sort((a, b) => b - a));
	});
});

describe('a file of a certain size', { timeout: 60_000 }, () => {
	it('is met by textures as good as it leaves room for', async () => {
		const free = await build({ ...VASE, texture: 1024 });
		const size = free.lods[0]?.glb.size ?? 0;
		const sizes: number[] = [];
		for (const share of [0.9, 0.75, 0.6]) {
			const built = await build(
				{ ...VASE, texture: 1024 },
				{ levels: [{ ...LEVEL, max_bytes: size * share }] }
			);
			expect(built.lods[0]?.glb.size).toBeLessThanOrEqual(size * share);
			expect(built.notes).not.toContain('size_missed');
			sizes.push(built.lods[0]?.glb.size ?? 0);
		}
		expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
	});

	it('takes triangles too where they alone are too many', async () => {
		const built = await build(
			{ ...VASE, segments: 100, texture: 0 },
			{ levels: [{ ...LEVEL, max_bytes: 20_000 }] }
		);
		expect(built.lods[0]?.glb.size).toBeLessThanOrEqual(20_000);
		expect(built.lods[0]?.triangles).toBeGreaterThan(500);
	});

	it('is missed, and said so, where the textures would be spoiled', async () => {
		const built = await build(
			{ ...VASE, segments: 6, texture: 1024 },
			{ levels: [{ ...LEVEL, ratio: 1, max_bytes: 3_000 }] }
		);
		expect(built.notes).toContain('size_missed');
		const { textures } = await inspectGlb(built.lods[0]?.glb ?? new Blob());
		expect(textures.map(({ width }) => width)).toEqual([128, 128]);
	});
});

describe('all levels in one file', { timeout: 60_000 }, () => {
	it('shows the finest, names the others, and weighs no more than they do', async () => {
		const levels = [1, 0.5, 0.2].map((ratio) => ({ ...LEVEL, ratio }));
		const { lods } = await build({ ...VASE, normal_map: false }, { levels });
		const joined = await joinLevels(lods);
		const checked = await validateGltf(joined);
		expect([checked.errors, checked.warnings]).toEqual([[], []]);
		expect((await inspectGlb(joined)).triangles).toBe(lods[0]?.triangles);
		const sum = lods.reduce((total, { glb }) => total + glb.size, 0);
		expect(joined.size).toBeLessThan(sum * 1.05);
		const bytes = new Uint8Array(await joined.arrayBuffer());
		const length = new DataView(bytes.buffer).getUint32(12, true);
		const json = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + length)));
		const finest = json.nodes[json.scenes[0].nodes[0]];
		expect(finest.extensions.MSFT_lod.ids).toHaveLength(2);
		expect(finest.extras.MSFT_screencoverage).toHaveLength(3);
		expect(json.extensionsRequired).not.toContain('MSFT_lod');
	});
});

describe('a model that moves', { timeout: 60_000 }, () => {
	it('keeps skeleton, clips, morph targets and every triangle, in real size, and says so', async () => {
		const { glb, triangles } = await movingModel();
		const built = await buildLevels(
			{ glb, texture_size: 128, levels: [LEVEL], size: { height_m: 0.4 } },
			{},
			sharpImageEncoder
		);
		expect(built.notes).toContain('motion_kept');
		expect(built.size.height_m).toBeCloseTo(0.4, 6);
		expect(built.lods.map((lod) => lod.triangles)).toEqual([triangles]);
		for (const file of [built.lods[0]?.glb ?? new Blob(), built.plain]) {
			expect(await validateGltf(file)).toMatchObject({ errors: [] });
			const document = await open(file);
			const root = document.getRoot();
			expect(
				root
					.listSkins()[0]
					?.listJoints()
					.map((joint) => joint.getName())
			).toEqual(['lower', 'upper']);
			expect(root.listAnimations().map((clip) => clip.getName())).toEqual(['turn']);
			const primitive = root.listMeshes()[0]?.listPrimitives()[0];
			expect(primitive?.listTargets()).toHaveLength(1);
			expect((primitive?.getIndices()?.getCount() ?? 0) / 3).toBe(triangles);
			const { min, max } = restBounds(document);
			expect(max[1] - min[1]).toBeCloseTo(0.4, 3);
			expect(min[1]).toBeCloseTo(0, 3);
		}
		expect((await inspectGlb(built.plain)).extensions_required).toEqual([]);
		expect(built.lods[0]?.glb.size).toBeLessThan(glb.size);
	});

	it('gets matrices and normals that glTF allows, and stands as it did', async () => {
		const { glb } = await movingModel({ texture: 0, segments: 8 });
		const document = await open(glb);
		const before = restBounds(document);
		const matrices = document.getRoot().listSkins()[0]!.getInverseBindMatrices()!;
		const second: number[] = [];
		matrices.getElement(1, second);
		matrices.setElement(1, second.with(15, 1 + 2 ** -23));
		const normals = document
			.getRoot()
			.listMeshes()[0]!
			.listPrimitives()[0]!
			.getAttribute('NORMAL')!;
		normals.setElement(0, [0, 0, 0]).setElement(1, [0, 0, 3]);
		const odd = new Blob([new Uint8Array(await new WebIO().writeBinary(document))]);
		expect((await validateGltf(odd)).errors.length).toBeGreaterThan(1);
		const wishes = { texture_size: 128, levels: [LEVEL], place: 'keep' as const };
		const { plain } = await buildLevels({ glb: odd, ...wishes }, {}, sharpImageEncoder);
		expect((await validateGltf(plain)).errors).toEqual([]);
		const after = restBounds(await open(plain));
		after.max.forEach((value, axis) => expect(value).toBeCloseTo(before.max[axis]!, 4));
	});
});
