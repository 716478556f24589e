import type { Accessor, Document, Material } from '@gltf-transform/core';
import {
	EXTMeshoptCompression,
	KHRMeshQuantization,
	KHRTextureTransform,
	Transform,
	Volume
} from '@gltf-transform/extensions';
import { listTextureInfoByMaterial, quantize, reorder } from '@gltf-transform/functions';
import { MeshoptEncoder } from 'meshoptimizer';

/** Places a point of a 1 m product to 0.06 mm. */
const POSITION_BITS = 14;
/**
 * Texture coordinates are true to an eighth of a texel of the largest map: at half the steps, files weigh 0.6 % less, and
 * the edges of letters are off by what costs a page of labels 2.7 dB.
 */
const STEPS_PER_TEXEL = 4;
/** At least as for a map of this side, and as for this one where a codec hides it, pixels. */
const LEAST_SIDE = 128;
const UNKNOWN_SIDE = 2048;
const MAX_BITS = 16;

/**
 * Packs the geometry of a document with one mesh at one node: whole numbers of few bits, which EXT_meshopt_compression
 * packs 15 % smaller than the same numbers stretched to the range of their type. The node and the materials'
 * KHR_texture_transform scale them back.
 * https://github.com/KhronosGroup/glTF/blob/main/extensions/2.0/Vendor/EXT_meshopt_compression/README.md
 */
export async function packGeometry(document: Document): Promise<void> {
	await document.transform(reorder({ encoder: MeshoptEncoder, target: 'size' }));
	quantizePositions(document);
	quantizeUvs(document);
	await document.transform(quantize({ pattern: /^COLOR_\d$/, quantizeColor: 8, cleanup: false }));
	document.createExtension(KHRMeshQuantization).setRequired(true);
	document
		.createExtension(EXTMeshoptCompression)
		.setRequired(true)
		.setEncoderOptions({ method: EXTMeshoptCompression.EncoderMethod.FILTER });
}

function quantizePositions(document: Document): void {
	const [node] = document.getRoot().listNodes();
	const places = attributesOf(document, /^POSITION$/);
	const { min, max } = rangeOf(places);
	const extent = Math.max(...max.map((value, axis) => value - (min[axis] ?? 0)));
	const step = extent > 0 ? extent / (2 ** POSITION_BITS - 1) : 1;
	for (const place of places) setWhole(place, min, [step, step, step]);
	node?.setTranslation([min[0] ?? 0, min[1] ?? 0, min[2] ?? 0]).setScale([step, step, step]);
	for (const material of document.getRoot().listMaterials()) {
		const volume = material.getExtension('KHR_materials_volume');
		// It is given in the mesh's own units, which have just changed.
		if (volume instanceof Volume) volume.setThicknessFactor(volume.getThicknessFactor() / step);
	}
}

/** Leaves them as they are where no 16 bits hold them. */
function quantizeUvs(document: Document): void {
	const uvs = attributesOf(document, /^TEXCOORD_\d$/);
	if (uvs.length === 0) return;
	const { min, max } = rangeOf(uvs);
	const range = max.map((value, axis) => value - (min[axis] ?? 0));
	const sides = document
		.getRoot()
		.listTextures()
		.map((texture) => Math.max(...(texture.getSize() ?? [UNKNOWN_SIDE])));
	const needed = Math.ceil(Math.log2(Math.max(LEAST_SIDE, ...sides) * STEPS_PER_TEXEL));
	const bits = needed + Math.max(0, Math.ceil(Math.log2(Math.max(...range, 1))));
	if (!(bits <= MAX_BITS)) return;
	// Steps of whole units keep 0 and 1 where they are.
	const steps = range.map(() => 2 ** Math.ceil(Math.log2(Math.max(...range, 1))) / (2 ** bits - 1));
	for (const uv of uvs) setWhole(uv, min, steps);
	const transforms = document.createExtension(KHRTextureTransform).setRequired(true);
	for (const material of document.getRoot().listMaterials()) {
		scaleBack(material, transforms, min, steps);
	}
}

/** u of whole numbers n is `min + step n`: into the transform that a texture may have already. */
function scaleBack(
	material: Material,
	transforms: KHRTextureTransform,
	min: number[],
	steps: number[]
): void {
	for (const info of listTextureInfoByMaterial(material)) {
		const known = info.getExtension('KHR_texture_transform');
		const transform = known instanceof Transform ? known : transforms.createTransform();
		const [width, height] = transform.getScale();
		const [x, y] = transform.getOffset();
		const [u, v] = [(min[0] ?? 0) * width, (min[1] ?? 0) * height];
		const [sin, cos] = [Math.sin(transform.getRotation()), Math.cos(transform.getRotation())];
		transform
			.setOffset([x + cos * u + sin * v, y - sin * u + cos * v])
			.setScale([width * (steps[0] ?? 1), height * (steps[1] ?? 1)]);
		info.setExtension('KHR_texture_transform', transform);
	}
}

function attributesOf(document: Document, pattern: RegExp): Accessor[] {
	const found = new Set<Accessor>();
	for (const mesh of document.getRoot().listMeshes()) {
		for (const primitive of mesh.listPrimitives()) {
			for (const semantic of primitive.listSemantics()) {
				const accessor = primitive.getAttribute(semantic);
				if (accessor && pattern.test(semantic)) found.add(accessor);
			}
		}
	}
	return [...found];
}

function rangeOf(accessors: Accessor[]): { min: number[]; max: number[] } {
	const lows = accessors.map((accessor) => accessor.getMin([]));
	const highs = accessors.map((accessor) => accessor.getMax([]));
	const size = accessors[0]?.getElementSize() ?? 0;
	const of = (list: number[][], pick: (...values: number[]) => number) =>
		Array.from({ length: size }, (_, axis) => pick(...list.map((one) => one[axis] ?? 0)));
	return { min: of(lows, Math.min), max: of(highs, Math.max) };
}

function setWhole(accessor: Accessor, min: number[], steps: number[]): void {
	const size = accessor.getElementSize();
	const values = accessor.getArray() ?? [];
	const whole = new Uint16Array(values.length);
	for (let i = 0; i < values.length; i++) {
		whole[i] = Math.round(((values[i] ?? 0) - (min[i % size] ?? 0)) / (steps[i % size] ?? 1));
	}
	accessor.setArray(whole).setNormalized(false);
}
