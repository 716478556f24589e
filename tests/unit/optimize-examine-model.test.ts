import { describe, expect, it } from 'vitest';
import { checkGlb } from '$lib/optimize/check-glb';
import { examineModel } from '$lib/optimize/examine-model';
import { readModel } from '$lib/optimize/read-model';
import { editGlb, makeModel } from '../fixtures/models';

type Json = Record<string, unknown>;

describe('examineModel', () => {
	it('finds nothing to mend in a sound model, and reads its triangles and size', async () => {
		const source = await makeModel({ shape: 'torus', segments: 20, height: 0.3 });
		const exam = await examineModel({ glb: source.glb });
		expect(exam.triangles).toBe(source.triangles);
		expect(exam.size.height_m).toBeCloseTo(source.extents[1], 5);
		expect(Object.values(exam.repairs)).toEqual([0, 0, 0, 0, 0, 0]);
		expect(exam.notes).toEqual([]);
	});

	it('counts what a soup without normals needs', async () => {
		const source = await makeModel({
			shape: 'sphere',
			segments: 20,
			layout: 'soup',
			normals: false,
			texture: 0
		});
		const { repairs, notes } = await examineModel({ glb: source.glb });
		expect(repairs.triangles_given_normals).toBeGreaterThan(source.triangles * 0.9);
		expect(repairs.welded_vertices).toBeGreaterThan(source.triangles);
		expect(notes).toEqual(['no_texture']);
	});

	it.each([
		[
			'a codec nobody here reads',
			(json: Json) => (json.extensionsRequired = ['KHR_meshopt_compression']),
			'KHR_meshopt_compression'
		]
	])('refuses %s, naming it', async (_, change, what) => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 6 });
		const edited = await editGlb(glb, change);
		await expect(examineModel({ glb: edited })).rejects.toMatchObject({
			code: 'model_unsupported',
			detail: { what }
		});
	});

	it('reads the scene that is shown of several, and says that others are left out', async () => {
		const source = await makeModel({ shape: 'torus', segments: 20 });
		const glb = await editGlb(source.glb, (json) => {
			json.nodes = [{ mesh: 0 }, { mesh: 0, scale: [2, 2, 2] }];
			json.scenes = [{ nodes: [0] }, { nodes: [1] }];
			json.scene = 1;
		});
		const exam = await examineModel({ glb });
		expect(exam.triangles).toBe(source.triangles);
		expect(exam.size.height_m).toBeCloseTo(source.extents[1] * 2, 5);
		expect(exam.notes).toEqual(['parts_left_out']);
	});

	it.each([
		['OPAQUE', false],
		['BLEND', true]
	])('takes a part with a variant that is %s for see-through: %s', async (alphaMode, expected) => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 6, texture: 0 });
		const edited = await editGlb(glb, (json) => {
			const name = 'KHR_materials_variants';
			const extensions = { [name]: { mappings: [{ material: 1, variants: [0] }] } };
			const [mesh] = Array.isArray(json.meshes) ? json.meshes : [];
			json.materials = [{}, { alphaMode }];
			json.meshes = [{ primitives: [{ ...mesh.primitives[0], material: 0, extensions }] }];
			json.extensions = { [name]: { variants: [{ name: 'other' }] } };
			json.extensionsUsed = [name];
		});
		const { surface } = await readModel(await checkGlb(edited));
		expect(surface.parts.map(({ see_through }) => see_through)).toEqual([expected]);
	});
});
