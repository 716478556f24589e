import { Document, WebIO } from '@gltf-transform/core';
import { KHRMaterialsClearcoat, KHRTextureTransform } from '@gltf-transform/extensions';
import { Mesh, MeshPhysicalMaterial, MeshStandardMaterial, Vector3, type Object3D } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { beforeAll, expect, test } from 'vitest';
import { disposeTree } from '$lib/viewer/dispose-tree';
import { loadGlb, meshesOf } from '$lib/viewer/load-glb';

let glb: ArrayBuffer;
beforeAll(async () => {
	glb = await manyFeatures();
});

/** A picture of one color. */
async function picture(color: string, width = 8, height = 4): Promise<Uint8Array<ArrayBuffer>> {
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d');
	if (!context) throw new Error('no 2D canvas');
	context.fillStyle = color;
	context.fillRect(0, 0, width, height);
	return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

/** Nested and mirrored nodes, one mesh shown twice, textures with samplers and transforms, vertex colors, lacquer. */
async function manyFeatures(): Promise<ArrayBuffer> {
	const document = new Document();
	const buffer = document.createBuffer();
	const floats = (type: 'VEC2' | 'VEC3' | 'VEC4', values: number[]) =>
		document.createAccessor().setType(type).setBuffer(buffer).setArray(new Float32Array(values));
	const red = document
		.createTexture('red')
		.setMimeType('image/png')
		.setImage(await picture('#d02010'));
	const bumps = document
		.createTexture('bumps')
		.setMimeType('image/png')
		.setImage(await picture('#8080ff'));
	const lacquer = document
		.createExtension(KHRMaterialsClearcoat)
		.createClearcoat()
		.setClearcoatFactor(0.7)
		.setClearcoatRoughnessFactor(0.2);
	const textured = document
		.createMaterial('textured')
		.setBaseColorFactor([0.5, 0.6, 0.7, 0.8])
		.setBaseColorTexture(red)
		.setNormalTexture(bumps)
		.setNormalScale(0.4)
		.setMetallicFactor(0.3)
		.setRoughnessFactor(0.6)
		.setEmissiveFactor([0.1, 0.2, 0.3])
		.setDoubleSided(true)
		.setAlphaMode('MASK')
		.setAlphaCutoff(0.4)
		.setExtension('KHR_materials_clearcoat', lacquer);
	textured.getBaseColorTextureInfo()?.setWrapS(33071).setMagFilter(9728).setTexCoord(0);
	textured
		.getBaseColorTextureInfo()
		?.setExtension(
			'KHR_texture_transform',
			document
				.createExtension(KHRTextureTransform)
				.createTransform()
				.setOffset([0.25, 0.5])
				.setScale([2, 3])
		);
	const plain = document
		.createMaterial('plain')
		.setAlphaMode('BLEND')
		.setBaseColorFactor([1, 0, 0, 0.5]);
	const corners = [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0.5];
	const surface = () =>
		document
			.createPrimitive()
			.setAttribute('POSITION', floats('VEC3', corners))
			.setIndices(
				document
					.createAccessor()
					.setBuffer(buffer)
					.setArray(new Uint16Array([0, 1, 2, 2, 1, 3]))
			);
	const mesh = document
		.createMesh()
		.addPrimitive(
			surface()
				.setAttribute('NORMAL', floats('VEC3', [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]))
				.setAttribute('TEXCOORD_0', floats('VEC2', [0, 0, 1, 0, 0, 1, 1, 1]))
				.setAttribute(
					'COLOR_0',
					floats(
						'VEC4',
						Array.from({ length: 16 }, (_, i) => i / 16)
					)
				)
				.setMaterial(textured)
		)
		.addPrimitive(surface().setMaterial(plain));
	const child = document
		.createNode()
		.setMesh(mesh)
		.setTranslation([0.1, 0.2, 0.3])
		.setRotation([0, Math.SQRT1_2, 0, Math.SQRT1_2])
		.setScale([-1, 2, 3]);
	const parent = document.createNode().setMesh(mesh).setScale([0.5, 0.5, 0.5]).addChild(child);
	document.createScene().addChild(parent);
	const io = new WebIO().registerExtensions([KHRMaterialsClearcoat, KHRTextureTransform]);
	return (await io.writeBinary(document)).slice().buffer;
}

/** What three draws of a tree: every corner where it stands in the world, and every material. */
function drawn(root: Object3D) {
	root.updateMatrixWorld(true);
	const meshes: Mesh[] = [];
	root.traverse((object) => {
		if (object instanceof Mesh) meshes.push(object);
	});
	return meshes
		.map((mesh) => {
			const position = mesh.geometry.getAttribute('position');
			const at = new Vector3();
			const corners = Array.from({ length: position.count }, (_, i) =>
				at
					.fromBufferAttribute(position, i)
					.applyMatrix4(mesh.matrixWorld)
					.toArray()
					.map((value) => Math.round(value * 1e5) / 1e5)
			);
			const material: unknown = mesh.material;
			if (!(material instanceof MeshStandardMaterial)) throw new Error('another material');
			const { map, normalMap, normalScale, color, emissive, metalness, roughness } = material;
			const { transparent, opacity, alphaTest, side, depthWrite } = material;
			return {
				corners,
				attributes: Object.keys(mesh.geometry.attributes).sort(),
				triangles: mesh.geometry.index?.count,
				physical: material instanceof MeshPhysicalMaterial && [
					material.clearcoat,
					material.clearcoatRoughness
				],
				colors: [color.toArray(), emissive.toArray(), metalness, roughness],
				blending: [transparent, opacity, alphaTest, side, depthWrite],
				flags: [material.vertexColors, material.flatShading, normalScale.toArray()],
				map: map && [
					map.wrapS,
					map.wrapT,
					map.magFilter,
					map.minFilter,
					map.flipY,
					map.colorSpace,
					map.channel
				],
				placed: map && [map.offset.toArray(), map.repeat.toArray(), map.rotation],
				normal_space: normalMap?.colorSpace
			};
		})
		.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

test('a model is read as three’s own loader reads it', async () => {
	const ours = await loadGlb(glb);
	const theirs = await new GLTFLoader().parseAsync(glb.slice(), '');
	expect(drawn(ours.root)).toEqual(drawn(theirs.scene));
	expect(ours.triangles).toBe(8);
	disposeTree(ours.root);
});

test('textures larger than the device takes are scaled down, in their proportion', async () => {
	const { root } = await loadGlb(glb, { max_texture_side: 4 });
	const sides = meshesOf(root).flatMap(({ material }) =>
		material instanceof MeshStandardMaterial && material.map ? [material.map.image] : []
	);
	expect(sides.length).toBeGreaterThan(0);
	for (const side of sides) expect(side).toMatchObject({ width: 4, height: 2 });
	disposeTree(root);
});

test.each([
	['corners that are not there', (json: string) => json.replace('"count":6', '"count":999')],
	[
		'a part past the end',
		(json: string) => json.replace(/"byteLength":\d+,"target"/, '"byteLength":9999,"target"')
	],
	['nodes in a ring', (json: string) => json.replace('"children":[0]', '"children":[1]')],
	[
		'an unknown number type',
		(json: string) => json.replaceAll('"componentType":5126', '"componentType":5127')
	]
])('a file with %s is refused as damaged', async (_, spoil) => {
	const head = new DataView(glb);
	const length = head.getUint32(12, true);
	const json = new TextDecoder().decode(new Uint8Array(glb, 20, length));
	const spoilt = spoil(json);
	expect(spoilt).not.toBe(json);
	const text = new TextEncoder().encode(spoilt.padEnd(Math.ceil(spoilt.length / 4) * 4));
	const rest = new Uint8Array(glb, 20 + length);
	const bytes = new Uint8Array(20 + text.length + rest.length);
	bytes.set(new Uint8Array(glb, 0, 20));
	bytes.set(text, 20);
	bytes.set(rest, 20 + text.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(8, bytes.length, true);
	view.setUint32(12, text.length, true);
	await expect(loadGlb(bytes.buffer)).rejects.toMatchObject({ code: 'model_corrupt' });
});
