import {
	Texture,
	TextureInfo,
	type Document,
	type Material,
	type Primitive
} from '@gltf-transform/core';
import {
	Anisotropy,
	Clearcoat,
	EmissiveStrength,
	Transform,
	Transmission
} from '@gltf-transform/extensions';
import { textureRole } from './encode-textures';
import type { ImageEncoder } from './image-encoder';
import { makeMips, type Mips } from './pixels';
import { readTexture } from './read-texture';
import type { Surface } from './surface';

/** How a texture lies on a part. */
export interface TextureUse {
	mips: Mips;
	/** Where its coordinates stand within a vertex's numbers. */
	offset: number;
	/** u' = a u + b v + c, v' = d u + e v + f (KHR_texture_transform). */
	transform: [number, number, number, number, number, number];
	wrap_u: Wrap;
	wrap_v: Wrap;
}
export type Wrap = 'repeat' | 'mirror' | 'clamp';

/** How one part of a surface looks: glTF's metallic-roughness material, textures decoded. Factors are linear. */
export interface Look {
	base: TextureUse | null;
	base_factor: [number, number, number, number];
	/** Where the vertex colors stand, -1 without; and their alpha. */
	color_offset: number;
	alpha_offset: number;
	metal_rough: TextureUse | null;
	metalness: number;
	roughness: number;
	occlusion: TextureUse | null;
	occlusion_strength: number;
	emissive: TextureUse | null;
	emissive_factor: [number, number, number];
	normal: TextureUse | null;
	normal_scale: number;
	/** Says in red how much of `transmission` holds where. */
	transmission_map: TextureUse | null;
	/** Its alpha counts for nothing. */
	opaque: boolean;
	/** What has less alpha is not there, what has as much is there in full; null where alpha blends. */
	cutoff: number | null;
	/** Share of the light under the surface that goes straight through it (KHR_materials_transmission). */
	transmission: number;
	/** See `tangentUvOf`. */
	tangent_uv: string | null;
	/** Its highlights follow the texture's u (KHR_materials_anisotropy). */
	grained: boolean;
	/** Nothing but glTF's opaque metallic-roughness: one material may stand for several such. */
	plain: boolean;
	/** What a fresh texture layout cannot carry over: the name of a glTF extension or attribute. */
	keeps_layout: string | null;
}

/**
 * Decodes the textures of a document made by `readModel`, once each, and tells how every part of its surface looks.
 *
 * @param max_size longest side that is worth decoding, pixels.
 * @throws StageError `model_corrupt` or `model_unsupported` for a texture that cannot be read.
 */
export async function readAppearance(
	document: Document,
	surface: Surface,
	encoder: ImageEncoder,
	max_size: number
): Promise<Look[]> {
	const decoded = new Map<Texture, Mips | null>();
	for (const texture of document.getRoot().listTextures()) {
		const pixels = await readTexture(texture, encoder, max_size);
		decoded.set(texture, pixels && makeMips(pixels, textureRole(texture)));
	}
	const primitives = document.getRoot().listMeshes()[0]?.listPrimitives() ?? [];
	return primitives.map((primitive, part) => {
		const own = look(primitive.getMaterial(), part, surface, decoded);
		const finish = finishOf(document, primitive);
		// Colors of vertices are painted without their alpha.
		if (!finish.opaque && own.color_offset >= 0) finish.keeps_layout ??= 'COLOR_0';
		return { ...own, ...finish };
	});
}

/**
 * The texture coordinates along which a material's tangents run, as glTF names them: those its normal map reads, else its
 * coat's normal map, else its grain; null where nothing reads tangents.
 */
export function tangentUvOf(material: Material | null): string | null {
	if (material?.getNormalTexture()) return uvOf(material.getNormalTextureInfo());
	const coat = material?.getExtension('KHR_materials_clearcoat');
	if (coat instanceof Clearcoat && coat.getClearcoatNormalTexture()) {
		return uvOf(coat.getClearcoatNormalTextureInfo());
	}
	const grain = material?.getExtension('KHR_materials_anisotropy');
	return grain instanceof Anisotropy ? uvOf(grain.getAnisotropyTextureInfo()) : null;
}

function uvOf(info: TextureInfo | null): string {
	const moved = info?.getExtension('KHR_texture_transform');
	const set = (moved instanceof Transform ? moved.getTexCoord() : null) ?? info?.getTexCoord() ?? 0;
	return `TEXCOORD_${set}`;
}

/** What a fresh layout has to know of a look. */
export type Finish = Pick<
	Look,
	'opaque' | 'cutoff' | 'transmission' | 'tangent_uv' | 'grained' | 'plain' | 'keeps_layout'
>;

/** glTF's material of primitives that name none. */
const DEFAULT: Omit<Look, keyof Finish> = {
	base: null,
	base_factor: [1, 1, 1, 1],
	color_offset: -1,
	alpha_offset: -1,
	metal_rough: null,
	metalness: 1,
	roughness: 1,
	occlusion: null,
	occlusion_strength: 1,
	emissive: null,
	emissive_factor: [0, 0, 0],
	normal: null,
	normal_scale: 1,
	transmission_map: null
};

function look(
	material: Material | null,
	part: number,
	{ slots, parts }: Surface,
	decoded: Map<Texture, Mips | null>
): Omit<Look, keyof Finish> {
	const offsetOf = (semantic: string) =>
		parts[part]?.semantics.has(semantic)
			? (slots.find((slot) => slot.semantic === semantic)?.offset ?? -1)
			: -1;
	const color_offset = offsetOf('COLOR_0');
	const has_alpha = slots.some(({ semantic, size }) => semantic === 'COLOR_0' && size === 4);
	const alpha_offset = color_offset >= 0 && has_alpha ? color_offset + 3 : -1;
	if (!material) return { ...DEFAULT, color_offset, alpha_offset };
	const use = (texture: Texture | null, info: TextureInfo | null): TextureUse | null => {
		const mips = texture && decoded.get(texture);
		const moved = info?.getExtension('KHR_texture_transform');
		const transform = moved instanceof Transform ? moved : null;
		const offset = offsetOf(`TEXCOORD_${transform?.getTexCoord() ?? info?.getTexCoord() ?? 0}`);
		if (!mips || !info || offset < 0) return null;
		return {
			mips,
			offset,
			transform: matrixOf(transform),
			wrap_u: wrapOf(info.getWrapS()),
			wrap_v: wrapOf(info.getWrapT())
		};
	};
	const strength = material.getExtension('KHR_materials_emissive_strength');
	const brightness = strength instanceof EmissiveStrength ? strength.getEmissiveStrength() : 1;
	const [red, green, blue] = material.getEmissiveFactor();
	const glass = transmissionOf(material);
	return {
		base: use(material.getBaseColorTexture(), material.getBaseColorTextureInfo()),
		base_factor: material.getBaseColorFactor(),
		color_offset,
		alpha_offset,
		metal_rough: use(
			material.getMetallicRoughnessTexture(),
			material.getMetallicRoughnessTextureInfo()
		),
		metalness: material.getMetallicFactor(),
		roughness: material.getRoughnessFactor(),
		occlusion: use(material.getOcclusionTexture(), material.getOcclusionTextureInfo()),
		occlusion_strength: material.getOcclusionStrength(),
		emissive: use(material.getEmissiveTexture(), material.getEmissiveTextureInfo()),
		emissive_factor: [red * brightness, green * brightness, blue * brightness],
		normal: use(material.getNormalTexture(), material.getNormalTextureInfo()),
		normal_scale: material.getNormalScale(),
		transmission_map: use(
			glass?.getTransmissionTexture() ?? null,
			glass?.getTransmissionTextureInfo() ?? null
		)
	};
}

/** What an extension says by numbers alone goes along with any layout; what it reads from a texture does not. */
function finishOf(document: Document, primitive: Primitive): Finish {
	const material = primitive.getMaterial();
	const extensions = (material?.listExtensions() ?? []).filter(
		(extension) => !(extension instanceof EmissiveStrength)
	);
	const bound = extensions.find(
		(extension) =>
			document
				.getGraph()
				.listChildren(extension)
				.some((child) => child instanceof Texture) ||
			// Which way it turns depends on whether the layout is mirrored.
			(extension instanceof Anisotropy && extension.getAnisotropyRotation() !== 0)
	);
	const mode = material?.getAlphaMode() ?? 'OPAQUE';
	const opaque = mode === 'OPAQUE';
	return {
		opaque,
		cutoff: material && mode === 'MASK' ? material.getAlphaCutoff() : null,
		transmission: (material && transmissionOf(material))?.getTransmissionFactor() ?? 0,
		tangent_uv: tangentUvOf(material),
		grained: extensions.some((extension) => extension instanceof Anisotropy),
		plain: opaque && extensions.length === 0,
		// Other materials to choose from (KHR_materials_variants) are made for the layout there is.
		keeps_layout: (primitive.listExtensions()[0] ?? bound)?.extensionName ?? null
	};
}

function transmissionOf(material: Material): Transmission | null {
	const glass = material.getExtension('KHR_materials_transmission');
	return glass instanceof Transmission ? glass : null;
}

function matrixOf(transform: Transform | null): TextureUse['transform'] {
	if (!transform) return [1, 0, 0, 0, 1, 0];
	const [x, y] = transform.getOffset();
	const [width, height] = transform.getScale();
	const [sin, cos] = [Math.sin(transform.getRotation()), Math.cos(transform.getRotation())];
	return [cos * width, sin * height, x, -sin * width, cos * height, y];
}

function wrapOf(mode: number): Wrap {
	if (mode === TextureInfo.WrapMode.CLAMP_TO_EDGE) return 'clamp';
	return mode === TextureInfo.WrapMode.MIRRORED_REPEAT ? 'mirror' : 'repeat';
}
