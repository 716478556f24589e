import type { Document } from '@gltf-transform/core';
import { EXTTextureAVIF, EXTTextureWebP, KHRTextureBasisu } from '@gltf-transform/extensions';
import { cloneDocument, prune, reorder } from '@gltf-transform/functions';
import { MeshoptEncoder } from 'meshoptimizer';
import { tangentUvOf } from './appearance';
import type { LevelModel } from './baked-model';
import { writeGlb } from './glb-io';
import type { EncodedImage } from './image-encoder';
import { packGeometry } from './pack-geometry';
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

/**
 * Writes one file of a model. Levels are quantized and packed with EXT_meshopt_compression; the plain file has
 * floats, since AR viewers and other programs read nothing else everywhere.
 * https://github.com/KhronosGroup/glTF/blob/main/extensions/2.0/Vendor/EXT_meshopt_compression/README.md
 */
export async function writeLevel(file: LevelFile): Promise<Blob> {
	const document = cloneDocument(file.model.document);
	const surface = await remakeTangents(document, file.model.surface);
	writeSurface(document, surface);
	const facts = { level: file.level, triangles: countTriangles(surface) };
	return writeDocument(document, file.textures, facts, packGeometry);
}

/**
 * Writes a document as one file of a model, see `writeLevel`. Changes the document.
 *
 * @param textures one per texture of the document, in its order.
 * @param pack makes the geometry of levels small.
 */
export async function writeDocument(
	document: Document,
	textures: (EncodedImage | null)[],
	facts: { level: number | 'plain'; triangles: number },
	pack: (document: Document) => Promise<void>
): Promise<Blob> {
	await MeshoptEncoder.ready;
	setTextures(document, textures);
	// Unused materials only: the pixels of plain-colored textures were looked at nowhere, and joints are leaves.
	await document.transform(
		prune({ keepSolidTextures: true, keepAttributes: true, keepLeaves: true })
	);
	if (facts.level !== 'plain') await pack(document);
	else await document.transform(reorder({ encoder: MeshoptEncoder, target: 'performance' }));
	stamp(document, facts);
	return writeGlb(document);
}

/** Tangents for the parts that shall have some; those that were just made stay. */
async function remakeTangents(document: Document, surface: Surface): Promise<Surface> {
	if (surface.slots.some(({ semantic }) => semantic === 'TANGENT')) return surface;
	const primitives = document.getRoot().listMeshes()[0]?.listPrimitives() ?? [];
	const uv_of = (part: number) => {
		const semantic = tangentUvOf(primitives[part]?.getMaterial() ?? null);
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
	for (const { content_type, name, require } of CODECS) {
		if (images.some((image) => image?.content_type === content_type)) require(document);
		else document.disposeExtension(name);
	}
}

/** What a file needs for textures that glTF itself does not know. */
const CODECS = [
	{
		content_type: 'image/webp',
		name: 'EXT_texture_webp',
		require: (document: Document) => document.createExtension(EXTTextureWebP).setRequired(true)
	},
	{
		content_type: 'image/avif',
		name: 'EXT_texture_avif',
		require: (document: Document) => document.createExtension(EXTTextureAVIF).setRequired(true)
	},
	{
		content_type: 'image/ktx2',
		name: 'KHR_texture_basisu',
		require: (document: Document) => document.createExtension(KHRTextureBasisu).setRequired(true)
	}
];

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
