/** A small glazed vase, made in code: what the stand-in answers as a generated model. Metres, Y up, standing on y = 0. */
import { crc32, deflateSync } from 'node:zlib';

/** The vase's outline from the middle of its foot, up the outside, over the lip and down to the inner floor: [radius, height] in metres. */
const OUTLINE: [number, number][] = [
	[0, 0],
	[0.05, 0],
	[0.056, 0.006],
	[0.062, 0.03],
	[0.078, 0.08],
	[0.086, 0.125],
	[0.08, 0.17],
	[0.06, 0.215],
	[0.044, 0.25],
	[0.042, 0.275],
	[0.052, 0.3],
	[0.055, 0.306],
	[0.052, 0.31],
	[0.047, 0.302],
	[0.037, 0.275],
	[0.039, 0.25],
	[0.055, 0.212],
	[0.075, 0.168],
	[0.081, 0.125],
	[0.073, 0.082],
	[0.057, 0.032],
	[0.045, 0.012],
	[0, 0.012]
];
const STEPS_PER_SPAN = 2;
const SEGMENTS = 48;
const TEXTURE_SIZE = 256;

/** The whole file: one mesh (about 4,000 triangles, closed), one material, one embedded PNG. */
export function makeVaseGlb(): Buffer {
	const { positions, normals, uvs, indices } = revolve(smooth(OUTLINE));
	const png = encodePng(TEXTURE_SIZE, TEXTURE_SIZE, glaze);
	const views: { buffer: 0; byteOffset: number; byteLength: number; target?: number }[] = [];
	const parts: Buffer[] = [];
	let offset = 0;
	const add = (bytes: Buffer, target?: number) => {
		views.push({
			buffer: 0,
			byteOffset: offset,
			byteLength: bytes.length,
			...(target ? { target } : {})
		});
		const padded = pad(bytes, 0);
		parts.push(padded);
		offset += padded.length;
	};
	add(bytesOf(Float32Array.from(positions)), 34962);
	add(bytesOf(Float32Array.from(normals)), 34962);
	add(bytesOf(Float32Array.from(uvs)), 34962);
	add(bytesOf(Uint16Array.from(indices)), 34963);
	add(png);
	const axis = (k: number) => positions.filter((_, i) => i % 3 === k);
	const count = positions.length / 3;
	const json = {
		asset: { version: '2.0', generator: 'Meshy stand-in' },
		scene: 0,
		scenes: [{ nodes: [0] }],
		nodes: [{ mesh: 0, name: 'Vase' }],
		meshes: [
			{
				primitives: [
					{ attributes: { POSITION: 0, NORMAL: 1, TEXCOORD_0: 2 }, indices: 3, material: 0 }
				]
			}
		],
		materials: [
			{
				name: 'Glaze',
				pbrMetallicRoughness: {
					baseColorTexture: { index: 0 },
					metallicFactor: 0,
					roughnessFactor: 0.35
				}
			}
		],
		textures: [{ source: 0, sampler: 0 }],
		samplers: [{ magFilter: 9729, minFilter: 9987, wrapS: 10497, wrapT: 33071 }],
		images: [{ bufferView: 4, mimeType: 'image/png' }],
		accessors: [
			{
				bufferView: 0,
				componentType: 5126,
				count,
				type: 'VEC3',
				min: [0, 1, 2].map((k) => Math.fround(Math.min(...axis(k)))),
				max: [0, 1, 2].map((k) => Math.fround(Math.max(...axis(k))))
			},
			{ bufferView: 1, componentType: 5126, count, type: 'VEC3' },
			{ bufferView: 2, componentType: 5126, count, type: 'VEC2' },
			{ bufferView: 3, componentType: 5123, count: indices.length, type: 'SCALAR' }
		],
		bufferViews: views,
		buffers: [{ byteLength: offset }]
	};
	return container(pad(Buffer.from(JSON.stringify(json)), 0x20), Buffer.concat(parts));
}

/** A picture of the glaze with a transparent border: what the stand-in answers as a thumbnail. */
export function makeThumbnailPng(): Buffer {
	return encodePng(128, 128, (x, y) => {
		const inside = (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.2;
		const [r, g, b] = glaze(x, y);
		return [r, g, b, inside ? 255 : 0];
	});
}

/** A Catmull-Rom curve through the outline's points; its ends stay on the axis. */
function smooth(outline: [number, number][]): [number, number][] {
	const points: [number, number][] = [];
	const at = (i: number) => outline[Math.min(outline.length - 1, Math.max(0, i))] ?? [0, 0];
	for (let i = 0; i + 1 < outline.length; i++) {
		const [p, q, r, s] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
		for (let k = 0; k < STEPS_PER_SPAN; k++) {
			const t = k / STEPS_PER_SPAN;
			const curve = (j: 0 | 1) =>
				0.5 *
				(2 * q[j] +
					(r[j] - p[j]) * t +
					(2 * p[j] - 5 * q[j] + 4 * r[j] - s[j]) * t ** 2 +
					(3 * q[j] - p[j] - 3 * r[j] + s[j]) * t ** 3);
			points.push([i === 0 && k === 0 ? 0 : Math.max(0.001, curve(0)), Math.max(0, curve(1))]);
		}
	}
	points.push(at(outline.length - 1));
	return points;
}

/** Turns the outline around the Y axis. The seam has its vertices twice, for the texture. */
function revolve(outline: [number, number][]) {
	const positions: number[] = [];
	const normals: number[] = [];
	const uvs: number[] = [];
	const indices: number[] = [];
	outline.forEach(([radius, y], i) => {
		const before = outline[Math.max(0, i - 1)] ?? [0, 0];
		const after = outline[Math.min(outline.length - 1, i + 1)] ?? [0, 0];
		const [dr, dy] = [after[0] - before[0], after[1] - before[1]];
		const length = Math.hypot(dr, dy) || 1;
		for (let s = 0; s <= SEGMENTS; s++) {
			const angle = (s % SEGMENTS) * ((2 * Math.PI) / SEGMENTS);
			positions.push(radius * Math.cos(angle), y, -radius * Math.sin(angle));
			normals.push((dy / length) * Math.cos(angle), -dr / length, (-dy / length) * Math.sin(angle));
			uvs.push(s / SEGMENTS, 1 - i / (outline.length - 1));
		}
	});
	const row = SEGMENTS + 1;
	for (let i = 0; i + 1 < outline.length; i++) {
		for (let s = 0; s < SEGMENTS; s++) {
			const [a, b] = [i * row + s, i * row + s + 1];
			const [c, d] = [a + row, b + row];
			// At the axis one of the two triangles has no area.
			if (i > 0) indices.push(a, b, d);
			if (i + 2 < outline.length) indices.push(a, d, c);
		}
	}
	return { positions, normals, uvs, indices };
}

/** The glaze's color at texture coordinates 0 to 1: teal with a sandy band and fine lines. */
function glaze(x: number, y: number): [number, number, number, number] {
	const wave = 0.5 + 0.5 * Math.sin(x * Math.PI * 12 + Math.sin(y * 25) * 0.8);
	if (y > 0.36 && y < 0.42) return [222, 198, 158, 255];
	if (Math.abs(y - 0.34) < 0.006 || Math.abs(y - 0.44) < 0.006) return [58, 44, 36, 255];
	return [34 + 26 * wave, 104 + 46 * wave, 112 + 38 * wave, 255];
}

/** A PNG of 8-bit RGBA, without interlacing (www.w3.org/TR/png-3). */
function encodePng(
	width: number,
	height: number,
	color: (x: number, y: number) => [number, number, number, number]
): Buffer {
	const raw = Buffer.alloc(height * (1 + width * 4));
	for (let y = 0; y < height; y++) {
		for (let x = 0; x < width; x++) {
			const pixel = color((x + 0.5) / width, (y + 0.5) / height).map(Math.round);
			raw.set(pixel, y * (1 + width * 4) + 1 + x * 4);
		}
	}
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([8, 6, 0, 0, 0], 8);
	const chunk = (type: string, data: Buffer) => {
		const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
		const framed = Buffer.alloc(body.length + 8);
		framed.writeUInt32BE(data.length, 0);
		body.copy(framed, 4);
		framed.writeUInt32BE(crc32(body), body.length + 4);
		return framed;
	};
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', header),
		chunk('IDAT', deflateSync(raw)),
		chunk('IEND', Buffer.alloc(0))
	]);
}

/** GLB framing (glTF 2.0, 4.4): header, JSON chunk, binary chunk. */
function container(json: Buffer, binary: Buffer): Buffer {
	const head = Buffer.alloc(20);
	head.write('glTF', 0, 'latin1');
	head.writeUInt32LE(2, 4);
	head.writeUInt32LE(28 + json.length + binary.length, 8);
	head.writeUInt32LE(json.length, 12);
	head.write('JSON', 16, 'latin1');
	const binary_head = Buffer.alloc(8);
	binary_head.writeUInt32LE(binary.length, 0);
	binary_head.write('BIN\0', 4, 'latin1');
	return Buffer.concat([head, json, binary_head, binary]);
}

function pad(bytes: Buffer, filler: number): Buffer {
	return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4, filler)]);
}

const bytesOf = (array: Float32Array | Uint16Array) =>
	Buffer.from(array.buffer, array.byteOffset, array.byteLength);
