import { describe, expect, it } from 'vitest';
import { buildLevels } from '$lib/optimize/build-levels';
import { compareModels } from '$lib/optimize/compare-models';
import { DEFAULT_LEVELS } from '$lib/optimize/levels';
import { lighterFixes } from '$lib/optimize/lighter-fixes';
import { weighGlb } from '$lib/optimize/weigh-glb';
import { twinView } from '../../src/routes/studio/truth/twin-view';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { makeModel } from '../fixtures/models';

const LEVEL = { ...DEFAULT_LEVELS[0]!, max_triangles: 900, min_triangles: 0, max_error: 1 };

describe('compareModels', { timeout: 60_000 }, () => {
	it('finds no difference where nothing was changed but place, size and front', async () => {
		const { glb } = await makeModel({ shape: 'vase', segments: 24, height: 3, offset: [5, 1, 2] });
		const built = await buildLevels(
			{
				glb,
				size: { height_m: 0.3 },
				turns: 1,
				levels: DEFAULT_LEVELS.slice(0, 1),
				texture_size: 64
			},
			{},
			sharpImageEncoder
		);
		const { plain: result, size } = built;
		const found = await compareModels(
			{ source: glb, turns: 1, result, size },
			{},
			sharpImageEncoder
		);
		expect(found.silhouette_iou).toBeGreaterThan(0.995);
		expect(found.psnr).toBeGreaterThan(30);
		expect(found.most_distance_m).toBeLessThan(0.3e-3);
		const unturned = await compareModels({ source: glb, result, size }, {}, sharpImageEncoder);
		expect(unturned.psnr).toBeLessThan(found.psnr - 3);
	});

	it('measures what a coarse level loses, in metres of the real product', async () => {
		const { glb } = await makeModel({ shape: 'torus', segments: 60, noise: 0.1 });
		const built = await buildLevels(
			{ glb, size: { height_m: 0.5 }, levels: [LEVEL], texture_size: 64, method: 'keep_layout' },
			{},
			sharpImageEncoder
		);
		const result = built.lods[0]!.glb;
		const found = await compareModels(
			{ source: glb, result, size: built.size },
			{},
			sharpImageEncoder
		);
		expect(found.mean_distance_m).toBeGreaterThan(1e-4);
		expect(found.most_distance_m).toBeGreaterThan(found.mean_distance_m * 2);
		expect(found.most_distance_m).toBeLessThan(0.1);
		expect(found.result.triangles).toBeLessThanOrEqual(900);
		expect(found.source.triangles).toBe(7200);
	});
});

describe('weighGlb', () => {
	it('adds up to the file, and counts textures as decoded with their smaller sizes', async () => {
		const { glb } = await makeModel({ shape: 'vase', segments: 30, texture: 64, normal_map: true });
		const { bytes, parts, gpu_bytes } = await weighGlb(glb);
		expect(bytes).toBe(glb.size);
		expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(glb.size);
		const textures = parts.filter(({ part }) => part === 'texture');
		expect(textures.map(({ role }) => role).sort()).toEqual(['color', 'normal']);
		for (const texture of textures) expect(texture.gpu_bytes).toBeCloseTo((64 * 64 * 16) / 3, -1);
		expect(parts.reduce((sum, part) => sum + part.gpu_bytes, 0)).toBe(gpu_bytes);
	});

	it('proposes what saves most memory first, and nothing for what is small', async () => {
		const large = await makeModel({ shape: 'vase', segments: 10, texture: 1024 });
		const [first] = lighterFixes(await weighGlb(large.glb));
		expect(first?.fix).toBe('halve_textures');
		expect(first?.saves_gpu_bytes).toBeCloseTo((1024 * 1024 * 4 * 4) / 4, -4);
		const small = await makeModel({ shape: 'vase', segments: 10, texture: 64 });
		expect(lighterFixes(await weighGlb(small.glb)).map(({ fix }) => fix)).toEqual([
			'halve_triangles'
		]);
	});
});

describe('twinView', () => {
	const box = (scale: number, at: readonly [number, number, number]) => ({
		min: [at[0] - scale, at[1] - scale, at[2] - scale] as const,
		max: [at[0] + scale, at[1] + scale, at[2] + scale] as const
	});

	it('sees the same side of the source, as far aside, whatever its size, place and front', () => {
		const view = { azimuth: 0, polar: 1, zoom: 2, target: [0, 1, 1] as [number, number, number] };
		const twin = twinView(view, box(1, [0, 1, 0]), box(10, [100, 0, 0]), 1);
		// What faces +Z in the result faces -X in the source.
		expect(twin.azimuth).toBeCloseTo(-Math.PI / 2);
		expect(twin.zoom).toBe(2);
		expect(twin.target[0]).toBeCloseTo(90);
		expect(twin.target[1]).toBeCloseTo(0);
		expect(twin.target[2]).toBeCloseTo(0);
	});
});
