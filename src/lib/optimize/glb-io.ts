import { Logger, WebIO, type Document, type Scene } from '@gltf-transform/core';
import {
	EXTMeshGPUInstancing,
	EXTMeshoptCompression,
	EXTTextureAVIF,
	EXTTextureWebP,
	KHRDracoMeshCompression,
	KHRLightsPunctual,
	KHRMaterialsAnisotropy,
	KHRMaterialsClearcoat,
	KHRMaterialsDiffuseTransmission,
	KHRMaterialsDispersion,
	KHRMaterialsEmissiveStrength,
	KHRMaterialsIOR,
	KHRMaterialsIridescence,
	KHRMaterialsPBRSpecularGlossiness,
	KHRMaterialsSheen,
	KHRMaterialsSpecular,
	KHRMaterialsTransmission,
	KHRMaterialsUnlit,
	KHRMaterialsVariants,
	KHRMaterialsVolume,
	KHRMeshQuantization,
	KHRTextureBasisu,
	KHRTextureTransform,
	KHRXMP
} from '@gltf-transform/extensions';
import { MeshoptDecoder, MeshoptEncoder } from 'meshoptimizer';

/** What is read and written. */
export const EXTENSIONS = [
	EXTMeshGPUInstancing,
	EXTMeshoptCompression,
	EXTTextureAVIF,
	EXTTextureWebP,
	KHRDracoMeshCompression,
	KHRLightsPunctual,
	KHRMaterialsAnisotropy,
	KHRMaterialsClearcoat,
	KHRMaterialsDiffuseTransmission,
	KHRMaterialsDispersion,
	KHRMaterialsEmissiveStrength,
	KHRMaterialsIOR,
	KHRMaterialsIridescence,
	KHRMaterialsPBRSpecularGlossiness,
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

/** What a file may require. KTX2 and KHR_meshopt_compression need decoders we do not carry. */
export const READABLE_EXTENSIONS: ReadonlySet<string> = new Set(
	EXTENSIONS.map((extension) => extension.EXTENSION_NAME)
);

/** A reader of GLBs that knows the extensions above. */
export async function createGlbIo(): Promise<WebIO> {
	await Promise.all([MeshoptDecoder.ready, MeshoptEncoder.ready]);
	return new WebIO()
		.setLogger(new Logger(Logger.Verbosity.SILENT)) // What is worth telling is in the notes.
		.registerExtensions(EXTENSIONS)
		.registerDependencies({
			'meshopt.decoder': MeshoptDecoder,
			'meshopt.encoder': MeshoptEncoder
		});
}

/** The scene that is shown: the file's own choice, else its first. Undefined where a file has none. */
export function shownScene(document: Document): Scene | undefined {
	const root = document.getRoot();
	return root.getDefaultScene() ?? root.listScenes()[0];
}

/** Writes a document as one GLB; besides the extensions above it knows KTX2 and levels in one file. */
export async function writeGlb(document: Document): Promise<Blob> {
	await MeshoptEncoder.ready;
	// Not for reading: of a file with KTX2 beside PNG the PNG is what can be decoded here.
	const writer = new WebIO()
		.registerExtensions([...EXTENSIONS, KHRTextureBasisu])
		.registerDependencies({ 'meshopt.encoder': MeshoptEncoder });
	const bytes = await writer.writeBinary(document);
	return new Blob([new Uint8Array(bytes)], { type: 'model/gltf-binary' });
}
