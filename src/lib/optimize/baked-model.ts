import type { Document, Material, Primitive, Texture } from '@gltf-transform/core';
import {
	Anisotropy,
	EmissiveStrength,
	KHRMaterialsEmissiveStrength
} from '@gltf-transform/extensions';
import { cloneDocument, prune } from '@gltf-transform/functions';
import type { Finish, Look, TextureUse } from './appearance';
import type { Bake } from './bake-textures';
import { asStored, type TextureRecipe } from './encode-textures';
import type { ImageEncoder, TextureRole } from './image-encoder';
import { makeMips, type PixelKind, type Pixels } from './pixels';
import type { Rebaked } from './rebake-surface';
import { offsetOf, type Surface } from './surface';

/** What one level's file is written from. */
export interface LevelModel {
	/** Materials and textures, and one mesh with one empty primitive per part of the surface, in their order. */
	document: Document;
	surface: Surface;
	/** Textures that were made here and have no file yet. */
	pixels: ReadonlyMap<Texture, Pixels>;
}

/**
 * Describes a rebaked surface as glTF: the parts that stay with their own materials, and one material per painted part,
 * with the painted textures and the finish (extensions, alpha) of what it stands for.
 *
 * @param base made by `readModel`, which it stays as.
 * @param looks of the source's parts.
 */
export async function bakedModel(
	base: Document,
	looks: Look[],
	{ surface, textures, shape: { plan } }: Rebaked
): Promise<LevelModel> {
	const document = cloneDocument(base);
	const [mesh] = document.getRoot().listMeshes();
	const sources = mesh?.listPrimitives() ?? [];
	const pixels = new Map<Texture, Pixels>();
	const texture = (name: string, image: Pixels | null) => {
		if (!image) return null;
		const made = document.createTexture(name).setMimeType('image/png');
		pixels.set(made, image);
		return made;
	};
	const made: PaintedTextures = {
		base: texture('base color', textures.base),
		orm: texture('occlusion roughness metalness', textures.orm),
		emissive: texture('emission', textures.emissive),
		normal: texture('normal', textures.normal),
		grain: texture('anisotropy', textures.grain)
	};
	const primitives: Primitive[] = plan.kept.map((part) => sources[part]!);
	plan.painted.forEach((group, i) => {
		const material = paintedMaterial(document, sources[group[0]!]?.getMaterial() ?? null, {
			textures,
			made,
			shines: group.some((part) => shines(looks[part]!))
		}).setDoubleSided(surface.parts[plan.kept.length + i]!.double_sided);
		primitives.push(document.createPrimitive().setMaterial(material));
	});
	for (const primitive of sources) mesh?.removePrimitive(primitive);
	for (const primitive of primitives) mesh?.addPrimitive(primitive);
	for (const primitive of sources) if (!primitives.includes(primitive)) primitive.dispose();
	// Else textures that nothing shows any more would be encoded.
	await document.transform(
		prune({ propertyTypes: ['Material', 'Texture'], keepSolidTextures: true })
	);
	return { document, surface, pixels };
}

type PaintedTextures = Record<'base' | 'orm' | 'emissive' | 'normal' | 'grain', Texture | null>;

function paintedMaterial(
	document: Document,
	source: Material | null,
	{ textures, made, shines }: { textures: Bake; made: PaintedTextures; shines: boolean }
): Material {
	const { emissive_factor, roughness, metalness, has_occlusion } = textures;
	const factor = shines ? Math.min(1, emissive_factor) : 0;
	const material = document
		.createMaterial(source?.getName() ?? '')
		.setAlphaMode(source?.getAlphaMode() ?? 'OPAQUE')
		.setAlphaCutoff(source?.getAlphaCutoff() ?? 0.5)
		.setBaseColorTexture(made.base)
		.setMetallicRoughnessTexture(made.orm)
		.setRoughnessFactor(roughness)
		.setMetallicFactor(metalness)
		.setOcclusionTexture(has_occlusion ? made.orm : null)
		.setEmissiveTexture(shines ? made.emissive : null)
		.setEmissiveFactor([factor, factor, factor])
		.setNormalTexture(made.normal);
	for (const extension of source?.listExtensions() ?? []) {
		if (extension instanceof EmissiveStrength) continue;
		const own =
			extension instanceof Anisotropy
				? extension.clone().setAnisotropyTexture(made.grain)
				: extension;
		material.setExtension(extension.extensionName, own);
	}
	if (!shines || emissive_factor <= 1) return material;
	const strength = document
		.createExtension(KHRMaterialsEmissiveStrength)
		.createEmissiveStrength()
		.setEmissiveStrength(emissive_factor);
	return material.setExtension(strength.extensionName, strength);
}

const shines = ({ emissive_factor }: Look) => emissive_factor.some((value) => value > 0);

/**
 * The same with its textures as a file shows them: what WebP takes from them counts when ways are judged.
 *
 * @param looks of the source's parts.
 */
export async function storedBake(
	looks: Look[],
	rebaked: Rebaked,
	recipe: Pick<TextureRecipe, 'max_size' | 'quality'>,
	encoder: ImageEncoder
): Promise<Rebaked> {
	const { textures, shape } = rebaked;
	const see_through = shape.plan.painted.flat().some((part) => !looks[part]!.opaque);
	const store = async (image: Pixels | null, role: TextureRole, has_alpha = false) =>
		image && (await asStored(image, role, recipe, encoder, has_alpha));
	const [base, orm, emissive, normal] = await Promise.all([
		asStored(textures.base, 'color', recipe, encoder, see_through),
		store(textures.orm, 'data'),
		store(textures.emissive, 'color'),
		store(textures.normal, 'normal')
	]);
	return { ...rebaked, textures: { ...textures, base, orm, emissive, normal } };
}

/** How the parts of a rebaked surface look. `looks`: of the source's parts. */
export function bakedLooks(looks: Look[], { surface, textures, shape: { plan } }: Rebaked): Look[] {
	const offset = offsetOf(surface, 'TEXCOORD_0');
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
	const painted: Omit<Look, keyof Finish> = {
		base: use(textures.base, 'color'),
		base_factor: [1, 1, 1, 1],
		color_offset: -1,
		alpha_offset: -1,
		metal_rough: orm,
		metalness: textures.metalness,
		roughness: textures.roughness,
		occlusion: textures.has_occlusion ? orm : null,
		occlusion_strength: 1,
		emissive: use(textures.emissive, 'color'),
		emissive_factor: [shine, shine, shine],
		normal: use(textures.normal, 'normal'),
		normal_scale: 1,
		transmission_map: null
	};
	return [
		...plan.kept.map((part) => looks[part]!),
		...plan.painted.map((group) => {
			const { opaque, cutoff, transmission, grained, plain } = looks[group[0]!]!;
			return {
				...painted,
				opaque,
				cutoff,
				transmission,
				tangent_uv: 'TEXCOORD_0',
				grained,
				plain,
				keeps_layout: null
			};
		})
	];
}
