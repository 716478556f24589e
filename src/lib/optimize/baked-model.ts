import { Document, Logger, type Texture } from '@gltf-transform/core';
import type { Look, TextureUse } from './appearance';
import { makeMips, type PixelKind, type Pixels } from './pixels';
import type { Rebaked } from './rebake-surface';
import type { Surface } from './surface';

/** What one level's file is written from. */
export interface LevelModel {
	/** Materials and textures, and one mesh with one empty primitive per part of the surface, in their order. */
	document: Document;
	surface: Surface;
	/** Textures that were made here and have no file yet. */
	pixels: ReadonlyMap<Texture, Pixels>;
}

/**
 * Describes a rebaked surface as glTF: one material with its painted textures.
 *
 * @param base whose facts about itself (`asset`) and first name the new document takes.
 */
export function bakedModel(base: Document, { surface, textures }: Rebaked): LevelModel {
	const document = new Document().setLogger(new Logger(Logger.Verbosity.SILENT));
	Object.assign(document.getRoot().getAsset(), base.getRoot().getAsset());
	document.createBuffer();
	const pixels = new Map<Texture, Pixels>();
	const texture = (name: string, image: Pixels | null) => {
		if (!image) return null;
		const made = document.createTexture(name).setMimeType('image/png');
		pixels.set(made, image);
		return made;
	};
	const { emissive_factor, roughness, metalness } = textures;
	const orm = texture('occlusion roughness metalness', textures.orm);
	const material = document
		.createMaterial(base.getRoot().listMaterials()[0]?.getName() ?? '')
		.setDoubleSided(surface.parts.some((part) => part.double_sided))
		.setBaseColorTexture(texture('base color', textures.base))
		.setMetallicRoughnessTexture(orm)
		.setRoughnessFactor(roughness)
		.setMetallicFactor(metalness)
		.setOcclusionTexture(textures.has_occlusion ? orm : null)
		.setEmissiveTexture(texture('emission', textures.emissive))
		.setEmissiveFactor([emissive_factor, emissive_factor, emissive_factor])
		.setNormalTexture(texture('normal', textures.normal));
	const mesh = document
		.createMesh('model')
		.addPrimitive(document.createPrimitive().setMaterial(material));
	const node = document.createNode('model').setMesh(mesh);
	document.getRoot().setDefaultScene(document.createScene('model').addChild(node));
	return { document, surface, pixels };
}

/** How a rebaked surface looks. */
export function bakedLook({ surface, textures }: Rebaked): Look {
	const offset = surface.slots.find(({ semantic }) => semantic === 'TEXCOORD_0')?.offset ?? 0;
	const use = (image: Pixels | null, kind: PixelKind): TextureUse | null =>
		image && {
			mips: makeMips(image, kind),
			offset,
			transform: [1, 0, 0, 0, 1, 0],
			wrap_u: 'clamp',
			wrap_v: 'clamp'
		};
	const orm = use(textures.orm, 'data');
	const shine = textures.emissive_factor;
	return {
		base: use(textures.base, 'color'),
		base_factor: [1, 1, 1, 1],
		color_offset: -1,
		metal_rough: orm,
		metalness: textures.metalness,
		roughness: textures.roughness,
		occlusion: textures.has_occlusion ? orm : null,
		occlusion_strength: 1,
		emissive: use(textures.emissive, 'color'),
		emissive_factor: [shine, shine, shine],
		normal: use(textures.normal, 'normal'),
		normal_scale: 1,
		keeps_layout: null
	};
}
