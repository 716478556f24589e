import { ImageUtils } from '@gltf-transform/core';
import { corrupt } from '../check-glb';
import type { FileFacts } from './inspect-file';

/** Where each file's bytes begin in a USDZ (openusd.org/release/spec_usdz.html). */
const ALIGNMENT = 64;
const LOCAL_HEADER = 0x04034b50;
const STORED = 0;

interface Entry {
	name: string;
	bytes: Uint8Array<ArrayBuffer>;
	/** Stored as it is, on a multiple of 64. */
	sound: boolean;
}

/**
 * Reads what channels ask about a USDZ that was written here: its zip by hand, since its layout is what matters, and
 * its layer as text.
 *
 * @throws StageError `model_corrupt`
 */
export async function inspectUsdz(file: Blob): Promise<FileFacts> {
	const entries = readZip(new Uint8Array(await file.arrayBuffer()));
	const layer_file = entries[0];
	// Quick Look shows the first file.
	if (!layer_file?.name.endsWith('.usda')) corrupt('its first file is no scene');
	const layer = new TextDecoder().decode(layer_file.bytes);
	const pictures = entries.slice(1).map(({ name, bytes }) => {
		const type = name.endsWith('.jpg') ? 'image/jpeg' : 'image/png';
		return { name, type, sides: ImageUtils.getSize(bytes, type) ?? [0, 0] };
	});
	const named = [...layer.matchAll(/asset inputs:file = @([^@]*)@/g)].map(([, name = '']) => name);
	const all_there = named.every((name) => entries.some((entry) => entry.name === name));
	const extents = [...layer.matchAll(/float3\[\] extent = \[\(([^)]*)\), \(([^)]*)\)\]/g)];
	const corners = (group: 1 | 2) =>
		extents.map((found) => (found[group] ?? '').split(',').map(Number));
	const edge = (group: 1 | 2, pick: (...values: number[]) => number) =>
		[0, 1, 2].map((axis) => pick(...corners(group).map((corner) => corner[axis] ?? 0)));
	const [x0 = 0, y0 = 0, z0 = 0] = edge(1, Math.min);
	const [x1 = 0, y1 = 0, z1 = 0] = edge(2, Math.max);
	const meshes = count(layer, /def Mesh "/g);
	return {
		bytes: file.size,
		triangles: listed(layer, 'int[] faceVertexCounts', ','),
		vertices: listed(layer, 'point3f[] points', '('),
		draw_calls: meshes,
		materials: count(layer, /def Material "/g),
		uv_sets: layer.includes('primvars:st = [') ? 1 : 0,
		texture_side: Math.max(0, ...pictures.flatMap(({ sides }) => sides)),
		texture_types: [...new Set(pictures.map(({ type }) => type))].sort(),
		extensions: [],
		motion: [],
		min: [x0, y0, z0],
		max: [x1, y1, z1],
		packed:
			entries.every(({ sound }) => sound) &&
			all_there &&
			/metersPerUnit = 1\n/.test(layer) &&
			/upAxis = "Y"/.test(layer)
	};
}

/** The files of a zip, by their local headers (APPNOTE 4.3.7), in their order. */
function readZip(bytes: Uint8Array<ArrayBuffer>): Entry[] {
	const view = new DataView(bytes.buffer);
	const entries: Entry[] = [];
	let at = 0;
	while (at + 30 <= bytes.length && view.getUint32(at, true) === LOCAL_HEADER) {
		const method = view.getUint16(at + 8, true);
		const size = view.getUint32(at + 18, true);
		const name_length = view.getUint16(at + 26, true);
		const start = at + 30 + name_length + view.getUint16(at + 28, true);
		if (start + size > bytes.length) corrupt('its end is missing');
		entries.push({
			name: new TextDecoder().decode(bytes.subarray(at + 30, at + 30 + name_length)),
			bytes: bytes.slice(start, start + size),
			sound: method === STORED && start % ALIGNMENT === 0
		});
		at = start + size;
	}
	return entries;
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** How many items all lists of a name hold, by their separator; commas are one fewer than items. */
function listed(layer: string, name: string, mark: ',' | '('): number {
	let total = 0;
	for (let at = layer.indexOf(`${name} = [`); at >= 0; at = layer.indexOf(`${name} = [`, at + 1)) {
		const end = layer.indexOf(']', at + name.length + 4);
		for (let i = at + name.length + 4; i < end; i++) if (layer[i] === mark) total++;
		if (mark === ',') total++;
	}
	return total;
}
