import { Primitive, type Document } from '@gltf-transform/core';
import { EXTMeshoptCompression, InstancedMesh } from '@gltf-transform/extensions';
import {
	convertPrimitiveToTriangles,
	metalRough,
	uninstance,
	unpartition
} from '@gltf-transform/functions';
import { ASSET_KINDS } from '../../../worker/contract';
import { StageError } from '../artifacts';
import { corrupt, MAX_NODES, unsupported } from './check-glb';
import { createGlbIo, READABLE_EXTENSIONS, writeGlb } from './glb-io';
import { loadDraco } from './load-draco';
import { readImage } from './read-texture';

/** A GLB as our readers take it. */
export interface ReadGlb {
	document: Document;
	/** Extensions in use that are not known here, by name: what they add is lost. */
	unread: string[];
	/** It is not what the file has: that was packed with Draco, or had instances, strips, fans or specular-glossiness. */
	renewed: boolean;
}

/** Where these are not required, the same stands beside them in plain. */
const HAVE_TWINS = new Set(['KHR_meshopt_compression', 'KHR_texture_basisu', 'MSFT_texture_dds']);
const DRACO = 'KHR_draco_mesh_compression';
const SPECULAR_GLOSSINESS = 'KHR_materials_pbrSpecularGlossiness';

/**
 * Reads a checked GLB into today's glTF, whatever its exporter did: extensions in use count as listed, since readers go by
 * a list that exporters forget; Draco is unpacked; instances become nodes of their own (EXT_mesh_gpu_instancing), strips
 * and fans triangles; materials of the retired specular-glossiness kind become metallic-roughness ones with
 * KHR_materials_specular, which look the same.
 *
 * @throws StageError `model_corrupt`, `model_unsupported`
 */
export async function readGlb(bytes: Uint8Array<ArrayBuffer>): Promise<ReadGlb> {
	try {
		const io = await createGlbIo();
		const file = await io.binaryToJSON(bytes);
		const used = extensionsIn(file.json);
		file.json.extensionsUsed = [...used];
		if (used.has(DRACO)) {
			const decoder = await loadDraco().catch(() => unsupported(DRACO));
			io.registerDependencies({ 'draco3d.decoder': decoder });
		}
		const document = await io.readJSON(file);
		document.disposeExtension(DRACO);
		await document.transform(unpartition()); // A GLB is written with one buffer.
		const instances = await drawOutInstances(document);
		const strips = drawOutStrips(document);
		if (used.has(SPECULAR_GLOSSINESS)) {
			document.getRoot().listTextures().forEach(readImage); // Bounded before any is decoded.
			await document.transform(metalRough());
		}
		const unread = [...used].filter(
			(name) => !READABLE_EXTENSIONS.has(name) && !HAVE_TWINS.has(name)
		);
		const renewed = used.has(DRACO) || used.has(SPECULAR_GLOSSINESS) || instances + strips > 0;
		return { document, unread, renewed };
	} catch (cause) {
		if (cause instanceof StageError) throw cause;
		return corrupt('its parts do not fit together', cause);
	}
}

/**
 * What `readGlb` made of a file, as a file, for readers that know less: not a number is changed, and geometry is packed
 * (EXT_meshopt_compression). The document stays as it is.
 *
 * @throws StageError `model_unsupported` where it is too large to be kept
 */
export async function renewGlb({ document }: ReadGlb): Promise<Blob> {
	const { QUANTIZE: method } = EXTMeshoptCompression.EncoderMethod;
	const packing = document.createExtension(EXTMeshoptCompression);
	packing.setRequired(true).setEncoderOptions({ method });
	const glb = await writeGlb(document);
	packing.dispose();
	if (glb.size > ASSET_KINDS.source_model.max_bytes) unsupported('more than 100 MB once unpacked');
	return glb;
}

/** Names of all extensions that a file's description lists or has anywhere. */
function extensionsIn(gltf: { extensionsUsed?: string[] }): Set<string> {
	const names = new Set(gltf.extensionsUsed);
	const open: unknown[] = [gltf];
	while (open.length > 0) {
		const part = open.pop();
		if (!isObject(part)) continue;
		for (const [key, value] of Object.entries(part)) {
			if (key === 'extras') continue; // Anybody's own.
			if (key === 'extensions' && isObject(value)) {
				for (const name of Object.keys(value)) names.add(name);
			}
			open.push(value);
		}
	}
	return names;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** @returns how many there were */
async function drawOutInstances(document: Document): Promise<number> {
	const batches = document
		.getRoot()
		.listNodes()
		.map((node) => node.getExtension('EXT_mesh_gpu_instancing'))
		.filter((batch) => batch instanceof InstancedMesh);
	if (batches.length === 0) return 0;
	const instances = batches.reduce(
		(sum, batch) => sum + (batch.listAttributes()[0]?.getCount() ?? 0),
		0
	);
	if (instances > MAX_NODES) unsupported('more than 50,000 instances');
	await document.transform(uninstance());
	return instances;
}

/** @returns how many there were */
function drawOutStrips(document: Document): number {
	const { TRIANGLE_STRIP, TRIANGLE_FAN } = Primitive.Mode;
	const primitives = document
		.getRoot()
		.listMeshes()
		.flatMap((mesh) => mesh.listPrimitives())
		.filter((primitive) =>
			[TRIANGLE_STRIP, TRIANGLE_FAN].some((mode) => mode === primitive.getMode())
		);
	primitives.forEach(convertPrimitiveToTriangles);
	return primitives.length;
}
