import { WebIO, type Document } from '@gltf-transform/core';
import {
	EXTMeshoptCompression,
	EXTTextureAVIF,
	EXTTextureWebP,
	KHRLightsPunctual,
	KHRMaterialsAnisotropy,
	KHRMaterialsClearcoat,
	KHRMaterialsDiffuseTransmission,
	KHRMaterialsDispersion,
	KHRMaterialsEmissiveStrength,
	KHRMaterialsIOR,
	KHRMaterialsIridescence,
	KHRMaterialsSheen,
	KHRMaterialsSpecular,
	KHRMaterialsTransmission,
	KHRMaterialsUnlit,
	KHRMaterialsVariants,
	KHRMaterialsVolume,
	KHRMeshQuantization,
	KHRTextureTransform,
	KHRXMP
} from '@gltf-transform/extensions';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';

const EXTENSIONS = [
	EXTMeshoptCompression,
	EXTTextureAVIF,
	EXTTextureWebP,
	KHRLightsPunctual,
	KHRMaterialsAnisotropy,
	KHRMaterialsClearcoat,
	KHRMaterialsDiffuseTransmission,
	KHRMaterialsDispersion,
	KHRMaterialsEmissiveStrength,
	KHRMaterialsIOR,
	KHRMaterialsIridescence,
	KHRMaterialsSheen,
	KHRMaterialsSpecular,
	KHRMaterialsTransmission,
	KHRMaterialsUnlit,
	KHRMaterialsVariants,
	KHRMaterialsVolume,
	KHRMeshQuantization,
	KHRTextureTransform,
	KHRXMP
];

/** What a file may require. Draco, KTX2 and KHR_meshopt_compression need decoders we do not carry. */
export const READABLE_EXTENSIONS: ReadonlySet<string> = new Set(
	EXTENSIONS.map((extension) => extension.EXTENSION_NAME)
);

/** A reader and writer of GLBs that knows the extensions above. */
export async function createGlbIo(): Promise<WebIO> {
	await Promise.all([MeshoptDecoder.ready, MeshoptEncoder.ready]);
	return new WebIO().registerExtensions(EXTENSIONS).registerDependencies({
		'meshopt.decoder': MeshoptDecoder,
		'meshopt.encoder': MeshoptEncoder
	});
}

/** Writes a document as one GLB. */
export async function writeGlb(io: WebIO, document: Document): Promise<Blob> {
	const bytes = await io.writeBinary(document);
	return new Blob([new Uint8Array(bytes)], { type: 'model/gltf-binary' });
}
