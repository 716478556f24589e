import {
	ClampToEdgeWrapping,
	DoubleSide,
	FrontSide,
	LinearFilter,
	LinearMipmapLinearFilter,
	LinearMipmapNearestFilter,
	MeshBasicMaterial,
	MeshPhysicalMaterial,
	MeshStandardMaterial,
	MirroredRepeatWrapping,
	NearestFilter,
	NearestMipmapLinearFilter,
	NearestMipmapNearestFilter,
	NoColorSpace,
	RepeatWrapping,
	SRGBColorSpace,
	TextureSource,
	Texture,
	type MagnificationTextureFilter,
	type MinificationTextureFilter,
	type Wrapping
} from 'three';
import type { Glb } from './check-glb';
import type { GlbAccessors } from './glb-accessors';
import { extension, index, isJson, list, number, numbers, part, type Json } from './glb-json';
import { dressPhysical, isPhysical } from './glb-physical';

/** glTF's sampler constants are WebGL's (5.26 of the specification). */
const WRAPS: Record<number, Wrapping> = {
	33071: ClampToEdgeWrapping,
	33648: MirroredRepeatWrapping
};
const MAGNIFIERS: Record<number, MagnificationTextureFilter> = { 9728: NearestFilter };
const MINIFIERS: Record<number, MinificationTextureFilter> = {
	9728: NearestFilter,
	9729: LinearFilter,
	9984: NearestMipmapNearestFilter,
	9985: LinearMipmapNearestFilter,
	9986: NearestMipmapLinearFilter
};
const KTX2 = 'image/ktx2';
const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'];

/** What of a material depends on the surface that wears it. */
export interface Surface {
	has_normals: boolean;
	has_tangents: boolean;
	has_colors: boolean;
}
/** Gives the texture a reference names; null for none. `color`: its numbers are sRGB. */
export type MapOf = (reference: unknown, color?: boolean) => Promise<Texture | null>;

/** What pictures become. */
export interface PictureOptions {
	/** Longest side of a texture, pixels; larger ones are scaled down. */
	max_side: number;
	/** Whose compressed formats may be used; null: none. */
	gl: WebGL2RenderingContext | null;
}

/** Makes the materials of a GLB, each once per kind of surface, and decodes each picture once, off the main thread. */
export class GlbMaterials {
	readonly #made = new Map<string, Promise<MeshStandardMaterial | MeshBasicMaterial>>();
	readonly #pictures = new Map<number, Promise<() => Texture>>();
	readonly #textures = new Map<string, Promise<Texture>>();

	constructor(
		private readonly glb: Glb,
		private readonly accessors: GlbAccessors,
		private readonly options: PictureOptions
	) {}

	material(at: number | null, surface: Surface): Promise<MeshStandardMaterial | MeshBasicMaterial> {
		const key = JSON.stringify([at, surface]);
		let made = this.#made.get(key);
		if (!made) {
			made = this.#make(at === null ? {} : part(list(this.glb.document.materials)[at]), surface);
			this.#made.set(key, made);
		}
		return made;
	}

	async #make(material: Json, surface: Surface) {
		const pbr = part(material.pbrMetallicRoughness);
		const [r, g, b, opacity] = numbers(pbr.baseColorFactor, [1, 1, 1, 1]);
		const unlit = extension(material, 'KHR_materials_unlit') !== null;
		const made = unlit
			? new MeshBasicMaterial()
			: isPhysical(material)
				? new MeshPhysicalMaterial()
				: new MeshStandardMaterial();
		made.color.setRGB(r, g, b);
		made.map = await this.#map(pbr.baseColorTexture, true);
		made.vertexColors = surface.has_colors;
		made.side = material.doubleSided === true ? DoubleSide : FrontSide;
		if (material.alphaMode === 'BLEND') {
			made.transparent = true;
			made.opacity = opacity;
			made.depthWrite = false;
		} else if (material.alphaMode === 'MASK') {
			made.opacity = opacity;
			made.alphaTest = number(material.alphaCutoff, 0.5);
		}
		if (made instanceof MeshStandardMaterial) await this.#light(made, material, surface);
		return made;
	}

	async #light(made: MeshStandardMaterial, material: Json, surface: Surface): Promise<void> {
		const pbr = part(material.pbrMetallicRoughness);
		const [normal, occlusion] = [part(material.normalTexture), part(material.occlusionTexture)];
		made.metalness = number(pbr.metallicFactor, 1);
		made.roughness = number(pbr.roughnessFactor, 1);
		made.emissive.setRGB(...numbers(material.emissiveFactor, [0, 0, 0]));
		made.emissiveIntensity = number(
			extension(material, 'KHR_materials_emissive_strength')?.emissiveStrength,
			1
		);
		made.aoMapIntensity = number(occlusion.strength, 1);
		made.flatShading = !surface.has_normals;
		const scale = number(normal.scale, 1);
		// Tangents made in the shader run the other way (github.com/mrdoob/three.js/issues/11438).
		made.normalScale.set(scale, surface.has_tangents ? scale : -scale);
		const rough = await this.#map(pbr.metallicRoughnessTexture);
		[made.metalnessMap, made.roughnessMap] = [rough, rough];
		made.normalMap = await this.#map(material.normalTexture);
		made.aoMap = await this.#map(material.occlusionTexture);
		made.emissiveMap = await this.#map(material.emissiveTexture, true);
		if (made instanceof MeshPhysicalMaterial) await dressPhysical(made, material, this.#map);
	}

	readonly #map: MapOf = async (reference, color = false) => {
		if (!isJson(reference)) return null;
		const at = index(reference.index);
		if (at === null) return null;
		const transform = extension(reference, 'KHR_texture_transform');
		const channel = number(transform?.texCoord, number(reference.texCoord, 0));
		const key = JSON.stringify([at, color, channel, transform]);
		let texture = this.#textures.get(key);
		if (!texture) {
			texture = this.#texture(at, color, channel, transform);
			this.#textures.set(key, texture);
		}
		return texture;
	};

	async #texture(
		at: number,
		color: boolean,
		channel: number,
		transform: Json | null
	): Promise<Texture> {
		const described = part(list(this.glb.document.textures)[at]);
		const sampler = part(list(this.glb.document.samplers)[index(described.sampler) ?? -1]);
		const source =
			index(extension(described, 'EXT_texture_webp')?.source) ??
			index(extension(described, 'EXT_texture_avif')?.source) ??
			index(extension(described, 'KHR_texture_basisu')?.source) ??
			index(described.source);
		if (source === null) throw new Error(`texture ${at} has no picture`);
		const texture = (await this.#picture(source))();
		texture.flipY = false;
		texture.colorSpace = color ? SRGBColorSpace : NoColorSpace;
		texture.channel = channel;
		texture.wrapS = WRAPS[number(sampler.wrapS, 0)] ?? RepeatWrapping;
		texture.wrapT = WRAPS[number(sampler.wrapT, 0)] ?? RepeatWrapping;
		texture.magFilter = MAGNIFIERS[number(sampler.magFilter, 0)] ?? LinearFilter;
		texture.minFilter = MINIFIERS[number(sampler.minFilter, 0)] ?? LinearMipmapLinearFilter;
		if (transform) {
			texture.offset.set(...numbers(transform.offset, [0, 0]));
			texture.repeat.set(...numbers(transform.scale, [1, 1]));
			texture.rotation = number(transform.rotation, 0);
		}
		texture.needsUpdate = true;
		return texture;
	}

	/** What makes textures of a picture. */
	#picture(at: number): Promise<() => Texture> {
		let picture = this.#pictures.get(at);
		if (!picture) {
			picture = this.#decode(at);
			this.#pictures.set(at, picture);
		}
		return picture;
	}

	/** Browsers decode pictures in a thread of their own; what they do not know, a thread of ours. */
	async #decode(at: number): Promise<() => Texture> {
		const image = part(list(this.glb.document.images)[at]);
		const view = index(image.bufferView);
		const type = String(image.mimeType);
		if (view === null || ![...PICTURE_TYPES, KTX2].includes(type)) {
			throw new Error(`picture ${at} is of an unknown kind`);
		}
		const bytes = await this.accessors.view(view);
		if (type === KTX2) return (await import('./decode-ktx2')).decodeKtx2(bytes, this.options);
		const bitmap = await decodePicture(new Blob([bytes], { type }), this.options.max_side);
		const source = new TextureSource(bitmap);
		return () => Object.assign(new Texture(), { source });
	}
}

async function decodePicture(blob: Blob, max_side: number): Promise<ImageBitmap> {
	const options = { premultiplyAlpha: 'none', colorSpaceConversion: 'none' } as const;
	const whole = await createImageBitmap(blob, options);
	const scale = max_side / Math.max(whole.width, whole.height);
	if (scale >= 1) return whole;
	const smaller = await createImageBitmap(whole, {
		...options,
		resizeWidth: Math.max(1, Math.round(whole.width * scale)),
		resizeHeight: Math.max(1, Math.round(whole.height * scale)),
		resizeQuality: 'high'
	});
	whole.close();
	return smaller;
}
