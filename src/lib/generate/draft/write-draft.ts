import { Document, WebIO } from '@gltf-transform/core';
import type { Size } from '../../artifacts';
import { placeSurface } from './place-surface';
import type { Surface } from './solid';

export interface WriteOptions {
	/** Wanted size, metres: height rules, else width; a depth alone stretches along z. */
	size: Partial<Size>;
	/** Times the depth that was guessed, where none is wanted; default 1. */
	thickness?: number;
	construction: string;
	texture: { image: Uint8Array; mime_type: 'image/jpeg' | 'image/png' };
}

/** A surface that is neither glossy nor chalk. */
const ROUGHNESS = 0.75;

/**
 * Writes a textured surface as GLB: metres, standing on y = 0, centered, facing +Z.
 */
export async function writeDraft(
	surface: Surface & { uvs: Float32Array<ArrayBuffer> },
	options: WriteOptions
): Promise<{ glb: Uint8Array; size: Size }> {
	const { positions, normals, size } = placeSurface(surface, options.size, options.thickness);
	const document = new Document();
	const buffer = document.createBuffer();
	const asset = document.getRoot().getAsset();
	asset.generator = 'Vitrine';
	asset.extras = {
		draft: true,
		sides_guessed: true,
		note: 'Draft, sides guessed',
		construction: options.construction
	};

	const accessor = (
		type: 'VEC2' | 'VEC3' | 'SCALAR',
		array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>
	) => document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
	const points = positions.length / 3;
	// 65535 is the restart value and not allowed as an index.
	const indices =
		points < 65_535 ? Uint16Array.from(surface.indices) : Uint32Array.from(surface.indices);
	const primitive = document
		.createPrimitive()
		.setAttribute('POSITION', accessor('VEC3', positions))
		.setAttribute('NORMAL', accessor('VEC3', normals))
		.setAttribute('TEXCOORD_0', accessor('VEC2', surface.uvs))
		.setIndices(accessor('SCALAR', indices))
		.setMaterial(
			document
				.createMaterial('product')
				.setBaseColorTexture(
					document
						.createTexture('photo')
						.setImage(new Uint8Array(options.texture.image))
						.setMimeType(options.texture.mime_type)
				)
				.setMetallicFactor(0)
				.setRoughnessFactor(ROUGHNESS)
		);
	const node = document
		.createNode('draft')
		.setMesh(document.createMesh('draft').addPrimitive(primitive));
	document.getRoot().setDefaultScene(document.createScene().addChild(node));
	return { glb: await new WebIO().writeBinary(document), size };
}
