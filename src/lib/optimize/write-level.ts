import type { Document, WebIO } from '@gltf-transform/core';
import { EXTTextureWebP } from '@gltf-transform/extensions';
import { cloneDocument, meshopt, prune, reorder } from '@gltf-transform/functions';
import { MeshoptEncoder } from 'meshoptimizer';
import { normalMapUv } from './appearance';
import type { LevelModel } from './baked-model';
import { writeGlb } from './glb-io';
import type { EncodedImage } from './image-encoder';
import { countTriangles, type Surface } from './surface';
import { withTangents } from './tangent-space';
import { writeSurface } from './write-surface';

export interface LevelFile {
	/** Its number, or `plain` for the twin without required extensions. */
	level: number | 'plain';
	model: LevelModel;
	/** One per texture of the document, in its order. */
	textures: (EncodedImage | null)[];
}

/** 14 bits place a point of a 1 m product to 0.06 mm; 12 bits a texel of a 4K map. */
const QUANTIZATION = {
	quantizePosition: 14,
	quantizeNormal: 8,
	quantizeTexcoord: 12,
	quantizeColor: 8
};

/**
 * Writes one file of a model. Levels are quantized and packed with EXT_meshopt_compression; the plain file has
 * floats, since AR viewers and other programs read nothing else everywhere.
 * https://github.com/KhronosGroup/glTF/blob/main/extensions/2.0/Vendor/EXT_meshopt_compression/README.md
 */
export async function writeLevel(io: WebIO, file: LevelFile): Promise<Blob> {
	const document = cloneDocument(file.model.document);
	const surface = await remakeTangents(document, file.model.surface);
	setTextures(document, file.textures);
	writeSurface(document, surface);
	// Unused materials only: the pixels of plain-colored textures were looked at nowhere.
	await document.transform(prune({ keepSolidTextures: true, keepAttributes: true }));
	await document.transform(
		file.level === 'plain'
			? reorder({ encoder: MeshoptEncoder, target: 'performance' })
			: meshopt({ encoder: MeshoptEncoder, level: 'high', ...QUANTIZATION })
	);
	stamp(document, { level: file.level, triangles: countTriangles(surface) });
	return writeGlb(io, document);
}

/** Tangents for the parts that came with some; those that were just made stay. */
async function remakeTangents(document: Document, surface: Surface): Promise<Surface> {
	if (surface.slots.some(({ semantic }) => semantic === 'TANGENT')) return surface;
	const primitives = document.getRoot().listMeshes()[0]?.listPrimitives() ?? [];
	const uv_of = (part: number) => {
		const semantic = normalMapUv(primitives[part]?.getMaterial() ?? null);
		const own = surface.parts[part];
		return semantic && own?.has_tangents && own.semantics.has(semantic) ? semantic : null;
	};
	return primitives.some((_, part) => uv_of(part) !== null)
		? withTangents(surface, uv_of)
		: surface;
}

function setTextures(document: Document, images: (EncodedImage | null)[]): void {
	document
		.getRoot()
		.listTextures()
		.forEach((texture, index) => {
			const image = images[index];
			if (image) texture.setImage(image.bytes).setMimeType(image.content_type).setURI('');
		});
	document.disposeExtension('EXT_texture_avif');
	if (images.some((image) => image?.content_type === 'image/webp')) {
		document.createExtension(EXTTextureWebP).setRequired(true);
	} else document.disposeExtension('EXT_texture_webp');
}

/** Adds our facts to what the source says of itself. */
function stamp(document: Document, facts: Record<string, unknown>): void {
	const asset = document.getRoot().getAsset();
	const extras = isRecord(asset.extras) ? asset.extras : {};
	const known = isRecord(extras.vitrine) ? extras.vitrine : {};
	asset.extras = { ...extras, vitrine: { ...known, ...facts } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
