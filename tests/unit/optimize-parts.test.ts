import type { Document } from '@gltf-transform/core';
import {
	Clearcoat,
	KHRMaterialsTransmission,
	Sheen,
	Transmission
} from '@gltf-transform/extensions';
import { describe, expect, it } from 'vitest';
import { readAppearance } from '../../src/lib/optimize/appearance';
import { buildLevels, type BuildLevelsInput } from '../../src/lib/optimize/build-levels';
import { checkGlb } from '../../src/lib/optimize/check-glb';
import { compareViews } from '../../src/lib/optimize/compare-views';
import { drawViews } from '../../src/lib/optimize/draw-views';
import { createGlbIo } from '../../src/lib/optimize/glb-io';
import type { LevelTarget } from '../../src/lib/optimize/levels';
import { mendSurface } from '../../src/lib/optimize/mend-surface';
import { frameOf } from '../../src/lib/optimize/rasterize';
import { readGlb } from '../../src/lib/optimize/read-glb';
import { readModel } from '../../src/lib/optimize/read-model';
import { withLookTangents } from '../../src/lib/optimize/tangent-space';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { encodePng } from '../fixtures/encode-png';
import { everyMaterial } from '../fixtures/every-material';
import { editGlb, makeModel } from '../fixtures/models';
import { paintedBox } from '../fixtures/painted-box';
import { validateGltf } from '../fixtures/validate-gltf';

const TENTH: LevelTarget = {
	ratio: 0.1,
	max_triangles: Infinity,
	min_triangles: 0,
	max_error: 1,
	texture_size: 256,
	texture_quality: 0.8
};

const build = (glb: Blob, wishes: Partial<BuildLevelsInput> = {}) =>
	buildLevels(
		{ glb, texture_size: 256, levels: [TENTH], place: 'keep', ...wishes },
		{},
		sharpImageEncoder
	);

async function open(glb: Blob) {
	const { document, surface: raw } = await readModel(await checkGlb(glb));
	const { surface } = await mendSurface(raw);
	const looks = await readAppearance(document, surface, sharpImageEncoder, 256);
	return { document, surface: await withLookTangents(surface, looks), looks };
}

/** The model with a first part that lets light through as its base color texture says. */
async function withGlass(glb: Blob, name = ''): Promise<Blob> {
	const io = await createGlbIo();
	const document = await io.readBinary(new Uint8Array(await glb.arrayBuffer()));
	const [primitive] = document.getRoot().listMeshes()[0]?.listPrimitives() ?? [];
	const glass = primitive?.getMaterial()?.clone().setName(name);
	if (!primitive || !glass) throw new Error('no material');
	const transmission = document
		.createExtension(KHRMaterialsTransmission)
		.createTransmission()
		.setTransmissionFactor(0.9)
		.setTransmissionTexture(glass.getBaseColorTexture());
	primitive.setMaterial(glass.setExtension(transmission.extensionName, transmission));
	return new Blob([new Uint8Array(await io.writeBinary(document))]);
}

const materialsOf = (document: Document) => document.getRoot().listMaterials();

describe('a model of which a part cannot be painted anew', { timeout: 60_000 }, () => {
	it('gets a fresh layout for the rest, the part keeps its own, and nothing gapes between', async () => {
		const pixels = new Uint8Array(32 * 32 * 4).map((_, i) =>
			i % 4 === 3 ? 255 : 40 + ((i * 37) % 160)
		);
		const box = await paintedBox({ squares: 12, picture: await encodePng(32, 32, pixels) });
		const glb = await withGlass(box, 'glass');
		const built = await build(glb, { method: 'new_layout' });
		const [made] = built.lods;
		if (!made) throw new Error('no level');
		expect(built.report.layout_kept_for).toBe('KHR_materials_transmission');
		expect(built.notes).toContain('layout_kept');
		expect(Math.abs(made.triangles / (1728 / 10) - 1)).toBeLessThan(0.02);
		expect(await validateGltf(made.glb)).toEqual({ errors: [], warnings: [] });
		const [source, result] = [await open(glb), await open(made.glb)];
		const glass = materialsOf(result.document).find((one) => one.getName() === 'glass');
		const extension = glass?.getExtension('KHR_materials_transmission');
		expect(extension instanceof Transmission && extension.getTransmissionTexture()).toBe(
			glass?.getBaseColorTexture()
		);
		const [painted] = materialsOf(result.document).filter((one) => one !== glass);
		expect(materialsOf(result.document)).toHaveLength(2);
		expect(painted?.getBaseColorTexture()).not.toBe(glass?.getBaseColorTexture());
		const frame = frameOf(source.surface);
		const [before, after] = [source, result].map(({ surface, looks }) =>
			drawViews(surface, looks, frame, 128)
		);
		const { silhouette_iou } = compareViews(before ?? [], after ?? []);
		expect(silhouette_iou).toBeGreaterThan(0.998);
	});

	it('keeps every finish: coat, sheen, alpha, glow, and what the coat reads', async () => {
		const glb = await everyMaterial();
		const built = await build(glb, { method: 'new_layout' });
		const [made] = built.lods;
		if (!made) throw new Error('no level');
		const sound = built.source.triangles - built.report.repairs.broken_triangles;
		expect(Math.abs(made.triangles / sound / 0.1 - 1)).toBeLessThan(0.02);
		for (const file of [made.glb, built.plain]) {
			const { errors, warnings } = await validateGltf(file);
			expect(errors).toEqual([]);
			// The source has no tangents, and what stays gets none: those painted have some.
			expect(warnings.length).toBeLessThan((await validateGltf(glb)).warnings.length);
		}
		const { document } = await open(made.glb);
		const having = (name: string) =>
			materialsOf(document).find((material) => material.getExtension(name));
		const [coated, draped] = [having('KHR_materials_clearcoat'), having('KHR_materials_sheen')];
		const coat = coated?.getExtension('KHR_materials_clearcoat');
		const sheen = draped?.getExtension('KHR_materials_sheen');
		expect(coat instanceof Clearcoat && coat.getClearcoatTexture()).toBe(
			coated?.getBaseColorTexture()
		);
		expect(sheen instanceof Sheen && sheen.getSheenRoughnessFactor()).toBeCloseTo(0.4);
		expect(draped?.getBaseColorTexture()?.getName()).toBe('base color');
		const alphas = materialsOf(document).map((material) => material.getAlphaMode());
		expect(alphas.filter((mode) => mode !== 'OPAQUE').sort()).toEqual(['BLEND', 'MASK']);
	});

	it('keeps the layout of all of it where that is all there is, and says what for', async () => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 30 });
		const glass = await withGlass(glb);
		const built = await build(glass);
		expect(built.report.layout_kept_for).toBe('KHR_materials_transmission');
		expect(built.notes).toContain('layout_kept');
		expect(built.report.variants.every(({ method }) => method === 'keep_layout')).toBe(true);
	});
});

describe('a material that asks for tangents without a normal map', { timeout: 60_000 }, () => {
	it.each([
		[
			'a coat with a normal map',
			{ KHR_materials_clearcoat: { clearcoatNormalTexture: { index: 0 } } }
		],
		['grain', { KHR_materials_anisotropy: { anisotropyStrength: 0.5 } }]
	])('gets them: %s', async (_, extensions) => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 24, texture: 16 });
		const asking = await editGlb(glb, (json) => {
			json.materials = [{ extensions }];
			json.extensionsUsed = Object.keys(extensions);
		});
		const { lods, plain } = await build(asking, { method: 'keep_layout' });
		for (const file of [lods[0]!.glb, plain]) {
			expect((await validateGltf(file)).errors).toEqual([]);
			expect(
				(await readGlb(await checkGlb(file))).document
					.getRoot()
					.listMeshes()[0]
					?.listPrimitives()[0]
					?.getAttribute('TANGENT')
			).toBeTruthy();
		}
	});
});
