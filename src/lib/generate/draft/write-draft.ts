import { Document, WebIO } from '@gltf-transform/core';
import type { Size } from '../../artifacts';
import type { Solid } from './solid';

/** A rectangle of the texture, as shares of its sides from the top left corner. */
export interface Region {
	x: number;
	y: number;
	width: number;
	height: number;
}

export interface WriteOptions {
	/** Wanted size, metres: height rules, else width; a depth alone stretches along z. */
	size: Partial<Size>;
	construction: string;
	texture: {
		image: Uint8Array;
		mime_type: 'image/jpeg' | 'image/png';
		/** The part of the alpha image's plane that both regions show, pixels. */
		frame: { x: number; y: number; width: number; height: number };
		front: Region;
		back: Region;
	};
}

/** Height of a draft nothing is known about, metres. */
export const DEFAULT_HEIGHT = 0.3;
/** A surface that is neither glossy nor chalk. */
const ROUGHNESS = 0.75;

/**
 * Writes a solid as GLB: metres, standing on y = 0, centered, facing +Z, with the photo projected on both sheets.
 */
export async function writeDraft(
	solid: Solid,
	options: WriteOptions
): Promise<{ glb: Uint8Array; size: Size }> {
	const { positions, normals, size } = place(solid, options.size);
	const document = new Document();
	const buffer = document.createBuffer();
	const asset = document.getRoot().getAsset();
	asset.generator = 'Vitrine';
	asset.extras = { draft: true, sides_guessed: true, construction: options.construction };

	const accessor = (
		type: 'VEC2' | 'VEC3' | 'SCALAR',
		array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>
	) => document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
	const points = positions.length / 3;
	// 65535 is the restart value and not allowed as an index.
	const indices =
		points < 65_535 ? Uint16Array.from(solid.indices) : Uint32Array.from(solid.indices);
	const primitive = document
		.createPrimitive()
		.setAttribute('POSITION', accessor('VEC3', positions))
		.setAttribute('NORMAL', accessor('VEC3', normals))
		.setAttribute('TEXCOORD_0', accessor('VEC2', projectUvs(solid, options.texture)))
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

function place(solid: Solid, wanted: Partial<Size>) {
	const low = [Infinity, Infinity, Infinity];
	const high = [-Infinity, -Infinity, -Infinity];
	solid.positions.forEach((value, i) => {
		low[i % 3] = Math.min(low[i % 3]!, value);
		high[i % 3] = Math.max(high[i % 3]!, value);
	});
	const [width, height, depth] = high.map((value, axis) => value - low[axis]!) as [
		number,
		number,
		number
	];
	const scale = wanted.height_m
		? wanted.height_m / height
		: wanted.width_m
			? wanted.width_m / width
			: DEFAULT_HEIGHT / height;
	const scale_z = wanted.depth_m ? wanted.depth_m / depth : scale;
	const center = (low[0]! + high[0]!) / 2;
	const positions = new Float32Array(solid.positions.length);
	const normals = new Float32Array(solid.normals.length);
	for (let i = 0; i < positions.length; i += 3) {
		positions[i] = (solid.positions[i]! - center) * scale;
		positions[i + 1] = (solid.positions[i + 1]! - low[1]!) * scale;
		positions[i + 2] = solid.positions[i + 2]! * scale_z;
		// Normals take the inverse of a stretch.
		const x = solid.normals[i]!;
		const y = solid.normals[i + 1]!;
		const z = (solid.normals[i + 2]! * scale) / scale_z;
		const length = Math.hypot(x, y, z);
		normals.set([x / length, y / length, z / length], i);
	}
	const size = { width_m: width * scale, height_m: height * scale, depth_m: depth * scale_z };
	return { positions, normals, size };
}

function projectUvs(solid: Solid, { frame, front, back }: WriteOptions['texture']) {
	const uvs = new Float32Array((solid.positions.length / 3) * 2);
	for (let i = 0; i < uvs.length / 2; i++) {
		const region = i < solid.back_start ? front : back;
		const x = (solid.positions[3 * i]! - frame.x) / frame.width;
		const y = (-solid.positions[3 * i + 1]! - frame.y) / frame.height;
		uvs[2 * i] = region.x + region.width * x;
		uvs[2 * i + 1] = region.y + region.height * y;
	}
	return uvs;
}
