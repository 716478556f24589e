import { createRequire } from 'node:module';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebIO } from '@gltf-transform/core';
import type { Size } from '../../src/lib/artifacts';
import type { Alpha } from '../../src/lib/generate/draft/alpha';
import { buildSolid } from '../../src/lib/generate/draft/build-solid';
import { layOutAtlas } from '../../src/lib/generate/draft/lay-out-atlas';
import { projectUvs } from '../../src/lib/generate/draft/project-uvs';
import { writeDraft } from '../../src/lib/generate/draft/write-draft';
import { readGlbFacts } from '../../src/lib/generate/read-glb-facts';
import * as silhouettes from '../fixtures/silhouettes';

interface Validator {
	validateBytes(bytes: Uint8Array): Promise<{ issues: { messages: unknown[] } }>;
}
const validator: Validator = createRequire(import.meta.url)('gltf-validator');

let image: Uint8Array;
beforeAll(async () => {
	const gray = { width: 64, height: 64, channels: 3, background: '#888' } as const;
	image = await sharp({ create: gray }).jpeg().toBuffer();
});

async function write(alpha: Alpha, size: Partial<Size> = {}) {
	const solid = buildSolid(alpha);
	const frame = { x: -8, y: -8, width: alpha.width + 16, height: alpha.height + 16 };
	const { front, back } = layOutAtlas(frame, 64);
	const texture = { image, mime_type: 'image/jpeg' } as const;
	const uvs = projectUvs(solid, frame, { front, back });
	const written = await writeDraft(
		{ ...solid, uvs },
		{ size, construction: solid.construction, texture }
	);
	const document = await new WebIO().readBinary(written.glb);
	const [primitive] = document.getRoot().listMeshes()[0]?.listPrimitives() ?? [];
	const read = (name: string) => {
		const array = primitive?.getAttribute(name)?.getArray();
		if (!array) throw new Error(`no ${name}`);
		return array;
	};
	return { ...written, solid, primitive, read, front, back };
}

const range = (array: ArrayLike<number>, axis: number, stride = 3) => {
	let [low, high] = [Infinity, -Infinity];
	for (let i = axis; i < array.length; i += stride) {
		low = Math.min(low, array[i]!);
		high = Math.max(high, array[i]!);
	}
	return { low, high, middle: (low + high) / 2, length: high - low };
};

describe('writeDraft', () => {
	it.each([
		['a bottle', silhouettes.bottle()],
		['a ring', silhouettes.ring()],
		['two islands', silhouettes.twoIslands()],
		['one pixel', silhouettes.onePixel()]
	])('writes %s without any error or warning of the glTF validator', async (_, alpha) => {
		const { glb } = await write(alpha);
		expect((await validator.validateBytes(glb)).issues.messages).toEqual([]);
	});

	it('stands the product on the ground, centered, as high as it is', async () => {
		const { read, size } = await write(silhouettes.bottle(), { height_m: 0.42 });
		const positions = read('POSITION');
		expect(range(positions, 1).low).toBeCloseTo(0, 6);
		expect(range(positions, 1).high).toBeCloseTo(0.42, 6);
		expect(range(positions, 0).middle).toBeCloseTo(0, 6);
		expect(range(positions, 2).middle).toBeCloseTo(0, 6);
		expect(size.height_m).toBeCloseTo(0.42, 9);
		expect(range(positions, 0).length).toBeCloseTo(size.width_m, 6);
		expect(range(positions, 2).length).toBeCloseTo(size.depth_m, 6);
		expect(size.width_m / size.height_m).toBeCloseTo(180 / 500, 2);
	});

	it('is as wide as given when no height is, and 0.3 m high when nothing is', async () => {
		expect((await write(silhouettes.ring(), { width_m: 2 })).size.width_m).toBeCloseTo(2, 6);
		expect((await write(silhouettes.ring())).size.height_m).toBeCloseTo(0.3, 6);
	});

	it('stretches to a given depth and keeps the normals upright on the surface', async () => {
		const { size, read, primitive } = await write(silhouettes.ring(), {
			height_m: 1,
			depth_m: 0.05
		});
		expect(size.depth_m).toBeCloseTo(0.05, 6);
		const [positions, normals] = [read('POSITION'), read('NORMAL')];
		const indices = primitive?.getIndices()?.getArray() ?? [];
		let against = 0;
		for (let t = 0; t < indices.length; t += 3) {
			const [a, b, c] = [indices[t]! * 3, indices[t + 1]! * 3, indices[t + 2]! * 3];
			const u = [0, 1, 2].map((axis) => positions[b + axis]! - positions[a + axis]!);
			const v = [0, 1, 2].map((axis) => positions[c + axis]! - positions[a + axis]!);
			const n = [
				u[1]! * v[2]! - u[2]! * v[1]!,
				u[2]! * v[0]! - u[0]! * v[2]!,
				u[0]! * v[1]! - u[1]! * v[0]!
			];
			const along = n.reduce(
				(sum, value, axis) =>
					sum + value * (normals[a + axis]! + normals[b + axis]! + normals[c + axis]!),
				0
			);
			if (along <= 0) against++;
		}
		expect(against).toBe(0);
	});

	it('gives front and back their own part of the texture', async () => {
		const { read, solid, front, back } = await write(silhouettes.disk());
		const uvs = read('TEXCOORD_0');
		const split = solid.back_start * 2;
		const u_front = range(uvs.slice(0, split), 0, 2);
		const u_back = range(uvs.slice(split), 0, 2);
		expect(u_front.low).toBeGreaterThan(front.x);
		expect(u_front.high).toBeLessThan(front.x + front.width);
		expect(u_back.low).toBeGreaterThan(back.x);
		expect(u_back.high).toBeLessThan(back.x + back.width);
		const v = range(uvs, 1, 2);
		expect(v.low).toBeGreaterThan(0);
		expect(v.high).toBeLessThan(1);
	});

	it('is marked as a draft whose sides are guessed', async () => {
		const { glb, primitive } = await write(silhouettes.bottle());
		const length = new DataView(glb.buffer, glb.byteOffset).getUint32(12, true);
		const { asset } = JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + length)));
		expect(asset.generator).toBe('Vitrine');
		expect(asset.extras).toEqual({
			draft: true,
			sides_guessed: true,
			note: 'Draft, sides guessed',
			construction: 'lathe'
		});
		const material = primitive?.getMaterial();
		expect(material?.getDoubleSided()).toBe(false);
		expect(material?.getMetallicFactor()).toBe(0);
		expect(material?.getRoughnessFactor()).toBeCloseTo(0.75);
	});

	it('is measured by its description alone as it was written', async () => {
		const { glb, size, solid } = await write(silhouettes.ring(), { width_m: 0.8, depth_m: 0.2 });
		const facts = await readGlbFacts(new Blob([new Uint8Array(glb)]));
		expect(facts.triangles).toBe(solid.indices.length / 3);
		expect(facts.size.width_m).toBeCloseTo(size.width_m, 6);
		expect(facts.size.height_m).toBeCloseTo(size.height_m, 6);
		expect(facts.size.depth_m).toBeCloseTo(size.depth_m, 6);
	});
});

describe('layOutAtlas', () => {
	it.each([
		[{ width: 700, height: 900 }, 2048, [1024, 1024]],
		[{ width: 2000, height: 2000 }, 2048, [2048, 2048]],
		[{ width: 900, height: 400 }, 2048, [1024, 1024]],
		[{ width: 5, height: 5 }, 2048, [64, 64]],
		[{ width: 2000, height: 900 }, 1000, [512, 512]]
	])('fits %o into %i pixels', (frame, texture_size, [width, height]) => {
		const atlas = layOutAtlas(frame, texture_size);
		expect([atlas.width, atlas.height]).toEqual([width, height]);
		const area = ({ width, height }: { width: number; height: number }) => width * height;
		expect(area(atlas.front) + area(atlas.back)).toBeCloseTo(1);
		expect(area(atlas.front)).toBeGreaterThan(area(atlas.back));
	});
});
