import { Box3, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { describe, expect, it } from 'vitest';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { buildLevels } from '../../src/lib/optimize/build-levels';
import { inspectUsdz } from '../../src/lib/optimize/channels/inspect-usdz';
import { makeChannelFiles } from '../../src/lib/optimize/channels/make-channel-files';
import { CHANNELS } from '../../src/lib/optimize/channels/profiles';
import { compareModels } from '../../src/lib/optimize/compare-models';
import { createGlbIo } from '../../src/lib/optimize/glb-io';
import { DEFAULT_LEVELS } from '../../src/lib/optimize/levels';
import { readModel } from '../../src/lib/optimize/read-model';
import { restBounds } from '../../src/lib/optimize/rest-bounds';
import { boundsOf } from '../../src/lib/optimize/surface';
import { writeUsdz } from '../../src/lib/optimize/write-usdz';
import { editGlb } from '../fixtures/models';
import { movingModel } from '../fixtures/moving-model';
import { validateGltf } from '../fixtures/validate-gltf';

/** A vase of two joints, the upper one bent and moved at rest, its morph target half on. */
async function bent(texture = 0): Promise<Blob> {
	const { glb } = await movingModel({ texture, segments: 16 });
	return editGlb(glb, (json) => {
		const nodes = json.nodes as { name?: string; rotation?: number[]; translation?: number[] }[];
		const upper = nodes.find(({ name }) => name === 'upper') ?? expect.fail('no joint');
		upper.rotation = [0, 0, Math.sin(0.4), Math.cos(0.4)];
		upper.translation = [0.1, 0.05, -0.2];
		for (const mesh of json.meshes as { weights?: number[] }[]) mesh.weights = [0.5];
	});
}
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

describe('the rest pose', { timeout: 120_000 }, () => {
	it('stands where three.js draws it', async () => {
		const glb = await bent();
		const { scene } = await new GLTFLoader().parseAsync(await glb.arrayBuffer(), '');
		scene.updateMatrixWorld(true);
		const box = new Box3().setFromObject(scene, true);
		const { min, max } = restBounds(await (await createGlbIo()).readBinary(await bytesOf(glb)));
		expect(new Vector3(...min).distanceTo(box.min)).toBeLessThan(1e-6);
		expect(new Vector3(...max).distanceTo(box.max)).toBeLessThan(1e-6);
	});

	it('is what readers of still models get, and a USDZ shows', async () => {
		const io = await createGlbIo();
		const bytes = await bytesOf(await bent());
		const rest = restBounds(await io.readBinary(bytes));
		const { document, surface } = await readModel(bytes);
		expect(document.getRoot().listSkins()).toEqual([]);
		const usdz = await inspectUsdz(await writeUsdz({ glb: await bent() }));
		for (const axis of [0, 1, 2]) {
			expect(boundsOf(surface).min[axis]).toBeCloseTo(rest.min[axis]!, 6);
			expect(boundsOf(surface).max[axis]).toBeCloseTo(rest.max[axis]!, 6);
			expect(usdz.max[axis]).toBeCloseTo(rest.max[axis]!, 5);
		}
		const normals = surface.attributes.slice(0, 3);
		expect(Math.hypot(...normals)).toBeGreaterThan(0.5);
	});

	it('is how a model that moves and what was made of it are compared', async () => {
		const glb = await bent(64);
		const { lods, size } = await buildLevels(
			{ glb, texture_size: 64, levels: DEFAULT_LEVELS.slice(0, 1), size: { height_m: 0.4 } },
			{},
			sharpImageEncoder
		);
		const result = lods[0]?.glb ?? new Blob();
		const found = await compareModels({ source: glb, result, size }, {}, sharpImageEncoder);
		expect(found.most_distance_m).toBeLessThan(0.4 / 1000);
		expect(found.silhouette_iou).toBeGreaterThan(0.99);
	});

	it('is what a channel’s USDZ has, with a word; its GLBs move, in real size', async () => {
		const profiles = CHANNELS.filter(({ name }) => /^(web|android-ar|ios-ar|ads)$/.test(name));
		const { source, files, notes } = await makeChannelFiles(
			{ glb: await bent(64), profiles, size: { height_m: 0.4 } },
			{},
			sharpImageEncoder
		);
		expect(source.motion).toEqual(['a skeleton', 'animations', 'morph targets']);
		expect(notes).toEqual(['motion_kept']);
		expect(files.length).toBeGreaterThan(6);
		for (const { profile, ending, file, facts, rules } of files) {
			const outcome = (name: string) => rules.find(({ rule }) => rule === name)?.outcome;
			expect(outcome('real_size'), profile).toBe('fixed');
			expect(outcome('motion'), profile).toBe(ending === 'usdz' ? 'advice' : 'pass');
			expect(outcome('max_bytes') ?? 'pass', profile).not.toBe('fail');
			expect(facts.triangles > 0, profile).toBe(true);
			if (ending === 'glb') expect((await validateGltf(file)).errors, profile).toEqual([]);
		}
	});
});
