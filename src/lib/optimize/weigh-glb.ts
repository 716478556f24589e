import { ImageUtils, type Accessor } from '@gltf-transform/core';
import { checkGlb } from './check-glb';
import { textureRole } from './encode-textures';
import type { TextureRole } from './image-encoder';
import { readGlb } from './read-glb';

/** One thing in a file: what it takes there, and in the memory of a graphics card. */
export interface PartWeight {
	part: 'geometry' | 'texture' | 'rest';
	/** Of a texture. */
	role?: TextureRole;
	content_type?: string;
	/** Pixels. */
	width?: number;
	height?: number;
	/** In the file. */
	bytes: number;
	/** Decoded, with all its smaller sizes. */
	gpu_bytes: number;
}

export interface ModelWeight {
	bytes: number;
	gpu_bytes: number;
	triangles: number;
	/** The heaviest in memory first. */
	parts: PartWeight[];
}

/** Four channels of eight bits, and a third more for the smaller sizes. */
const GPU_BYTES_PER_PIXEL = 4 * (4 / 3);
/** A KTX2 texture stays packed: at most one byte per texel (ETC2, BC7, ASTC 4x4). */
const PACKED_BYTES_PER_PIXEL = 4 / 3;

/**
 * Weighs a GLB part by part: what is big, in the file and on the graphics card.
 *
 * @throws StageError as `checkGlb` does.
 */
export async function weighGlb(glb: Blob): Promise<ModelWeight> {
	const { document } = await readGlb(await checkGlb(glb));
	const root = document.getRoot();
	const textures = root.listTextures().map((texture): PartWeight => {
		const image = texture.getImage();
		const content_type = texture.getMimeType();
		const [width, height] = (image && ImageUtils.getSize(image, content_type)) ?? [0, 0];
		const per_pixel = content_type === 'image/ktx2' ? PACKED_BYTES_PER_PIXEL : GPU_BYTES_PER_PIXEL;
		return {
			part: 'texture',
			role: textureRole(texture),
			content_type,
			width,
			height,
			bytes: image?.byteLength ?? 0,
			gpu_bytes: Math.round(width * height * per_pixel)
		};
	});
	const accessors = new Set<Accessor>();
	let triangles = 0;
	for (const mesh of root.listMeshes()) {
		for (const primitive of mesh.listPrimitives()) {
			const indices = primitive.getIndices();
			for (const accessor of [...primitive.listAttributes(), ...(indices ? [indices] : [])]) {
				accessors.add(accessor);
			}
			const corners = indices ?? primitive.getAttribute('POSITION');
			triangles += Math.floor((corners?.getCount() ?? 0) / 3);
		}
	}
	const gpu_geometry = [...accessors].reduce((sum, one) => sum + one.getByteLength(), 0);
	const texture_bytes = textures.reduce((sum, { bytes }) => sum + bytes, 0);
	const json_bytes = new DataView(await glb.slice(12, 16).arrayBuffer()).getUint32(0, true);
	const parts: PartWeight[] = [
		{
			part: 'geometry',
			bytes: Math.max(0, glb.size - texture_bytes - json_bytes),
			gpu_bytes: gpu_geometry
		},
		...textures,
		{ part: 'rest', bytes: json_bytes, gpu_bytes: 0 }
	];
	return {
		bytes: glb.size,
		gpu_bytes: parts.reduce((sum, { gpu_bytes }) => sum + gpu_bytes, 0),
		triangles,
		parts: parts.sort((a, b) => b.gpu_bytes - a.gpu_bytes)
	};
}
