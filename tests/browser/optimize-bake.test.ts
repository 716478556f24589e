import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readAppearance, type Look } from '../../src/lib/optimize/appearance';
import { bakeTextures } from '../../src/lib/optimize/bake-textures';
import { canvasImageEncoder } from '../../src/lib/optimize/canvas-image-encoder';
import { checkGlb } from '../../src/lib/optimize/check-glb';
import { mendSurface } from '../../src/lib/optimize/mend-surface';
import type { Pixels } from '../../src/lib/optimize/pixels';
import { readModel } from '../../src/lib/optimize/read-model';
import { planOneLayout, type LayoutPlan } from '../../src/lib/optimize/layout-plan';
import { rebakeSurface, shapeOf } from '../../src/lib/optimize/rebake-surface';
import type { Surface } from '../../src/lib/optimize/surface';
import { withLookTangents } from '../../src/lib/optimize/tangent-space';
import { makeModel } from '../fixtures/models';

const SIZE = { width: 128, height: 128 };
let source: Surface;
let target: Surface;
let looks: Look[];
let plan: LayoutPlan;

/** A source whose look uses every kind of texture, each lying there in its own way, and a tenth of it laid out anew. */
beforeAll(async () => {
	const { glb } = await makeModel({
		shape: 'vase',
		segments: 40,
		noise: 0.05,
		layout: 'seamy',
		texture: 256,
		normal_map: true
	});
	const { document, surface: raw } = await readModel(await checkGlb(glb));
	const { surface } = await mendSurface(raw);
	const [plain] = await readAppearance(document, surface, canvasImageEncoder, 256);
	const base = plain?.base;
	if (!plain || !base) throw new Error('no base color');
	const lying = (wrap: 'repeat' | 'mirror' | 'clamp', turn: number) => ({
		...base,
		transform: [2, turn, 0.2, -turn, 1.5, -0.4] satisfies typeof base.transform,
		wrap_u: wrap,
		wrap_v: 'mirror' as const
	});
	looks = [
		{
			...plain,
			opaque: false,
			tangent_uv: 'TEXCOORD_0',
			grained: true,
			base_factor: [0.9, 0.8, 0.7, 0.6],
			metal_rough: lying('mirror', 0.3),
			metalness: 0.6,
			occlusion: lying('clamp', -0.2),
			occlusion_strength: 0.7,
			emissive: lying('repeat', 0),
			emissive_factor: [2, 1, 0.5],
			normal_scale: 1.5
		}
	];
	source = await withLookTangents(surface, looks);
	const options = { max_error: 1, texture_size: SIZE.width };
	plan = planOneLayout(looks);
	target = (await rebakeSurface(source, looks, shapeOf(source, plan), 320, options)).surface;
});

/** How far two pictures are apart: on average, and the share of texels where it is more than 4 of 255. */
function apart(one: Pixels | null, other: Pixels | null) {
	if (!one || !other) throw new Error('no picture');
	let [sum, far] = [0, 0];
	one.data.forEach((value, i) => {
		const off = Math.abs(value - other.data[i]!);
		sum += off;
		if (off > 4) far++;
	});
	return { mean: sum / one.data.length, far: far / one.data.length };
}

describe('painting on the GPU', () => {
	it('paints what the CPU paints, every texture of it', async () => {
		const on_cpu = await bakeTextures(source, looks, target, plan, SIZE, { gpu: 'never' });
		const on_gpu = await bakeTextures(source, looks, target, plan, SIZE, { gpu: 'always' });
		expect(on_gpu.gpu_failed).toBe(false);
		for (const kind of ['base', 'orm', 'emissive', 'normal', 'grain'] as const) {
			const { mean, far } = apart(on_gpu[kind], on_cpu[kind]);
			expect(mean, kind).toBeLessThan(0.05);
			expect(far, kind).toBeLessThan(0.002);
		}
		expect(on_gpu.emissive_factor).toBeCloseTo(on_cpu.emissive_factor, 3);
	});

	it('goes on where the GPU was lost, and says so', async () => {
		const request = vi.spyOn(GPUAdapter.prototype, 'requestDevice');
		const on_cpu = await bakeTextures(source, looks, target, plan, SIZE, { gpu: 'never' });
		const interrupted = await bakeTextures(source, looks, target, plan, SIZE, {
			gpu: 'always',
			// The first word is given with the device open, and nothing asked.
			onprogress: () =>
				void request.mock.results[0]?.value.then((device: GPUDevice) => device.destroy())
		});
		expect(request).toHaveBeenCalledTimes(1);
		expect(interrupted.gpu_failed).toBe(true);
		expect(apart(interrupted.base, on_cpu.base).mean).toBe(0);
		request.mockRestore();
	});

	it('leaves software pretending to be one alone', async () => {
		const request = vi.spyOn(GPUAdapter.prototype, 'requestDevice');
		const { gpu_failed } = await bakeTextures(source, looks, target, plan, SIZE);
		expect(gpu_failed).toBe(false);
		expect(request).not.toHaveBeenCalled();
		request.mockRestore();
	});
});
