import { KHRTextureBasisu } from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer';
import { Box3, Mesh, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { describe, expect, it, vi } from 'vitest';
import type { Progress, SourceModel } from '../../src/lib/artifacts';
import { canvasImageEncoder } from '../../src/lib/optimize/canvas-image-encoder';
import { createGlbIo } from '../../src/lib/optimize/glb-io';
import { inspectGlb } from '../../src/lib/optimize/inspect-glb';
import { DEFAULT_LEVELS } from '../../src/lib/optimize/levels';
import { optimizeModel } from '../../src/lib/optimize/optimize-model';
import { runTask } from '../../src/lib/threads/run-task';
import { decodeKtx2 } from '../../src/lib/viewer/decode-ktx2';
import { DRACO_BALL } from '../fixtures/draco-ball';
import { encodePng } from '../fixtures/encode-png';
import { makeModel, type ModelRecipe } from '../fixtures/models';

async function sourceModel(recipe: ModelRecipe): Promise<SourceModel> {
	const { glb, triangles, extents } = await makeModel(recipe);
	return {
		provider: 'draft',
		glb,
		triangles,
		size: { width_m: extents[0], height_m: extents[1], depth_m: extents[2] },
		sides_guessed: false,
		cost: 0,
		task_id: null,
		model_url: null,
		processing_time: 0
	};
}

describe('optimizeModel', () => {
	it('makes levels on its thread that three.js opens at the real size', async () => {
		const source = await sourceModel({
			shape: 'vase',
			segments: 120,
			texture: 1024,
			normal_map: true
		});
		const seen: Progress[] = [];
		const model = await optimizeModel(
			source,
			{ size: { height_m: 0.3 } },
			{ onprogress: (progress) => seen.push(progress) }
		);
		expect(model.lods).toHaveLength(4);
		expect(model.size.height_m).toBeCloseTo(0.3, 6);
		expect(model.processing_time).toBeGreaterThan(0);
		expect(seen.map(({ step }) => step)).toContain('compressing');
		for (const { glb, triangles } of model.lods) {
			const facts = await inspectGlb(glb);
			expect(glb.size).toBeLessThan(source.glb.size);
			expect(facts.textures.map(({ content_type }) => content_type)).toEqual([
				'image/webp',
				'image/webp'
			]);
			const opened = await openInThree(glb);
			expect(opened.triangles).toBe(triangles);
			expect(opened.size.y).toBeCloseTo(0.3, 2);
			expect(opened.bottom).toBeCloseTo(0, 2);
		}
		expect(model.lods.at(-1)?.glb.size).toBeLessThan(150_000);
		const plain = await inspectGlb(model.plain);
		expect(plain.extensions_required).toEqual([]);
		for (const { content_type } of plain.textures) {
			expect(['image/jpeg', 'image/png']).toContain(content_type);
		}
	});

	it('unpacks Draco on its thread', async () => {
		const packed = await fetch(`data:model/gltf-binary;base64,${DRACO_BALL}`);
		const exam = await runTask('examine_model', { glb: await packed.blob() }, {});
		expect(exam.triangles).toBeGreaterThan(100);
		expect((await openInThree(exam.renewed!)).triangles).toBe(exam.triangles);
	});

	it('passes a refusal through from its thread', async () => {
		const source = await sourceModel({ shape: 'sphere', segments: 8 });
		const cut = { ...source, glb: source.glb.slice(0, -8) };
		await expect(optimizeModel(cut)).rejects.toMatchObject({ code: 'model_corrupt' });
	});

	it('rejects with AbortError at once when canceled, and works again after', async () => {
		const source = await sourceModel({ shape: 'torus', segments: 300, texture: 512 });
		const controller = new AbortController();
		let canceled_at = 0;
		const run = optimizeModel(
			source,
			{},
			{
				signal: controller.signal,
				onprogress: () => {
					canceled_at ||= performance.now();
					controller.abort();
				}
			}
		);
		await expect(run).rejects.toMatchObject({ name: 'AbortError' });
		expect(performance.now() - canceled_at).toBeLessThan(250);
		const small = await optimizeModel(await sourceModel({ shape: 'sphere', segments: 10 }));
		expect(small.lods[0]?.triangles).toBeGreaterThan(0);
	});
});

describe('textures that no canvas writes', () => {
	it.each(['avif', 'ktx2'] as const)(
		'are made on the thread, of the same color: %s',
		async (format) => {
			const { glb } = await sourceModel({ shape: 'vase', segments: 12, texture: 32 });
			const levels = DEFAULT_LEVELS.slice(0, 1);
			const input = { glb, levels, texture_size: 32, texture_format: format };
			const { lods } = await runTask('build_levels', input);
			const [before = 0, after = 0] = await Promise.all(
				[glb, lods[0]?.glb ?? new Blob()].map(async (one) => meanOf(await textureOf(one)))
			);
			expect(before).toBeGreaterThan(20);
			expect(Math.abs(after - before)).toBeLessThan(4);
		}
	);

	it('are WebP all the same where the canvas makes PNG of it, as in Safari', async () => {
		const convert = OffscreenCanvas.prototype.convertToBlob;
		vi.spyOn(OffscreenCanvas.prototype, 'convertToBlob').mockImplementation(function (
			this: OffscreenCanvas
		) {
			return convert.call(this, { type: 'image/png' });
		});
		const image = canvasImageEncoder.from({
			width: 16,
			height: 8,
			data: new Uint8ClampedArray(16 * 8 * 4).fill(255).fill(90, 0, 256)
		});
		const options = {
			max_size: 16,
			content_type: 'image/webp',
			quality: 0.9,
			role: 'color'
		} as const;
		const made = await image.encode(options);
		vi.restoreAllMocks();
		expect(made.content_type).toBe('image/webp');
		expect(new TextDecoder().decode(made.bytes.slice(8, 12))).toBe('WEBP');
		const [top, bottom] = [await pixels(made.bytes), (await pixels(made.bytes)).slice(-4)];
		expect(Math.abs(top[0]! - 90)).toBeLessThan(6);
		expect(bottom[0]).toBeGreaterThan(249);
	});

	/** The base color of a model. */
	async function textureOf(glb: Blob): Promise<ImageBitmap> {
		const io = (await createGlbIo()).registerExtensions([KHRTextureBasisu]);
		const document = await io.readBinary(new Uint8Array(await glb.arrayBuffer()));
		const [texture] = document.getRoot().listTextures();
		const bytes = new Uint8Array(texture?.getImage() ?? []);
		const type = texture?.getMimeType() ?? '';
		if (type !== 'image/ktx2') return createImageBitmap(new Blob([bytes], { type }));
		return (await decodeKtx2(bytes, { gl: null, max_side: 64 }))().image as ImageBitmap;
	}

	function meanOf(bitmap: ImageBitmap): number {
		const context = new OffscreenCanvas(1, 1).getContext('2d');
		if (!context) throw new Error('no 2D canvas');
		context.imageSmoothingQuality = 'high';
		context.drawImage(bitmap, 0, 0, 1, 1);
		const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
		return (red + green + blue) / 3;
	}
});

describe('canvasImageEncoder', () => {
	it('keeps colors under transparent texels where nothing reads the alpha', async () => {
		const image = await canvasImageEncoder.open(await clearOrange(), {
			content_type: 'image/png',
			keep_alpha: false
		});
		expect(image.has_alpha).toBe(false);
		const made = await image.encode({
			max_size: 4,
			content_type: 'image/png',
			quality: 1,
			role: 'color'
		});
		image.close();
		expect([made.width, made.height]).toEqual([4, 2]);
		expect([...(await pixels(made.bytes)).slice(0, 4)]).toEqual([250, 120, 10, 255]);
	});

	it('keeps the right way up', async () => {
		const rgba = new Uint8Array(2 * 2 * 4).fill(10);
		rgba.set([255, 0, 0, 128], 0);
		const bytes = await encodePng(2, 2, rgba);
		const image = await canvasImageEncoder.open(bytes, {
			content_type: 'image/png',
			keep_alpha: false
		});
		const made = await image.encode({
			max_size: 2,
			content_type: 'image/png',
			quality: 1,
			role: 'color'
		});
		image.close();
		expect([...(await pixels(made.bytes)).slice(0, 4)]).toEqual([255, 0, 0, 255]);
	});

	it('says what it really made', async () => {
		const image = await canvasImageEncoder.open(await clearOrange(), {
			content_type: 'image/png',
			keep_alpha: true
		});
		expect(image.has_alpha).toBe(true);
		const made = await image.encode({
			max_size: 8,
			content_type: 'image/webp',
			quality: 0.8,
			role: 'color'
		});
		image.close();
		expect(made.content_type).toBe('image/webp');
		expect(new TextDecoder().decode(made.bytes.slice(8, 12))).toBe('WEBP');
	});

	it('calls bytes that are no image damaged', async () => {
		const open = canvasImageEncoder.open(new Uint8Array(99), {
			content_type: 'image/png',
			keep_alpha: true
		});
		await expect(open).rejects.toMatchObject({ code: 'model_corrupt' });
	});
});

function clearOrange(): Promise<Uint8Array<ArrayBuffer>> {
	const rgba = new Uint8Array(8 * 4 * 4);
	for (let i = 0; i < rgba.length; i += 4) rgba.set([250, 120, 10, 0], i);
	return encodePng(8, 4, rgba);
}

async function pixels(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8ClampedArray> {
	const bitmap = await createImageBitmap(new Blob([bytes]));
	const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
	context?.drawImage(bitmap, 0, 0);
	return context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray();
}

async function openInThree(glb: Blob) {
	const loader = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder);
	const { scene } = await loader.parseAsync(await glb.arrayBuffer(), '');
	const box = new Box3().setFromObject(scene);
	let triangles = 0;
	scene.traverse((object) => {
		if (object instanceof Mesh) triangles += (object.geometry.index?.count ?? 0) / 3;
	});
	return { triangles, size: box.getSize(new Vector3()), bottom: box.min.y };
}
