import { describe, expect, it } from 'vitest';
import { readAppearance } from '$lib/optimize/appearance';
import { checkGlb } from '$lib/optimize/check-glb';
import { compareViews } from '$lib/optimize/compare-views';
import { drawViews } from '$lib/optimize/draw-views';
import { mendSurface } from '$lib/optimize/mend-surface';
import { frameOf } from '$lib/optimize/rasterize';
import { readModel } from '$lib/optimize/read-model';
import { trianglesOf } from '$lib/optimize/surface';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';
import { editGlb, makeModel } from '../fixtures/models';

type Material = Record<string, unknown>;

async function open(glb: Blob) {
	const { document, surface: raw } = await readModel(await checkGlb(glb));
	const { surface } = await mendSurface(raw);
	const looks = await readAppearance(document, surface, sharpImageEncoder, 256);
	return { surface, looks };
}

/** A ball of one material around a small bright one. */
async function lamp(shade: Material): Promise<Blob> {
	const { glb } = await makeModel({ shape: 'sphere', segments: 24, noise: 0, texture: 0 });
	return editGlb(glb, (json) => {
		const [{ primitives }] = json.meshes as [{ primitives: [Material] }];
		json.extensionsUsed = Object.keys((shade.extensions as Material | undefined) ?? {});
		json.materials = [shade, { emissiveFactor: [1, 0.6, 0.1] }];
		json.meshes = [0, 1].map((material) => ({ primitives: [{ ...primitives[0], material }] }));
		json.nodes = [{ mesh: 0 }, { mesh: 1, scale: [0.4, 0.4, 0.4] }];
		json.scenes = [{ nodes: [0, 1] }];
	});
}

const transmission = (transmissionFactor: number): Material => ({
	pbrMetallicRoughness: { metallicFactor: 0, roughnessFactor: 0.05 },
	extensions: { KHR_materials_transmission: { transmissionFactor } }
});
const alpha = (alphaMode: string, value: number, more: Material = {}): Material => ({
	alphaMode,
	...more,
	pbrMetallicRoughness: { baseColorFactor: [0.9, 0.9, 1, value], metallicFactor: 0 }
});

/** How much of the picture is left without the bulb, decibels. */
async function withoutBulb(shade: Material) {
	const { surface, looks } = await open(await lamp(shade));
	const frame = frameOf(surface);
	const whole = drawViews(surface, looks, frame, 64);
	const empty = drawViews(
		trianglesOf(surface, (part) => part === 0),
		looks,
		frame,
		64
	);
	return compareViews(whole, empty);
}

describe('pictures of what is see-through', () => {
	it.each([
		['glass', transmission(1)],
		['what blends', alpha('BLEND', 0.3)],
		['what blends on both sides', alpha('BLEND', 0.3, { doubleSided: true })]
	])('show the bulb behind %s, so that losing it shows', async (_, shade) => {
		const { psnr, silhouette_iou } = await withoutBulb(shade);
		expect(psnr).toBeLessThan(28);
		expect(silhouette_iou).toBe(1);
	});

	it.each([
		['frosted to the full', transmission(0)],
		['opaque, whatever its alpha', alpha('OPAQUE', 0.3)],
		['of alpha above its cutoff', alpha('MASK', 0.6)]
	])('show nothing behind what is %s', async (_, shade) => {
		expect((await withoutBulb(shade)).psnr).toBe(100);
	});

	it('leave out what a mask cuts out, from the outline too', async () => {
		const { silhouette_iou } = await withoutBulb(alpha('MASK', 0.4));
		expect(silhouette_iou).toBe(0);
		const bare = await withoutBulb(alpha('MASK', 0.4, { alphaCutoff: 0.3 }));
		expect(bare.silhouette_iou).toBe(1);
	});

	it('dim a bulb by each wall of glass before it, and tint it', async () => {
		const bulb = async (shade: Material) => {
			const { surface, looks } = await open(await lamp(shade));
			const [view] = drawViews(surface, looks, frameOf(surface), 64);
			const middle = (32 * 64 + 32) * 3;
			return [...view!.color.subarray(middle, middle + 3)];
		};
		const [clear, red] = await Promise.all(
			[1, 0.2].map((green) =>
				bulb({
					...transmission(1),
					pbrMetallicRoughness: { baseColorFactor: [1, green, green, 1], metallicFactor: 0 }
				})
			)
		);
		expect(clear![1]).toBeGreaterThan(150);
		expect(red![0]).toBeCloseTo(clear![0]!, -1);
		expect(red![1]).toBeLessThan(clear![1]! * 0.7);
	});
});

describe('a masked leaf', { timeout: 30_000 }, () => {
	it('is judged by what is there: its cut-out part may go', async () => {
		const { glb } = await makeModel({ shape: 'torus', segments: 24, texture_alpha: 'gradient' });
		const masked = await editGlb(glb, (json) => {
			for (const material of json.materials as Material[]) material.alphaMode = 'MASK';
		});
		const { surface, looks } = await open(masked);
		const frame = frameOf(surface);
		const whole = drawViews(surface, looks, frame, 64);
		const uv = surface.slots.find(({ semantic }) => semantic === 'TEXCOORD_0')!.offset;
		const cut_out = (vertex: number) => surface.attributes[vertex * surface.stride + uv]! < 0.45;
		const part = (keeps: (triangle: number[]) => boolean) => {
			const kept: number[] = [];
			for (let i = 0; i < surface.indices.length; i += 3) {
				const triangle = [...surface.indices.subarray(i, i + 3)];
				if (keeps(triangle)) kept.push(...triangle);
			}
			return drawViews({ ...surface, indices: Uint32Array.from(kept) }, looks, frame, 64);
		};
		const there = compareViews(
			whole,
			part((triangle) => !triangle.every(cut_out))
		);
		expect(there.psnr).toBe(100);
		const lost = compareViews(
			whole,
			part((triangle) => triangle.every(cut_out))
		);
		expect(lost.silhouette_iou).toBeLessThan(0.1);
	});
});
