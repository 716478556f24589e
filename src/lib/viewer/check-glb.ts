import { StageError } from '../artifacts';
import { isJson, list, type Json } from './glb-json';

/** Extensions a file may require: what the reader beside this file knows. */
const READABLE_EXTENSIONS = new Set([
	'EXT_meshopt_compression',
	'EXT_texture_avif',
	'EXT_texture_webp',
	'KHR_lights_punctual',
	'KHR_materials_anisotropy',
	'KHR_materials_clearcoat',
	'KHR_materials_dispersion',
	'KHR_materials_emissive_strength',
	'KHR_materials_ior',
	'KHR_materials_iridescence',
	'KHR_materials_sheen',
	'KHR_materials_specular',
	'KHR_materials_transmission',
	'KHR_materials_unlit',
	'KHR_materials_volume',
	'KHR_mesh_quantization',
	'KHR_meshopt_compression',
	'KHR_texture_basisu',
	'KHR_texture_transform'
]);

const MAGIC = 0x46546c67; // "glTF"
const JSON_CHUNK = 0x4e4f534a; // "JSON"
const BINARY_CHUNK = 0x004e4942; // "BIN\0"
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

export interface Glb {
	document: Json;
	/** The binary chunk; empty if there is none. */
	binary: Uint8Array<ArrayBuffer>;
}

/**
 * Reads only the head of a GLB and refuses what cannot or must not be shown, before a decoder touches it:
 * not a GLB, cut short, an extension the viewer cannot read, or a reference to a file elsewhere (a model
 * never makes the viewer fetch anything).
 * Layout: https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#binary-gltf-layout
 *
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export function checkGlb(bytes: ArrayBuffer): Glb {
	if (bytes.byteLength === 0) throw new StageError('model_empty');
	if (bytes.byteLength < HEADER_BYTES + CHUNK_HEADER_BYTES) corrupt('it is too short');
	const view = new DataView(bytes);
	if (view.getUint32(0, true) !== MAGIC) corrupt('it is not a GLB');
	if (view.getUint32(4, true) !== 2) {
		throw new StageError('model_unsupported', { what: `glTF ${view.getUint32(4, true)}` });
	}
	if (view.getUint32(8, true) > bytes.byteLength) corrupt('its end is missing');
	const json_bytes = view.getUint32(HEADER_BYTES, true);
	const start = HEADER_BYTES + CHUNK_HEADER_BYTES;
	if (
		view.getUint32(HEADER_BYTES + 4, true) !== JSON_CHUNK ||
		start + json_bytes > bytes.byteLength
	) {
		corrupt('its description is missing');
	}
	const document = parse(new Uint8Array(bytes, start, json_bytes));
	for (const name of list(document.extensionsRequired)) {
		if (typeof name !== 'string') corrupt('its list of extensions is unreadable');
		if (!READABLE_EXTENSIONS.has(name)) throw new StageError('model_unsupported', { what: name });
	}
	for (const part of [...list(document.buffers), ...list(document.images)]) {
		const uri = isJson(part) ? part.uri : undefined;
		if (uri !== undefined)
			throw new StageError('model_unsupported', { what: 'files outside the GLB' });
	}
	return { document, binary: binaryChunk(bytes, view, start + json_bytes) };
}

function binaryChunk(bytes: ArrayBuffer, view: DataView, at: number): Uint8Array<ArrayBuffer> {
	if (at + CHUNK_HEADER_BYTES > bytes.byteLength) return new Uint8Array();
	const length = view.getUint32(at, true);
	const start = at + CHUNK_HEADER_BYTES;
	if (view.getUint32(at + 4, true) !== BINARY_CHUNK) return new Uint8Array();
	if (start + length > bytes.byteLength) corrupt('its end is missing');
	return new Uint8Array(bytes, start, length);
}

function parse(bytes: Uint8Array): Json {
	try {
		const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
		if (isJson(document)) return document;
	} catch {
		// Falls through: not JSON and not an object are the same to the person who sees it.
	}
	return corrupt('its description is unreadable');
}

function corrupt(what: string): never {
	throw new StageError('model_corrupt', { what });
}
