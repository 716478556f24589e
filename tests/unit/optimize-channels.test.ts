import { Document, WebIO } from '@gltf-transform/core';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import type { Turns } from '$lib/artifacts';
import { inspectFile, type FileFacts } from '$lib/optimize/channels/inspect-file';
import { makeChannelFiles } from '$lib/optimize/channels/make-channel-files';
import { ownProfile, profileOf } from '$lib/optimize/channels/own-profiles';
import { CHANNELS, type ChannelProfile } from '$lib/optimize/channels/profiles';
import { checkRules, verdictOf } from '$lib/optimize/channels/rules';
import { zipFiles } from '$lib/optimize/channels/zip-files';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { makeModel, type ModelRecipe } from '../fixtures/models';
import { validateGltf } from '../fixtures/validate-gltf';

const make = (glb: Blob, profiles: readonly ChannelProfile[], size = {}, turns: Turns = 0) =>
	makeChannelFiles({ glb, profiles, size, turns }, {}, sharpImageEncoder);
const channel = (name: string): ChannelProfile =>
	CHANNELS.find((one) => one.name === name) ?? expect.fail(`no channel ${name}`);

/** Two boxes of different materials side by side: 0.3 m wide, 0.2 m high, 0.1 m deep, with a picture each. */
async function twoMaterials(side = 64): Promise<Blob> {
	const document = new Document();
	const buffer = document.createBuffer();
	const scene = document.createScene();
	for (const [i, x] of [-0.15, 0.05].entries()) {
		const noise = new Uint8Array(side * side * 3).map((_, at) => (at * 37 * (i + 3)) % 251);
		const png = await sharp(noise, { raw: { width: side, height: side, channels: 3 } })
			.png()
			.toBuffer();
		const texture = document.createTexture().setMimeType('image/png').setImage(new Uint8Array(png));
		const material = document
			.createMaterial(`material ${i}`)
			.setBaseColorTexture(texture)
			.setMetallicFactor(0);
		const corners: number[] = [];
		const places: number[] = [];
		const indices: number[] = [];
		for (let axis = 0; axis < 3; axis++) {
			for (const end of [0, 1]) {
				const first = corners.length / 3;
				for (const [u, v] of [
					[0, 0],
					[1, 0],
					[1, 1],
					[0, 1]
				] as const) {
					const at = [0, 0, 0];
					at[axis] = end;
					at[(axis + 1) % 3] = u;
					at[(axis + 2) % 3] = v;
					corners.push(x + at[0]! * 0.1, at[1]! * 0.2, at[2]! * 0.1 - 0.05);
					places.push(u, v);
				}
				const face = [0, 1, 2, 0, 2, 3];
				indices.push(...(end ? face : face.toReversed()).map((corner) => first + corner));
			}
		}
		const accessor = (
			values: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>,
			type: 'VEC3' | 'VEC2' | 'SCALAR'
		) => document.createAccessor().setArray(values).setType(type).setBuffer(buffer);
		const primitive = document
			.createPrimitive()
			.setMaterial(material)
			.setAttribute('POSITION', accessor(new Float32Array(corners), 'VEC3'))
			.setAttribute('TEXCOORD_0', accessor(new Float32Array(places), 'VEC2'))
			.setIndices(accessor(new Uint16Array(indices), 'SCALAR'));
		const mesh = document.createMesh().addPrimitive(primitive);
		scene.addChild(document.createNode().setMesh(mesh));
	}
	return new Blob([new Uint8Array(await new WebIO().writeBinary(document))]);
}

/** What a warning of the validator is about. */
const codeOf = (warning: string) => warning.split(' ')[0];
const sides = ({ min, max }: FileFacts) => [0, 1, 2].map((axis) => max[axis]! - min[axis]!);

describe('the files of every channel', { timeout: 300_000 }, () => {
	it('keep their own limits, are sound glTF, and fill the product’s real size', async () => {
		const recipes = fc.record({
			shape: fc.constantFrom('sphere', 'torus', 'vase'),
			segments: fc.integer({ min: 4, max: 40 }),
			seed: fc.nat(),
			layout: fc.constantFrom('smooth', 'seamy', 'soup'),
			normals: fc.boolean(),
			texture: fc.constantFrom(0, 64),
			normal_map: fc.boolean(),
			height: fc.constantFrom(0.01, 1, 40)
		}) satisfies fc.Arbitrary<ModelRecipe>;
		await fc.assert(
			fc.asyncProperty(
				recipes,
				fc.double({ min: 0.02, max: 3, noNaN: true }),
				async (recipe, height_m) => {
					const source = await makeModel(recipe);
					const known = new Set((await validateGltf(source.glb)).warnings.map(codeOf));
					const { files } = await make(source.glb, CHANNELS, { height_m });
					const scale = height_m / source.extents[1];
					for (const { profile, suffix, ending, file, facts, rules, verdict } of files) {
						const which = `${profile} ${suffix}`;
						expect(verdict, `${which} ${JSON.stringify(rules)}`).not.toBe('fail');
						sides(facts).forEach((side, axis) => {
							const off = Math.abs(side - source.extents[axis]! * scale);
							expect(off / (Math.max(...source.extents) * scale), which).toBeLessThan(0.001);
						});
						if (ending === 'usdz') expect(facts.packed, which).toBe(true);
						else {
							const { errors, warnings } = await validateGltf(file);
							const fresh = warnings.filter((warning) => !known.has(codeOf(warning)));
							expect([...errors, ...fresh], which).toEqual([]);
						}
					}
				}
			),
			{ numRuns: 3, seed: 11 }
		);
	});
});

describe('makeChannelFiles', { timeout: 120_000 }, () => {
	it('paints two materials onto one where a place takes one, and says that it did', async () => {
		const { source, files } = await make(await twoMaterials(), [channel('shopify')], {
			height_m: 0.2
		});
		expect(source.materials).toBe(2);
		const [file] = files;
		expect(file?.facts.materials).toBe(1);
		expect(file?.rules.find(({ rule }) => rule === 'max_materials')).toMatchObject({
			outcome: 'fixed',
			before: 2,
			after: 1
		});
		expect(file?.verdict).toBe('fixed');
	});

	it('says when a GPU failed that was to paint, and paints all the same', async () => {
		const failing = { requestAdapter: () => Promise.reject(new Error('lost')) };
		vi.stubGlobal('navigator', { gpu: failing });
		const made = await make(await twoMaterials(), [channel('shopify')]).finally(() =>
			vi.unstubAllGlobals()
		);
		expect(made.notes).toEqual(['gpu_failed']);
		expect(made.files[0]?.facts.texture_side).toBeGreaterThan(0);
		expect((await make(await twoMaterials(), [channel('shopify')])).notes).toEqual([]);
	});

	it('paints colors of vertices and a texture onto one for Quick Look, which multiplies nothing', async () => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 12, texture: 64 });
		const document = await new WebIO().readBinary(new Uint8Array(await glb.arrayBuffer()));
		const [primitive] = document.getRoot().listMeshes()[0]?.listPrimitives() ?? [];
		const count = primitive?.getAttribute('POSITION')?.getCount() ?? 0;
		const black = document
			.createAccessor()
			.setType('VEC3')
			.setArray(new Float32Array(count * 3))
			.setBuffer(document.getRoot().listBuffers()[0] ?? null);
		primitive?.setAttribute('COLOR_0', black);
		const painted = new Blob([new Uint8Array(await new WebIO().writeBinary(document))]);
		const quick_look = ownProfile.parse({ label: 'AR', format: 'usdz', max_texture_side: 128 });
		const [file] = (await make(painted, [profileOf(quick_look)])).files;
		const files = unzipSync(new Uint8Array((await file?.file.arrayBuffer()) ?? []));
		const [picture] = Object.entries(files).filter(([name]) => /^textures\/0/.test(name));
		const { channels } = await sharp(picture?.[1]).stats();
		expect(channels.slice(0, 3).every(({ max }) => max < 8)).toBe(true);
	});

	it('takes textures, then triangles, until a file is as small as its place asks', async () => {
		const { glb } = await makeModel({ shape: 'vase', segments: 150, texture: 256, noise: 0.1 });
		const tight = profileOf({
			label: 'Tight',
			format: 'plain',
			max_megabytes: 0.2,
			max_triangles: null,
			max_texture_side: 256,
			one_material: false
		});
		const [file] = (await make(glb, [tight])).files;
		expect(file?.facts.bytes).toBeLessThanOrEqual(200_000);
		expect(file?.facts.bytes).toBeGreaterThan(50_000);
		expect(file?.rules.find(({ rule }) => rule === 'max_bytes')?.outcome).toBe('fixed');
	});

	it('turns another side to the front, in GLB and USDZ alike', async () => {
		const { files } = await make(await twoMaterials(), [channel('ads')], { height_m: 0.2 }, 1);
		expect(files.map(({ ending }) => ending)).toEqual(['glb', 'usdz']);
		for (const { facts } of files) {
			const [width = 0, height = 0, depth = 0] = sides(facts);
			expect(width).toBeCloseTo(0.1, 4);
			expect(height).toBeCloseTo(0.2, 4);
			expect(depth).toBeCloseTo(0.3, 4);
		}
	});

	it('fails a listing whose proportions are not the model’s, and one that names no size', async () => {
		const glb = await twoMaterials();
		const outcome = async (size: object) =>
			(await make(glb, [channel('amazon')], size)).files[0]?.rules.find(
				({ rule }) => rule === 'dimensions'
			)?.outcome;
		expect(await outcome({ height_m: 0.2, width_m: 0.3, depth_m: 0.1 })).toBe('pass');
		expect(await outcome({ height_m: 0.2, width_m: 0.5, depth_m: 0.1 })).toBe('fail');
		expect(await outcome({})).toBe('fail');
	});
});

describe('a profile of a person’s own', () => {
	it('limits nothing that it leaves out', () => {
		const own = ownProfile.parse({ label: 'Our shop', format: 'plain', max_triangles: 9000 });
		expect(profileOf(own).files[0]?.limits).toEqual({
			max_triangles: 9000,
			plain: true,
			real_size: true
		});
	});
});

describe('checkRules', () => {
	const facts: FileFacts = {
		bytes: 1000,
		triangles: 10,
		vertices: 30,
		draw_calls: 1,
		materials: 1,
		uv_sets: 1,
		texture_side: 64,
		texture_types: ['image/png'],
		extensions: [],
		motion: [],
		min: [-0.1, 0, -0.1],
		max: [0.1, 0.3, 0.1],
		packed: null
	};
	const rule = (file: FileFacts, source = facts, limits = {}) =>
		checkRules(file, source, limits, { height_m: 0.3 });

	it('tells pass, fixed by us, advice and fail apart', () => {
		const heavy = { ...facts, bytes: 5000 };
		expect(rule(facts, facts, { max_bytes: 2000 })[0]?.outcome).toBe('pass');
		expect(rule(facts, heavy, { max_bytes: 2000 })[0]?.outcome).toBe('fixed');
		expect(rule(heavy, heavy, { max_bytes: 2000 })[0]?.outcome).toBe('fail');
		expect(rule(heavy, heavy, { advised_bytes: 2000 })[0]?.outcome).toBe('advice');
		expect(verdictOf(rule(heavy, heavy, { max_bytes: 2000, advised_bytes: 2000 }))).toBe('fail');
	});

	it('advises against many triangles on the web, and refuses none: there a model may move with all it has', () => {
		const [level] = channel('web').files;
		const results = rule({ ...facts, triangles: 1e6 }, facts, level?.limits);
		expect(results.find((one) => one.rule === 'advised_triangles')?.outcome).toBe('advice');
		expect(verdictOf(results)).toBe('advice');
	});

	it.each([
		['hovers', { ...facts, min: [-0.1, 0.01, -0.1], max: [0.1, 0.31, 0.1] }],
		['stands aside', { ...facts, min: [0, 0, -0.1], max: [0.2, 0.3, 0.1] }],
		['is a hundred times as large', { ...facts, min: [-10, 0, -10], max: [10, 30, 10] }]
	])('a model that %s is not in place', (_, file) => {
		const results = rule(file as FileFacts, facts, { real_size: true });
		expect(results.find((one) => one.rule === 'real_size')?.outcome).toBe('fail');
	});

	it('says nothing of what a place does not limit', () => {
		expect(rule(facts)).toEqual([]);
	});
});

describe('a USDZ', () => {
	it('is found out when it is packed, aligned or named wrongly', async () => {
		const { glb } = await makeModel({ shape: 'vase', segments: 12, height: 0.3 });
		const [made] = (await make(glb, [channel('ios-ar')], { height_m: 0.3 })).files;
		const usdz = made?.file ?? expect.fail('no file');
		expect((await inspectFile(usdz, 'usdz')).packed).toBe(true);
		const bytes = new Uint8Array(await usdz.arrayBuffer());
		const shifted = new Blob([await shift(bytes)]);
		expect((await inspectFile(shifted, 'usdz')).packed).toBe(false);
	});

	/** The same files, packed by a zip that does not align them. */
	async function shift(bytes: Uint8Array): Promise<ArrayBuffer> {
		const files = Object.entries(unzipSync(bytes)).map(([name, content]) => ({
			name,
			file: new Blob([new Uint8Array(content)])
		}));
		return (await zipFiles({ files })).arrayBuffer();
	}
});
