import { Document, WebIO } from '@gltf-transform/core';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { USDZ_TYPE, writeUsdz } from '$lib/optimize/write-usdz';
import { zipAligned } from '$lib/optimize/zip-aligned';

let blob: Blob;
let bytes: Uint8Array;
let layer: string;
beforeAll(async () => {
	blob = await writeUsdz({ glb: await texturedQuad() });
	bytes = new Uint8Array(await blob.arrayBuffer());
	layer = new TextDecoder().decode(unzipSync(bytes)['model.usda']);
});

/** 0.4 m wide and 0.2 m high, its picture a JPEG and a PNG, in a node that is moved, mirrored and scaled. */
async function texturedQuad(): Promise<Blob> {
	const document = new Document();
	const buffer = document.createBuffer();
	const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#c33' } });
	const jpeg = document
		.createTexture()
		.setMimeType('image/jpeg')
		.setImage(new Uint8Array(await picture.clone().jpeg().toBuffer()));
	const png = document
		.createTexture()
		.setMimeType('image/png')
		.setImage(new Uint8Array(await picture.clone().png().toBuffer()));
	const material = document
		.createMaterial()
		.setBaseColorTexture(jpeg)
		.setNormalTexture(png)
		.setAlphaMode('MASK')
		.setAlphaCutoff(0.3)
		.setRoughnessFactor(0.4)
		.setMetallicFactor(0)
		.setDoubleSided(true);
	const values = (type: 'VEC2' | 'VEC3', list: number[]) =>
		document.createAccessor().setType(type).setBuffer(buffer).setArray(new Float32Array(list));
	const primitive = document
		.createPrimitive()
		.setMaterial(material)
		.setAttribute('POSITION', values('VEC3', [0, 0, 0, 4, 0, 0, 0, 2, 0, 4, 2, 0]))
		.setAttribute('NORMAL', values('VEC3', [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]))
		.setAttribute('TEXCOORD_0', values('VEC2', [0, 1, 1, 1, 0, 0, 1, 0.25]))
		.setIndices(
			document
				.createAccessor()
				.setBuffer(buffer)
				.setArray(new Uint16Array([0, 1, 2, 2, 1, 3]))
		);
	const mesh = document.createMesh().addPrimitive(primitive);
	const node = document
		.createNode()
		.setMesh(mesh)
		.setScale([-0.1, 0.1, 0.1])
		.setTranslation([0.2, 0, 0]);
	document.getRoot().setDefaultScene(document.createScene().addChild(node));
	document.createScene().addChild(document.createNode().setMesh(mesh));
	return new Blob([new Uint8Array(await new WebIO().writeBinary(document))]);
}

/** Name and place of the bytes of each file of a zip, read from its local headers. */
function filesOf(zip: Uint8Array) {
	const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
	const files: { name: string; start: number; method: number }[] = [];
	for (let at = 0; view.getUint32(at, true) === 0x04034b50;) {
		const [name_length, extra] = [view.getUint16(at + 26, true), view.getUint16(at + 28, true)];
		const name = new TextDecoder().decode(zip.subarray(at + 30, at + 30 + name_length));
		const start = at + 30 + name_length + extra;
		files.push({ name, start, method: view.getUint16(at + 8, true) });
		at = start + view.getUint32(at + 18, true);
	}
	return files;
}

describe('the package', () => {
	it('stores its files uncompressed on multiples of 64 bytes, the layer first', () => {
		const files = filesOf(bytes);
		expect(files.map(({ name }) => name)).toEqual([
			'model.usda',
			'textures/0.jpg',
			'textures/1.png'
		]);
		for (const { name, start, method } of files) {
			expect([name, start % 64, method]).toEqual([name, 0, 0]);
		}
		expect(blob.type).toBe(USDZ_TYPE);
	});

	it('is aligned whatever the files are called and however long they are', () => {
		const files = [1, 17, 64, 333].map((length) => ({
			name: `${'n'.repeat(length)}.bin`,
			bytes: new Uint8Array(length)
		}));
		const zip = zipAligned(files);
		expect(filesOf(zip).map(({ start }) => start % 64)).toEqual([0, 0, 0, 0]);
		expect(Object.keys(unzipSync(zip))).toEqual(files.map(({ name }) => name));
	});
});

describe('the layer', () => {
	it('shows the scene that the model does, and no other', () => {
		expect(layer.match(/def Mesh /g)).toHaveLength(1);
	});

	it('is in metres, y up, standing on a floor', () => {
		expect(layer).toMatch(/^#usda 1\.0/);
		expect(layer).toContain('metersPerUnit = 1');
		expect(layer).toContain('upAxis = "Y"');
		expect(layer).toContain('preliminary:planeAnchoring:alignment = "horizontal"');
	});

	it('has the points where they stand in the scene, mirrored triangles turned over, rows of pictures from below', () => {
		expect(layer).toContain('extent = [(-0.2, 0, 0), (0.2, 0.2, 0)]');
		expect(layer).toContain('points = [(0.2, 0, 0), (-0.2, 0, 0), (0.2, 0.2, 0), (-0.2, 0.2, 0)]');
		expect(layer).toContain('faceVertexIndices = [0, 2, 1, 2, 3, 1]');
		expect(layer).toContain('faceVertexCounts = [3, 3]');
		expect(layer).toContain('primvars:st = [(0, 0), (1, 0), (0, 1), (1, 0.75)]');
	});

	it('has the material: textures of the package, cut-out, both sides', () => {
		expect(layer).toContain('asset inputs:file = @textures/0.jpg@');
		expect(layer).toContain('asset inputs:file = @textures/1.png@');
		expect(layer).toContain('inputs:opacityThreshold = 0.3');
		expect(layer).toContain('float inputs:roughness = 0.4');
		expect(layer).toContain('uniform bool doubleSided = 1');
		expect(layer).toContain('rel material:binding = </Root/Materials/Material_0>');
		for (const [, target = ''] of layer.matchAll(/connect = <([^>]+)\.outputs/g)) {
			expect(layer).toContain(`"${target.split('/').at(-1)}"`);
		}
		expect([...layer].filter((c) => c === '{').length).toBe(
			[...layer].filter((c) => c === '}').length
		);
	});
});

describe('colors of vertices', () => {
	/** A triangle red, green and blue at its corners, of half the brightness; with a color texture or none. */
	async function colored(textured: boolean): Promise<string> {
		const document = new Document();
		const buffer = document.createBuffer();
		const values = (list: number[]) =>
			document.createAccessor().setType('VEC3').setBuffer(buffer).setArray(new Float32Array(list));
		const png = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#fff' } })
			.png()
			.toBuffer();
		const texture = document.createTexture().setMimeType('image/png').setImage(new Uint8Array(png));
		const material = document
			.createMaterial()
			.setBaseColorFactor([0.5, 0.5, 0.5, 1])
			.setBaseColorTexture(textured ? texture : null);
		const primitive = document
			.createPrimitive()
			.setMaterial(material)
			.setAttribute('POSITION', values([0, 0, 0, 1, 0, 0, 0, 1, 0]))
			.setAttribute('COLOR_0', values([1, 0, 0, 0, 1, 0, 0, 0, 1]));
		const mesh = document.createMesh().addPrimitive(primitive);
		document.createScene().addChild(document.createNode().setMesh(mesh));
		const glb = new Blob([new Uint8Array(await new WebIO().writeBinary(document))]);
		const usdz = new Uint8Array(await (await writeUsdz({ glb })).arrayBuffer());
		return new TextDecoder().decode(unzipSync(usdz)['model.usda']);
	}

	it('are what a material without a color texture shows', async () => {
		const text = await colored(false);
		expect(text).toContain(
			'color3f[] primvars:displayColor = [(0.5, 0, 0), (0, 0.5, 0), (0, 0, 0.5)]'
		);
		expect(text).toContain(
			'inputs:diffuseColor.connect = </Root/Materials/Material_0/VertexColor.outputs:result>'
		);
		expect(text).toContain('string inputs:varname = "displayColor"');
	});

	it('are left out beside one, which cannot be multiplied with them', async () => {
		const text = await colored(true);
		expect(text).not.toContain('displayColor');
		expect(text).toContain('Material_0/Color.outputs:rgb>');
	});
});
