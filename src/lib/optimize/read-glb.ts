import type { Document } from '@gltf-transform/core';
import { InstancedMesh } from '@gltf-transform/extensions';
import { metalRough, uninstance } from '@gltf-transform/functions';
import { StageError } from '../artifacts';
import { corrupt, MAX_NODES, unsupported } from './check-glb';
import { createGlbIo, READABLE_EXTENSIONS } from './glb-io';
import { readImage } from './read-texture';

/** A GLB as our readers take it. */
export interface ReadGlb {
	document: Document;
	/** Extensions in use that are not known here, by name: what they add is lost. */
	unread: string[];
}

/** Where these are not required, the same stands beside them in plain. */
const HAVE_TWINS = new Set([
	'KHR_draco_mesh_compression',
	'KHR_meshopt_compression',
	'KHR_texture_basisu',
	'MSFT_texture_dds'
]);
const SPECULAR_GLOSSINESS = 'KHR_materials_pbrSpecularGlossiness';

/**
 * Reads a checked GLB into today's glTF, whatever its exporter did: extensions in use count as listed, since readers go by
 * a list that exporters forget; instances become nodes of their own (EXT_mesh_gpu_instancing); materials of the retired
 * specular-glossiness kind become metallic-roughness ones with KHR_materials_specular, which look the same.
 *
 * @throws StageError `model_corrupt`, `model_unsupported`
 */
export async function readGlb(bytes: Uint8Array<ArrayBuffer>): Promise<ReadGlb> {
	try {
		const io = await createGlbIo();
		const file = await io.binaryToJSON(bytes);
		const used = extensionsIn(file.json);
		file.json.extensionsUsed = [...used];
		const document = await io.readJSON(file);
		await drawOutInstances(document);
		if (used.has(SPECULAR_GLOSSINESS)) {
			document.getRoot().listTextures().forEach(readImage); // Bounded before any is decoded.
			await document.transform(metalRough());
		}
		const unread = [...used].filter(
			(name) => !READABLE_EXTENSIONS.has(name) && !HAVE_TWINS.has(name)
		);
		return { document, unread };
	} catch (cause) {
		if (cause instanceof StageError) throw cause;
		return corrupt('its parts do not fit together', cause);
	}
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

async function drawOutInstances(document: Document): Promise<void> {
	const batches = document
		.getRoot()
		.listNodes()
		.map((node) => node.getExtension('EXT_mesh_gpu_instancing'))
		.filter((batch) => batch instanceof InstancedMesh);
	if (batches.length === 0) return;
	const instances = batches.reduce(
		(sum, batch) => sum + (batch.listAttributes()[0]?.getCount() ?? 0),
		0
	);
	if (instances > MAX_NODES) unsupported('more than 50,000 instances');
	await document.transform(uninstance());
}
