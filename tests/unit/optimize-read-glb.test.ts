import { createRequire } from 'node:module';
import { WebIO } from '@gltf-transform/core';
import { KHRDracoMeshCompression } from '@gltf-transform/extensions';
import { describe, expect, it } from 'vitest';
import { buildLevels } from '../../src/lib/optimize/build-levels';
import { checkGlb } from '../../src/lib/optimize/check-glb';
import { examineModel } from '../../src/lib/optimize/examine-model';
import { inspectGlb } from '../../src/lib/optimize/inspect-glb';
import { DEFAULT_LEVELS } from '../../src/lib/optimize/levels';
import { readGlb } from '../../src/lib/optimize/read-glb';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { editGlb, makeModel } from '../fixtures/models';

type Json = Record<string, unknown>;
const ball = makeModel({ shape: 'sphere', segments: 8, texture: 16 });

/** Its material with extensions that the file does not list. */
const unlisted = async (extensions: Json) =>
	editGlb((await ball).glb, (json) => {
		json.materials = [{ ...(json.materials as Json[])[0], extensions }];
	});

/** The ball where each of these offsets says. */
const instanced = async (offsets: Float32Array<ArrayBuffer>, count = offsets.length / 3) =>
	editGlb((await ball).glb, (json) => {
		const [views, accessors] = [json.bufferViews as Json[], json.accessors as Json[]];
		const uri = `data:application/octet-stream;base64,${Buffer.from(offsets.buffer).toString('base64')}`;
		(json.buffers as Json[]).push({ byteLength: offsets.byteLength, uri });
		views.push({ buffer: 1, byteLength: offsets.byteLength });
		const bufferView = views.length - 1;
		accessors.push({ bufferView, componentType: 5126, count, type: 'VEC3' });
		const attributes = { TRANSLATION: accessors.length - 1 };
		json.nodes = [{ mesh: 0, extensions: { EXT_mesh_gpu_instancing: { attributes } } }];
	});

/** The ball packed by Draco, for which there is no other way to read it. */
async function dracoBall(): Promise<Blob> {
	const draco: { createEncoderModule(): Promise<unknown> } = createRequire(import.meta.url)(
		'draco3dgltf'
	);
	const io = new WebIO()
		.registerExtensions([KHRDracoMeshCompression])
		.registerDependencies({ 'draco3d.encoder': await draco.createEncoderModule() });
	const document = await io.readBinary(new Uint8Array(await (await ball).glb.arrayBuffer()));
	document.createExtension(KHRDracoMeshCompression).setRequired(true);
	return new Blob([new Uint8Array(await io.writeBinary(document))]);
}

const build = (glb: Blob) =>
	buildLevels(
		{ glb, texture_size: 16, levels: DEFAULT_LEVELS.slice(0, 1), place: 'keep' },
		{},
		sharpImageEncoder
	);
const materialOf = async (glb: Blob) =>
	(await readGlb(await checkGlb(glb))).document.getRoot().listMaterials()[0]!;

describe('readGlb', () => {
	it('keeps what an extension says that the file forgot to list', async () => {
		const glb = await unlisted({ KHR_materials_clearcoat: { clearcoatFactor: 0.7 } });
		const { lods, notes } = await build(glb);
		expect((await materialOf(lods[0]!.glb)).getExtension('KHR_materials_clearcoat')).not.toBeNull();
		expect(notes).not.toContain('extensions_left_out');
	});

	it('names extensions it does not know, listed or not', async () => {
		const { notes, report } = await build(await unlisted({ ACME_glitter: {} }));
		expect(notes).toContain('extensions_left_out');
		expect(report.extensions_left_out).toEqual(['ACME_glitter']);
	});

	it('shows what a specular-glossiness material shows', async () => {
		const glb = await unlisted({
			KHR_materials_pbrSpecularGlossiness: {
				diffuseFactor: [0.2, 0.4, 0.6, 1],
				diffuseTexture: { index: 0 },
				glossinessFactor: 0.75
			}
		});
		const material = await materialOf((await build(glb)).lods[0]!.glb);
		expect(material.getBaseColorTexture()).not.toBeNull();
		expect(material.getBaseColorFactor()).toEqual([0.2, 0.4, 0.6, 1]);
		expect(material.getMetallicFactor()).toBe(0);
		expect(material.getRoughnessFactor()).toBeCloseTo(0.25);
	});

	it('draws every instance', async () => {
		const { triangles, extents } = await ball;
		const glb = await instanced(new Float32Array([0, 0, 0, 3, 0, 0, 6, 0, 0]));
		const { lods, source } = await build(glb);
		const facts = await inspectGlb(lods[0]!.glb);
		expect(source.triangles).toBe(triangles * 3);
		expect(facts.size.width_m).toBeCloseTo(6 + extents[0], 2);
	});

	it('unpacks Draco, and hands on what readers without a decoder can read', async () => {
		const glb = await dracoBall();
		const { source, size } = await build(glb);
		// Draco leaves out what has no area.
		expect(source.triangles).toBeGreaterThan((await ball).triangles - 10);
		expect(size.width_m).toBeCloseTo((await ball).extents[0], 3);
		const { renewed, triangles } = await examineModel({ glb });
		const facts = await inspectGlb(renewed!);
		expect(facts.triangles).toBe(triangles);
		expect(facts.extensions_required).toEqual(['EXT_meshopt_compression']);
		expect((await examineModel({ glb: (await ball).glb })).renewed).toBeNull();
	});

	it('hands on each instance, exactly where it was', async () => {
		const offsets = new Float32Array([0, 0, 0, 3, 0, 0, 1 / 3, 0, 0]);
		const exam = await examineModel({ glb: await instanced(offsets) });
		const { document } = await readGlb(await checkGlb(exam.renewed!));
		const placed = document
			.getRoot()
			.listNodes()
			.filter((node) => node.getMesh());
		expect(placed.map((node) => node.getWorldTranslation()[0])).toEqual(
			[...offsets].filter((_, i) => i % 3 === 0)
		);
	});

	it('refuses more instances than a model can have', async () => {
		const glb = await instanced(new Float32Array(3 * 50_001));
		await expect(build(glb)).rejects.toMatchObject({ code: 'model_unsupported' });
	});
});
