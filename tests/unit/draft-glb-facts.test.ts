import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StageError } from '../../src/lib/artifacts';
import { readGlbFacts } from '../../src/lib/generate/read-glb-facts';

function glb(json: unknown, change: (head: DataView) => void = () => undefined): Blob {
	const raw = JSON.stringify(json);
	const text = new TextEncoder().encode(raw.padEnd(Math.ceil(raw.length / 4) * 4));
	const head = new DataView(new ArrayBuffer(20));
	[0x46546c67, 2, 20 + text.length, text.length, 0x4e4f534a].forEach((value, i) =>
		head.setUint32(4 * i, value, true)
	);
	change(head);
	return new Blob([head, text]);
}
const points = { count: 30, componentType: 5126, type: 'VEC3', min: [-1, 0, -2], max: [1, 1, 2] };
const model = {
	asset: { version: '2.0' },
	scene: 0,
	scenes: [{ nodes: [0, 1] }],
	nodes: [{ mesh: 0 }, { mesh: 0, translation: [10, 0, 0] }],
	meshes: [
		{
			primitives: [
				{ attributes: { POSITION: 0 }, indices: 1 },
				{ attributes: { POSITION: 0 }, mode: 5 },
				{ attributes: { POSITION: 0 }, mode: 1 }
			]
		}
	],
	accessors: [points, { count: 12, componentType: 5123, type: 'SCALAR' }]
};

describe('readGlbFacts', () => {
	it('counts indexed triangles and strips of every use of a mesh, but no lines', async () => {
		expect((await readGlbFacts(glb(model))).triangles).toBe(2 * (12 / 3 + 28));
	});

	it('measures the whole scene', async () => {
		const { size } = await readGlbFacts(glb(model));
		expect(size).toEqual({ width_m: 12, height_m: 1, depth_m: 4 });
	});

	it('unfolds quantized points and follows a matrix', async () => {
		const quantized = { ...points, componentType: 5122, normalized: true, min: [-32767, 0, 0] };
		const { size } = await readGlbFacts(
			glb({
				...model,
				nodes: [{ mesh: 0, matrix: [0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0, 5, 5, 5, 1] }, {}],
				accessors: [{ ...quantized, max: [32767, 32767, 0] }, model.accessors[1]]
			})
		);
		expect(size).toEqual({ width_m: 2, height_m: 4, depth_m: 0 });
	});

	it.each([
		[
			'a node that is its own ancestor',
			glb({ ...model, nodes: [{ children: [1] }, { children: [0] }] })
		],
		['points without bounds', glb({ ...model, accessors: [{ ...points, min: undefined }] })],
		['a mesh that is missing', glb({ ...model, meshes: [] })],
		['a scene of the wrong kind', glb({ ...model, scenes: 'all' })],
		['another format', new Blob(['<!doctype html><title>Not found</title>'])],
		['nothing', new Blob([])],
		[
			'a description longer than the file may have',
			glb(model, (head) => head.setUint32(12, 2 ** 31, true))
		],
		['a file cut short', glb(model).slice(0, 100)]
	])('refuses %s', async (_, blob) => {
		await expect(readGlbFacts(blob)).rejects.toMatchObject({ code: 'model_corrupt' });
	});

	it('refuses a model without triangles', async () => {
		const empty = glb({ asset: { version: '2.0' } });
		await expect(readGlbFacts(empty)).rejects.toMatchObject({ code: 'model_empty' });
	});

	it('answers any description with facts or a stage error', async () => {
		await fc.assert(
			fc.asyncProperty(fc.jsonValue(), async (value) => {
				const outcome = await readGlbFacts(glb({ ...model, nodes: value, meshes: value })).catch(
					(error: unknown) => error
				);
				expect(outcome).toBeInstanceOf(StageError);
			}),
			{ numRuns: 100, seed: 3 }
		);
	});
});
