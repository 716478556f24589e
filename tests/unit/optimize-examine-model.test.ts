import { describe, expect, it } from 'vitest';
import { examineModel } from '$lib/optimize/examine-model';
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
});
