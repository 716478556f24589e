import type { Material, Texture, TextureInfo } from '@gltf-transform/core';

/** Where a texture of the model is in the package. */
export type FileOf = (texture: Texture) => string;

interface Slot {
	/** Name of the shader node. */
	name: string;
	texture: Texture | null;
	info: TextureInfo | null;
	color: boolean;
	/** Multiplied with, then added to what is read: red, green, blue, alpha. */
	scale: readonly number[];
	bias?: readonly number[];
}

/**
 * A glTF material as a UsdPreviewSurface: color, metal, roughness, normals, occlusion, glow, cut-out and see-through.
 * https://openusd.org/release/spec_usdpreviewsurface.html
 *
 * @param path where the material is in the scene, like </Root/Materials/Material_0> without the brackets
 * @param colored whether its color is that of its meshes' vertices (`primvars:displayColor`, its factor multiplied in)
 */
export function usdMaterial(
	material: Material,
	path: string,
	fileOf: FileOf,
	colored: boolean
): string {
	const name = path.slice(path.lastIndexOf('/') + 1);
	const [r = 1, g = 1, b = 1, a = 1] = material.getBaseColorFactor();
	const [er = 0, eg = 0, eb = 0] = material.getEmissiveFactor();
	const strength = material.getOcclusionStrength();
	const color: Slot = {
		name: 'Color',
		texture: material.getBaseColorTexture(),
		info: material.getBaseColorTextureInfo(),
		color: true,
		scale: [r, g, b, a]
	};
	const surface: Slot = {
		name: 'MetalRough',
		texture: material.getMetallicRoughnessTexture(),
		info: material.getMetallicRoughnessTextureInfo(),
		color: false,
		scale: [1, material.getRoughnessFactor(), material.getMetallicFactor(), 1]
	};
	const normal: Slot = {
		name: 'Normal',
		texture: material.getNormalTexture(),
		info: material.getNormalTextureInfo(),
		color: false,
		scale: [2, 2, 2, 1],
		bias: [-1, -1, -1, 0]
	};
	const occlusion: Slot = {
		name: 'Occlusion',
		texture: material.getOcclusionTexture(),
		info: material.getOcclusionTextureInfo(),
		color: false,
		scale: [strength, 1, 1, 1],
		bias: [1 - strength, 0, 0, 0]
	};
	const glow: Slot = {
		name: 'Glow',
		texture: material.getEmissiveTexture(),
		info: material.getEmissiveTextureInfo(),
		color: true,
		scale: [er, eg, eb, 1]
	};
	const input = (type: string, key: string, slot: Slot, channel: string, plain: string | null) => {
		if (slot.texture)
			return `${type} inputs:${key}.connect = <${path}/${slot.name}.outputs:${channel}>`;
		return plain === null ? null : `${type} inputs:${key} = ${plain}`;
	};
	const mode = material.getAlphaMode();
	const inputs = [
		colored
			? `color3f inputs:diffuseColor.connect = <${path}/VertexColor.outputs:result>`
			: input('color3f', 'diffuseColor', color, 'rgb', tuple([r, g, b])),
		input('float', 'metallic', surface, 'b', String(material.getMetallicFactor())),
		input('float', 'roughness', surface, 'g', String(material.getRoughnessFactor())),
		input('normal3f', 'normal', normal, 'rgb', null),
		input('float', 'occlusion', occlusion, 'r', null),
		input('color3f', 'emissiveColor', glow, 'rgb', tuple([er, eg, eb])),
		mode === 'OPAQUE' ? null : input('float', 'opacity', color, 'a', String(a)),
		mode === 'MASK' ? `float inputs:opacityThreshold = ${material.getAlphaCutoff()}` : null
	];
	const textures = [color, surface, normal, occlusion, glow].flatMap((slot) =>
		slot.texture ? [textureNode(slot, slot.texture, path, fileOf)] : []
	);
	return `
	def Material "${name}" {
		token outputs:surface.connect = <${path}/Surface.outputs:surface>
		def Shader "Surface" {
			uniform token info:id = "UsdPreviewSurface"
			${inputs.filter((line) => line !== null).join('\n\t\t\t')}
			token outputs:surface
		}
		def Shader "Place" {
			uniform token info:id = "UsdPrimvarReader_float2"
			string inputs:varname = "st"
			float2 inputs:fallback = (0, 0)
			float2 outputs:result
		}${colored ? vertexColorNode([r, g, b]) : ''}${textures.join('')}
	}`;
}

function vertexColorNode(fallback: readonly number[]): string {
	return `
		def Shader "VertexColor" {
			uniform token info:id = "UsdPrimvarReader_float3"
			string inputs:varname = "displayColor"
			float3 inputs:fallback = ${tuple(fallback)}
			float3 outputs:result
		}`;
}

function textureNode(
	{ name, info, color, scale, bias = [0, 0, 0, 0] }: Slot,
	texture: Texture,
	path: string,
	fileOf: FileOf
): string {
	return `
		def Shader "${name}" {
			uniform token info:id = "UsdUVTexture"
			asset inputs:file = @${fileOf(texture)}@
			float2 inputs:st.connect = <${path}/Place.outputs:result>
			token inputs:sourceColorSpace = "${color ? 'sRGB' : 'raw'}"
			token inputs:wrapS = "${WRAPS[info?.getWrapS() ?? 0] ?? 'repeat'}"
			token inputs:wrapT = "${WRAPS[info?.getWrapT() ?? 0] ?? 'repeat'}"
			float4 inputs:scale = ${tuple(scale)}
			float4 inputs:bias = ${tuple(bias)}
			float outputs:r
			float outputs:g
			float outputs:b
			float outputs:a
			float3 outputs:rgb
		}`;
}

/** glTF's wrapping modes; repeating is the default. */
const WRAPS: Record<number, string> = { 33071: 'clamp', 33648: 'mirror' };

/** Numbers as USD writes them together. */
export const tuple = (values: readonly number[], digits?: number) =>
	`(${values.map((value) => short(value, digits)).join(', ')})`;

/** At most so many digits after the point; 5 are 10 micrometres. USD reads 1e-7 too. */
const short = (value: number, digits = 5) =>
	String(Math.round(value * 10 ** digits) / 10 ** digits);
