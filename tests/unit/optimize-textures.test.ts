import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { buildLevels } from '../../src/lib/optimize/build-levels';
import { checkGlb } from '../../src/lib/optimize/check-glb';
import { asStored, encodeTextures } from '../../src/lib/optimize/encode-textures';
import type { ImageEncoder, OpenImage } from '../../src/lib/optimize/image-encoder';
import { inspectGlb } from '../../src/lib/optimize/inspect-glb';
import { DEFAULT_LEVELS } from '../../src/lib/optimize/levels';
import { pickQuality } from '../../src/lib/optimize/pick-quality';
import type { Pixels } from '../../src/lib/optimize/pixels';
import { readModel } from '../../src/lib/optimize/read-model';
import { makeModel, seededRandom, type ModelRecipe } from '../fixtures/models';
import { sharpImageEncoder } from '../../scripts/optimize/sharp-image-encoder';

async function pixelsOf(bytes: Uint8Array<ArrayBuffer>, content_type: string): Promise<Pixels> {
	return (await sharpImageEncoder.open(bytes, { content_type, keep_alpha: false })).pixels(512);
}

/** Soft grays, as in a photo without detail. */
function smooth(): Pixels {
	const data = new Uint8ClampedArray(512 * 512 * 4).fill(255);
	for (let i = 0; i < 512 * 512; i++) {
		const gray = 120 + 60 * Math.sin((i % 512) / 40) * Math.cos((i >> 9) / 30);
		data.fill(gray, i * 4, i * 4 + 3);
	}
	return { width: 512, height: 512, data };
}

const TEXTURED: ModelRecipe = { shape: 'vase', segments: 20, texture: 1024, normal_map: true };

async function build(recipe: ModelRecipe, texture_size = 2048, encoder = sharpImageEncoder) {
	const { glb } = await makeModel(recipe);
	const built = await buildLevels(
		{ glb, texture_size, levels: DEFAULT_LEVELS, method: 'keep_layout', hidden: 'keep' },
		{},
		encoder
	);
	return { built, before: await inspectGlb(glb) };
}

describe('textures', { timeout: 60_000 }, () => {
	it('are WebP in levels, at most as large as the level asks, and never heavier than the source or a finer level', async () => {
		const { built, before } = await build(TEXTURED);
		for (const [index, side] of [1024, 1024, 1024, 512].entries()) {
			const { textures } = await inspectGlb(built.lods[index]?.glb ?? new Blob());
			expect(textures.map(({ role }) => role)).toEqual(['color', 'normal']);
			textures.forEach((texture, i) => {
				expect(Math.max(texture.width, texture.height)).toBeLessThanOrEqual(side);
				expect(texture.bytes).toBeLessThanOrEqual(before.textures[i]?.bytes ?? 0);
			});
		}
		expect(built.texture_size).toBe(1024);
		// At 512 pixels these checks would weigh more than at 1024, where they lose nothing.
		const bytes = built.lods.map(({ glb }) => glb.size);
		expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
	});

	it('are JPEG in the plain file, or the PNG they were where that is smaller', async () => {
		const { built, before } = await build(TEXTURED);
		const { textures } = await inspectGlb(built.plain);
		expect(textures[0]?.content_type).toBe('image/jpeg');
		expect(['image/jpeg', 'image/png']).toContain(textures[1]?.content_type);
		textures.forEach((texture, i) => {
			expect(texture.bytes).toBeLessThanOrEqual(before.textures[i]?.bytes ?? 0);
		});
	});

	it('stay PNG in the plain file where their alpha shows', async () => {
		const { built } = await build({ ...TEXTURED, texture_alpha: 'gradient', normal_map: false });
		const { textures } = await inspectGlb(built.plain);
		expect(textures.map(({ content_type }) => content_type)).toEqual(['image/png']);
	});

	it('obey a smaller limit everywhere', async () => {
		const { built } = await build(TEXTURED, 256);
		for (const glb of [...built.lods.map((lod) => lod.glb), built.plain]) {
			const { textures } = await inspectGlb(glb);
			expect(textures.map(({ width }) => width)).toEqual([256, 256]);
		}
	});

	it('stay as they are where the encoder would make them larger', async () => {
		const { built, before } = await build(TEXTURED, 2048, bloating);
		const { textures } = await inspectGlb(built.lods[0]?.glb ?? new Blob());
		expect(textures).toEqual(before.textures);
	});

	it('fall back to JPEG where the encoder knows no WebP', async () => {
		const { built } = await build(TEXTURED, 512, withoutWebp);
		const facts = await inspectGlb(built.lods[0]?.glb ?? new Blob());
		expect(facts.textures.map(({ content_type }) => content_type)).toEqual([
			'image/jpeg',
			'image/jpeg'
		]);
		expect(facts.extensions_required).not.toContain('EXT_texture_webp');
	});

	it('take a neighboring quality where that is truer and no heavier, and else the one asked for', async () => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 8, texture: 512 });
		const { document } = await readModel(await checkGlb(glb));
		const png = new Uint8Array(document.getRoot().listTextures()[0]?.getImage() ?? []);
		const checks = await pixelsOf(png, 'image/png');
		const asked = {
			max_size: 512,
			content_type: 'image/webp',
			quality: 0.8,
			role: 'color'
		} as const;
		const at = async (image: Pixels, quality: number) => {
			const { bytes } = await sharpImageEncoder.from(image).encode({ ...asked, quality });
			const { data } = await pixelsOf(bytes, 'image/webp');
			return {
				bytes: bytes.length,
				error: data.reduce((sum, value, i) => sum + (value - image.data[i]!) ** 2, 0)
			};
		};
		const pick = (image: Pixels) =>
			pickQuality(sharpImageEncoder.from(image), asked, sharpImageEncoder);
		const [before, after] = [await at(checks, 0.8), await at(checks, await pick(checks))];
		expect(after.error).toBeLessThan(before.error * 0.8);
		expect(after.bytes).toBeLessThanOrEqual(before.bytes);
		expect(await pick(smooth())).toBe(0.8);
	});

	it('lose nothing where that is lighter: a label of two colors', async () => {
		const side = 256;
		const data = new Uint8ClampedArray(side * side * 4).fill(255);
		for (let i = 0; i < side * side; i++) {
			if ((((i % side) * 7) ^ ((i >> 8) * 5)) & 32) data.set([170, 20, 30], i * 4);
		}
		const asked = {
			max_size: side,
			content_type: 'image/webp',
			quality: 0.8,
			role: 'color'
		} as const;
		const image = sharpImageEncoder.from({ width: side, height: side, data });
		const quality = await pickQuality(image, asked, sharpImageEncoder);
		const made = await image.encode({ ...asked, quality });
		expect((await pixelsOf(made.bytes, 'image/webp')).data).toEqual(data);
		expect(made.bytes.length).toBeLessThan((await image.encode(asked)).bytes.length);
	});

	it('are encoded once for levels that ask for the same', async () => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 8, texture: 128 });
		const { document } = await readModel(await checkGlb(glb));
		const recipe = { format: 'webp', max_size: 2048, quality: 0.8 } as const;
		const wanted = [recipe, { ...recipe, max_size: 1024 }, { ...recipe, max_size: 64 }];
		const [first, same, smaller] = await encodeTextures(document, wanted, sharpImageEncoder);
		expect(same?.[0]).toBe(first?.[0]);
		expect(smaller?.[0]?.width).toBe(64);
	});

	it('that were painted here are encoded once, to be judged and to be written', async () => {
		const { glb } = await makeModel({ shape: 'sphere', segments: 8, texture: 128 });
		const { document } = await readModel(await checkGlb(glb));
		const pixels = new Map(
			document
				.getRoot()
				.listTextures()
				.map((one) => [one, smooth()])
		);
		const [painted] = pixels.values();
		let encoded = 0;
		const counting: ImageEncoder = {
			...sharpImageEncoder,
			from(...image) {
				const opened = sharpImageEncoder.from(...image);
				return { ...opened, encode: (asked) => (encoded++, opened.encode(asked)) };
			}
		};
		const recipe = { format: 'webp', max_size: 2048, quality: 0.8 } as const;
		await asStored(painted!, 'color', recipe, counting);
		const to_judge = encoded;
		const [written] = await encodeTextures(document, [recipe], counting, { pixels });
		expect(written?.[0]?.content_type).toBe('image/webp');
		expect(encoded).toBe(to_judge);
		await encodeTextures(document, [{ ...recipe, quality: 0.5 }], counting, { pixels });
		expect(encoded).toBeGreaterThan(to_judge);
	});

	it('of a photo take no time to compare qualities', async () => {
		const random = seededRandom(3);
		const data = new Uint8ClampedArray(128 * 128 * 4).map(() => random() * 255);
		const image = sharpImageEncoder.from({ width: 128, height: 128, data });
		const asked = {
			max_size: 128,
			content_type: 'image/webp',
			quality: 0.8,
			role: 'color'
		} as const;
		const idle: ImageEncoder = {
			open: () => expect.fail('decoded'),
			from: () => expect.fail('encoded')
		};
		expect(await pickQuality(image, asked, idle)).toBe(0.8);
	});

	it('step down until the last level fits 150 KB', async () => {
		const { built } = await build({ ...TEXTURED, segments: 50 }, 2048, heavy);
		expect(built.lods.at(-1)?.glb.size).toBeLessThan(150_000);
	});
});

function changed(change: Partial<Awaited<ReturnType<ImageEncoder['open']>>>): ImageEncoder {
	return {
		...sharpImageEncoder,
		open: async (bytes, options) => ({
			...(await sharpImageEncoder.open(bytes, options)),
			...change
		})
	};
}

const bloating = changed({
	encode: async ({ content_type }) => ({
		bytes: new Uint8Array(5_000_000),
		content_type,
		width: 1024,
		height: 1024
	})
});

const withoutWebp: ImageEncoder = {
	open: async (bytes, options) => refuseWebp(await sharpImageEncoder.open(bytes, options)),
	from: (pixels) => refuseWebp(sharpImageEncoder.from(pixels))
};

function refuseWebp(image: OpenImage): OpenImage {
	return {
		...image,
		encode: (wanted) =>
			image.encode({
				...wanted,
				content_type: wanted.content_type === 'image/webp' ? 'image/png' : wanted.content_type
			})
	};
}

/** Noise hardly compresses: 512 px of it are heavier than the level may be. */
const heavy: ImageEncoder = {
	...sharpImageEncoder,
	async open(bytes, options) {
		// What was made of it is looked at too.
		if (options.content_type === 'image/webp') return sharpImageEncoder.open(bytes, options);
		const side = 1024;
		const noise = await sharp({
			create: {
				width: side,
				height: side,
				channels: 3,
				background: '#808080',
				noise: { type: 'gaussian', mean: 128, sigma: 60 }
			}
		})
			.png()
			.toBuffer();

		return sharpImageEncoder.open(new Uint8Array(noise), options);
	}
};
