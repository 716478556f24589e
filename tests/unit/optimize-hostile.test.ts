import { Document, Logger, WebIO } from '@gltf-transform/core';
import { describe, expect, it } from 'vitest';
import { StageError } from '../../src/lib/artifacts';
import { buildLevels } from '../../src/lib/optimize/build-levels';
import { inspectGlb } from '../../src/lib/optimize/inspect-glb';
import type { LevelTarget } from '../../src/lib/optimize/levels';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { seededRandom } from '../fixtures/models';
import { validateGltf } from '../fixtures/validate-gltf';

const LEVELS: LevelTarget[] = [1, 0.1].map((ratio) => ({
	ratio,
	max_triangles: Infinity,
	min_triangles: 0,
	max_error: 1,
	texture_size: 64,
	texture_quality: 0.8
}));

interface Strange {
	triangles: number;
	/** A corner's place. */
	at: (corner: number, random: () => number) => [number, number, number];
	materials?: number;
	uv_sets?: number;
}

/** A soup of triangles without normals, whose corners stand where `at` puts them. */
async function makeStrange({ triangles, at, materials = 1, uv_sets = 0 }: Strange): Promise<Blob> {
	const random = seededRandom(5);
	const document = new Document().setLogger(new Logger(Logger.Verbosity.SILENT));
	const buffer = document.createBuffer();
	const mesh = document.createMesh();
	for (let m = 0; m < materials; m++) {
		const corners = Math.ceil(triangles / materials) * 3;
		const values = new Float32Array(corners * 3);
		for (let i = 0; i < corners; i++) values.set(at(i, random), i * 3);
		const accessor = (type: 'VEC2' | 'VEC3', array: Float32Array<ArrayBuffer>) =>
			document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
		const primitive = document
			.createPrimitive()
			.setMaterial(document.createMaterial(`m${m}`))
			.setAttribute('POSITION', accessor('VEC3', values));
		for (let set = 0; set < uv_sets; set++) {
			const uv = Float32Array.from({ length: corners * 2 }, () => random() * 3 - 1);
			primitive.setAttribute(`TEXCOORD_${set}`, accessor('VEC2', uv));
		}
		mesh.addPrimitive(primitive);
	}
	document.createScene().addChild(document.createNode().setMesh(mesh));
	return new Blob([new Uint8Array(await new WebIO().writeBinary(document))]);
}

const anywhere = (_: number, random: () => number): [number, number, number] => [
	random(),
	random(),
	random()
];
/** Corners of a coarse grid: edges shared by many triangles. */
const tangled = (_: number, random: () => number): [number, number, number] => [
	Math.floor(random() * 4),
	Math.floor(random() * 4),
	Math.floor(random() * 4)
];

describe('strange meshes', { timeout: 60_000 }, () => {
	const cases: [string, Strange][] = [
		['one triangle', { triangles: 1, at: anywhere }],
		['loose triangles', { triangles: 300, at: anywhere }],
		['edges shared by many', { triangles: 400, at: tangled }],
		['everything in one plane', { triangles: 200, at: (_, r) => [r(), 0, r()] }],
		['some corners not numbers', { triangles: 200, at: (i, r) => [i % 50 ? r() : NaN, r(), r()] }],
		['a model a kilometre away', { triangles: 200, at: (_, r) => [1000 + r(), r(), r()] }],
		['a model 100 km across', { triangles: 200, at: (_, r) => [r() * 1e5, r() * 1e5, r() * 1e5] }],
		['16 materials', { triangles: 320, at: tangled, materials: 16 }],
		['two sets of texture coordinates', { triangles: 200, at: tangled, uv_sets: 2 }]
	];
	it.each(cases)('come out sound and never empty: %s', async (_, strange) => {
		const glb = await makeStrange(strange);
		const built = await buildLevels(
			{ glb, texture_size: 64, levels: LEVELS },
			{},
			sharpImageEncoder
		);
		for (const file of [...built.lods.map((lod) => lod.glb), built.plain]) {
			expect((await validateGltf(file)).errors).toEqual([]);
			expect((await inspectGlb(file)).triangles).toBeGreaterThan(0);
		}
	});

	it.each<[string, Strange['at']]>([
		['no triangle has an area', () => [1, 1, 1]],
		['no corner is a number', () => [NaN, NaN, NaN]],
		['all is too far away to be drawn', (_, random) => [1e30 * random(), 0, 1e30]]
	])('are refused as empty where %s', async (_, at) => {
		const glb = await makeStrange({ triangles: 50, at });
		const build = buildLevels({ glb, texture_size: 64, levels: LEVELS }, {}, sharpImageEncoder);
		await expect(build).rejects.toBeInstanceOf(StageError);
		await expect(build).rejects.toMatchObject({ code: 'model_empty' });
	});
});
