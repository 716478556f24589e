import { Primitive, type Document, type Material, type Node } from '@gltf-transform/core';
import { MappingList, Volume } from '@gltf-transform/extensions';
import { dedup, dequantize, listTextureInfoByMaterial } from '@gltf-transform/functions';
import { StageError } from '../artifacts';
import { tangentUvOf } from './appearance';
import { corrupt, unsupported } from './check-glb';
import { shownScene } from './glb-io';
import {
	determinant,
	joinPrimitives,
	triangleCount,
	type PlacedPrimitive
} from './join-primitives';
import { readGlb, type ReadGlb } from './read-glb';
import { standStill } from './rest-pose';
import type { Surface, SurfacePart } from './surface';

/** A product model beyond this is a scan that no browser tab can hold several copies of. */
const MAX_TRIANGLES = 5_000_000;
/** Materials through which what is behind them shows, besides those with alpha. */
const SEE_THROUGH = ['KHR_materials_transmission', 'KHR_materials_diffuse_transmission'];
const { TRIANGLES } = Primitive.Mode;

/** A model taken apart: its triangles as one surface, and everything else as a document. */
export interface Model {
	/** Materials and textures, and one mesh with one empty primitive per part of the surface, in their order. */
	document: Document;
	surface: Surface;
	/** Points, lines, lights, cameras or scenes besides the one that is shown were left out. */
	left_out: boolean;
	/** See `readGlb`. */
	unread: string[];
}

/**
 * Reads a checked GLB. Every mesh is brought into the scene's space and instances are drawn out, so that all
 * parts are measured with one ruler; what shares a material becomes one part (one draw call). What moves stands in its
 * rest pose: `keepMotion` is for files that shall move.
 *
 * @throws StageError `model_empty` without any triangle, `model_corrupt`, `model_unsupported`
 */
export async function readModel(bytes: Uint8Array<ArrayBuffer>): Promise<Model> {
	return takeApart(await readGlb(bytes));
}

/** What `readModel` does with a file that was read. Changes its document. @throws StageError as that does */
export async function takeApart({ document, unread }: ReadGlb): Promise<Model> {
	try {
		await document.transform(dequantize(), dedup({ propertyTypes: ['Texture', 'Material'] }));
		standStill(document);
	} catch (cause) {
		if (cause instanceof StageError) throw cause;
		corrupt('its parts do not fit together', cause);
	}
	const { placed, parts, templates, left_out } = collect(document);
	if (placed.length === 0) throw new StageError('model_empty');
	const surface = joinPrimitives(placed, parts);
	strip(document, templates);
	return { document, surface, left_out, unread };
}

function collect(document: Document) {
	const root = document.getRoot();
	const scene = shownScene(document);
	const roots = scene?.listChildren() ?? root.listNodes().filter((node) => !node.getParentNode());
	const placed: PlacedPrimitive[] = [];
	const parts: SurfacePart[] = [];
	const templates: Primitive[] = [];
	const part_by_key = new Map<Material | null | Primitive, number>();
	let left_out = root.listCameras().length > 0 || root.listScenes().length > 1;
	let triangles = 0;
	const visit = (node: Node) => {
		left_out ||= node.getExtension('KHR_lights_punctual') !== null;
		for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
			const mode = primitive.getMode();
			if (mode !== TRIANGLES) {
				left_out = true;
				continue;
			}
			const count = triangleCount(primitive);
			if (count === 0) continue;
			triangles += count;
			if (triangles > MAX_TRIANGLES) unsupported('more than 5 million triangles');
			// Variants map materials per primitive, so such primitives cannot be joined.
			const key = primitive.listExtensions().length > 0 ? primitive : primitive.getMaterial();
			let part = part_by_key.get(key);
			if (part === undefined) {
				part = parts.push(newPart(primitive)) - 1;
				part_by_key.set(key, part);
				templates.push(primitive);
			}
			noteSemantics(primitive, parts[part]);
			const matrix = node.getWorldMatrix();
			if (templates.at(-1) === primitive) bakeThickness(primitive, matrix);
			placed.push({ primitive, matrix, part });
		}
		node.listChildren().forEach(visit);
	};
	roots.forEach(visit);
	return { placed, parts, templates, left_out };
}

function newPart(primitive: Primitive): SurfacePart {
	const material = primitive.getMaterial();
	const variants = primitive.getExtension('KHR_materials_variants');
	const others = variants instanceof MappingList ? variants.listMappings() : [];
	const choice = [material, ...others.map((mapping) => mapping.getMaterial())];
	return {
		semantics: new Map(),
		uv_in_unit: new Set(),
		has_tangents: tangentUvOf(material) !== null && !material?.getNormalTexture(),
		// What one variant hides another may show.
		see_through: choice.some((one) => one !== null && isSeeThrough(one)),
		double_sided: material?.getDoubleSided() ?? false
	};
}

function isSeeThrough(material: Material): boolean {
	const opaque = material.getAlphaMode() === 'OPAQUE';
	return !opaque || SEE_THROUGH.some((name) => material.getExtension(name) !== null);
}

/** Keeps what is drawn: normals, colors, and texture coordinates up to the last that the material reads. */
function noteSemantics(primitive: Primitive, part: SurfacePart | undefined): void {
	const material = primitive.getMaterial();
	const infos = material ? listTextureInfoByMaterial(material) : [];
	let uv_sets = Math.max(0, ...infos.map((info) => info.getTexCoord() + 1));
	// Grain without a texture runs along the first.
	if (tangentUvOf(material) !== null) uv_sets = Math.max(uv_sets, 1);
	if (primitive.listExtensions().length > 0) uv_sets = 4;
	if (part && primitive.getAttribute('TANGENT')) part.has_tangents = true;
	for (const semantic of primitive.listSemantics()) {
		const uv = /^TEXCOORD_([0-3])$/.exec(semantic)?.[1];
		const wanted = uv ? Number(uv) < uv_sets : semantic === 'NORMAL' || semantic === 'COLOR_0';
		const accessor = primitive.getAttribute(semantic);
		if (!wanted || !part || !accessor) continue;
		const known = part.semantics.get(semantic);
		const in_unit = uv !== undefined && isInUnit(accessor.getArray() ?? []);
		if (in_unit && known === undefined) part.uv_in_unit.add(semantic);
		else if (!in_unit) part.uv_in_unit.delete(semantic);
		part.semantics.set(semantic, Math.max(known ?? 0, accessor.getElementSize()));
	}
}

/** A node's scale also scales its materials' thickness; once the scale is in the vertices it must be there too. */
function bakeThickness(primitive: Primitive, matrix: readonly number[]): void {
	const volume = primitive.getMaterial()?.getExtension('KHR_materials_volume');
	if (!(volume instanceof Volume)) return;
	volume.setThicknessFactor(volume.getThicknessFactor() * Math.cbrt(Math.abs(determinant(matrix))));
}

function isInUnit(values: ArrayLike<number>): boolean {
	for (let i = 0; i < values.length; i++) {
		const value = values[i] ?? 0;
		if (!(value >= 0 && value <= 1)) return false;
	}
	return true;
}

/** Leaves materials and textures, and one mesh with an empty primitive per part. */
function strip(document: Document, templates: Primitive[]): void {
	const root = document.getRoot();
	const mesh = document.createMesh('model');
	for (const template of templates) {
		const empty = document.createPrimitive().setMaterial(template.getMaterial());
		empty.setName(template.getName()).setExtras(template.getExtras());
		for (const extension of template.listExtensions()) {
			empty.setExtension(extension.extensionName, extension);
		}
		mesh.addPrimitive(empty);
	}
	for (const old of root.listMeshes())
		if (old !== mesh) old.listPrimitives().forEach((p) => p.dispose());
	for (const list of [
		root.listScenes(),
		root.listNodes(),
		root.listCameras(),
		root.listAccessors()
	]) {
		list.forEach((property) => property.dispose());
	}
	for (const old of root.listMeshes()) if (old !== mesh) old.dispose();
	for (const buffer of root.listBuffers()) buffer.dispose();
	for (const name of ['EXT_meshopt_compression', 'KHR_mesh_quantization', 'KHR_lights_punctual']) {
		document.disposeExtension(name);
	}
	for (const extension of root.listExtensionsUsed()) extension.setRequired(false);
	document.createBuffer();
	const node = document.createNode('model').setMesh(mesh);
	root.setDefaultScene(document.createScene('model').addChild(node));
}
