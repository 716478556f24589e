import { z } from 'zod';
import { ASSET_KINDS } from '../../../worker/contract';
import { StageError } from '../artifacts';
import { READABLE_EXTENSIONS } from './glb-io';

/** What a file may ask a reader to build, whatever its own size says. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;
const MAX_VERTICES = 15_000_000;
const MAX_DECODED_BYTES = 1024 ** 3;
export const MAX_NODES = 50_000;
const MAX_DEPTH = 256;

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const MAGIC = 0x46546c67; // "glTF"
const JSON_CHUNK = 0x4e4f534a; // "JSON"
const BIN_CHUNK = 0x004e4942; // "BIN\0"

const index = z.int().min(0);
const resource = z.looseObject({ uri: z.string().optional() });
const outline = z.looseObject({
	asset: z.looseObject({ version: z.string() }),
	extensionsRequired: z.array(z.string()).default([]),
	buffers: z.array(resource.extend({ byteLength: index })).default([]),
	images: z.array(resource).default([]),
	bufferViews: z
		.array(
			z.looseObject({
				buffer: index,
				byteOffset: index.default(0),
				byteLength: index,
				extensions: z
					.looseObject({
						EXT_meshopt_compression: z
							.looseObject({
								buffer: index,
								byteOffset: index.default(0),
								byteLength: index,
								byteStride: index,
								count: index
							})
							.optional()
					})
					.optional()
			})
		)
		.default([]),
	accessors: z.array(z.looseObject({ count: index, type: z.string() })).default([]),
	meshes: z
		.array(
			z.looseObject({
				primitives: z.array(z.looseObject({ targets: z.array(z.unknown()).default([]) }))
			})
		)
		.default([]),
	nodes: z
		.array(z.looseObject({ children: z.array(index).default([]) }))
		.max(MAX_NODES)
		.default([]),
	skins: z.array(z.unknown()).default([]),
	animations: z.array(z.unknown()).default([])
});
type Outline = z.infer<typeof outline>;

/**
 * Reads a GLB's container and outline, and refuses what a reader should not be let loose on: cut short, lengths
 * that do not add up, references to other files, parts that promise more than memory holds, a node that is its own
 * ancestor, and codecs that are not known here.
 * Layout: https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html#binary-gltf-layout
 *
 * @returns the file's bytes, aligned for typed views.
 * @throws StageError `model_empty`, `model_corrupt`, `model_unsupported`
 */
export async function checkGlb(glb: Blob): Promise<Uint8Array<ArrayBuffer>> {
	if (glb.size === 0) throw new StageError('model_empty');
	if (glb.size > ASSET_KINDS.source_model.max_bytes) {
		unsupported(`more than ${ASSET_KINDS.source_model.max_bytes / 1024 ** 2} MB`);
	}
	if (glb.size < HEADER_BYTES + CHUNK_HEADER_BYTES) corrupt('it is too short');
	const bytes = new Uint8Array(await glb.arrayBuffer());
	const view = new DataView(bytes.buffer);
	if (view.getUint32(0, true) !== MAGIC) corrupt('it is not a GLB');
	const version = view.getUint32(4, true);
	if (version !== 2) unsupported(`glTF ${version}`);
	if (view.getUint32(8, true) > glb.size) corrupt('its end is missing');
	if (view.getUint32(8, true) < glb.size) corrupt('it goes on after its end');

	const json_start = HEADER_BYTES + CHUNK_HEADER_BYTES;
	const json_bytes = view.getUint32(HEADER_BYTES, true);
	const json_end = json_start + json_bytes;
	if (view.getUint32(HEADER_BYTES + 4, true) !== JSON_CHUNK || json_bytes % 4 !== 0) {
		corrupt('its description is missing');
	}
	if (json_end > glb.size) corrupt('its description is cut off');
	if (json_bytes > MAX_JSON_BYTES) unsupported('a description of more than 16 MB');

	let bin_bytes = 0;
	if (json_end < glb.size) {
		if (json_end + CHUNK_HEADER_BYTES > glb.size) corrupt('its data is cut off');
		bin_bytes = view.getUint32(json_end, true);
		const ends = json_end + CHUNK_HEADER_BYTES + bin_bytes;
		if (view.getUint32(json_end + 4, true) !== BIN_CHUNK || ends > glb.size) {
			corrupt('its data is cut off');
		}
	}
	checkOutline(parseOutline(bytes.subarray(json_start, json_end)), bin_bytes);
	return bytes;
}

/** What makes a checked GLB move: a skeleton, animations, morph targets, as our sentences name them. */
export function listMotion(bytes: Uint8Array<ArrayBuffer>): string[] {
	const start = HEADER_BYTES + CHUNK_HEADER_BYTES;
	const length = new DataView(bytes.buffer).getUint32(HEADER_BYTES, true);
	const { skins, animations, meshes } = parseOutline(bytes.subarray(start, start + length));
	const primitives = meshes.flatMap((mesh) => mesh.primitives);
	return [
		...(skins.length > 0 ? ['a skeleton'] : []),
		...(animations.length > 0 ? ['animations'] : []),
		...(primitives.some(({ targets }) => targets.length > 0) ? ['morph targets'] : [])
	];
}

/** A file whose parts do not fit together. */
export function corrupt(what: string, cause?: unknown): never {
	throw new StageError('model_corrupt', { what }, { cause });
}

/** A sound file with something that would be broken here. */
export function unsupported(what: string): never {
	throw new StageError('model_unsupported', { what });
}

function parseOutline(json: Uint8Array): Outline {
	let value: unknown;
	try {
		value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
	} catch (cause) {
		corrupt('its description is unreadable', cause);
	}
	const parsed = outline.safeParse(value);
	if (parsed.success) return parsed.data;
	const where = parsed.error.issues[0]?.path.slice(0, 2).join(' ');
	return corrupt(where ? `its ${where} is unreadable` : 'its description is unreadable');
}

function checkOutline(gltf: Outline, bin_bytes: number): void {
	if (!gltf.asset.version.startsWith('2.')) unsupported(`glTF ${gltf.asset.version.slice(0, 8)}`);
	for (const name of gltf.extensionsRequired) {
		if (!READABLE_EXTENSIONS.has(name)) unsupported(name.slice(0, 60));
	}
	for (const { uri } of [...gltf.buffers, ...gltf.images]) {
		if (uri !== undefined && !uri.startsWith('data:')) corrupt('a part of it is in another file');
	}
	const own = gltf.buffers[0];
	if (own && own.uri === undefined && own.byteLength > bin_bytes) corrupt('its data is cut off');
	checkViews(gltf);
	checkNodes(gltf.nodes);
}

function checkViews({ buffers, bufferViews, accessors }: Outline): void {
	let decoded = 0;
	for (const view of bufferViews) {
		const packed = view.extensions?.EXT_meshopt_compression;
		for (const part of packed ? [packed, view] : [view]) {
			const buffer = buffers[part.buffer];
			if (!buffer || part.byteOffset + part.byteLength > buffer.byteLength) {
				corrupt('its data is cut off');
			}
		}
		if (packed) decoded += packed.count * packed.byteStride;
	}
	if (decoded > MAX_DECODED_BYTES) unsupported('more than 1 GB of geometry');
	const most = accessors.reduce((max, { count }) => Math.max(max, count), 0);
	const total = accessors.reduce((sum, { count }) => sum + count, 0);
	if (most > MAX_VERTICES || total > MAX_VERTICES * 4) unsupported('more than 15 million points');
}

/** Every node has at most one parent and is not its own ancestor; deep chains would overflow a reader's stack. */
function checkNodes(nodes: Outline['nodes']): void {
	const parents = new Int32Array(nodes.length).fill(-1);
	nodes.forEach((node, parent) => {
		for (const child of node.children) {
			if (child >= nodes.length || parents[child] !== -1) corrupt('its nodes form no tree');
			parents[child] = parent;
		}
	});
	for (let node = 0; node < nodes.length; node++) {
		let depth = 0;
		for (let at = parents[node] ?? -1; at >= 0; at = parents[at] ?? -1) {
			if (++depth > MAX_DEPTH) corrupt('its nodes form no tree');
		}
	}
}
