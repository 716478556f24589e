import type { Look, TextureUse } from './appearance';
import { FACING, LEANING, LookNumber, NOT_MOVED, PointNumber, REACH } from './ask-looks';
import { SHADER } from './ask-looks-shader';
import type { Mips } from './pixels';
import type { Surface } from './surface';
import type { TriangleTree } from './triangle-tree';

/**
 * `where_fast`: not on an adapter in software, which is slower than asking on the CPU that it runs on. `always` takes
 * one too, `never` none.
 */
export type GpuUse = 'where_fast' | 'always' | 'never';

export interface GpuAsker {
	/** As `AskLooks`. @throws Error when the device is lost or short of memory */
	ask: (points: Float32Array<ArrayBuffer>, count: number) => Promise<Float32Array>;
	/** Gives the device back. */
	close: () => void;
}

const WORKGROUP = 64;
/** How deep a tree may be: it is walked with one entry per level, and one more. */
const STACK = 64;

/**
 * Opens a GPU for questions about a surface. Null where there is none to use.
 * Tried on Chromium's SwiftShader only, where it paints what the CPU paints; how much faster a real GPU is was not measured.
 *
 * @throws Error when it cannot take this surface: not enough memory, or the device was lost
 */
export async function askOnGpu(
	source: Surface,
	looks: Look[],
	tree: TriangleTree,
	use: GpuUse
): Promise<GpuAsker | null> {
	const gpu = use === 'never' || typeof navigator === 'undefined' ? undefined : navigator.gpu;
	const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
	if (!adapter || (adapter.info.isFallbackAdapter && use !== 'always')) return null;
	if (tree.depth >= STACK - 1) throw new Error(`a tree ${tree.depth} levels deep`);
	const packed = packSource(source, looks, tree);
	const largest = Math.max(...packed.map((parts) => lengthOf(parts)));
	const device = await adapter.requestDevice({
		requiredLimits: { maxStorageBufferBindingSize: largest, maxBufferSize: largest }
	});
	try {
		return await openDevice(device, source, packed);
	} catch (error) {
		device.destroy();
		throw error;
	}
}

async function openDevice(
	device: GPUDevice,
	{ stride, slots }: Surface,
	packed: ArrayBufferView<ArrayBuffer>[][]
): Promise<GpuAsker> {
	const offset = (semantic: string) => slots.find((slot) => slot.semantic === semantic)?.offset;
	const constants = {
		STRIDE: stride,
		NORMAL: offset('NORMAL') ?? 0,
		TANGENT: offset('TANGENT') ?? -1,
		FACING,
		LEANING,
		REACH,
		NOT_MOVED
	};
	const numbers = `const STACK = ${STACK};
const WORKGROUP = ${WORKGROUP};
const POINT = ${PointNumber.COUNT}u;
const LOOK = ${LookNumber.COUNT}u;`;
	const module = device.createShaderModule({ code: numbers + SHADER });
	// Unlike the other way, this one fails aloud: a pipeline that is not valid would leave zeros.
	const pipeline = await device.createComputePipelineAsync({
		layout: 'auto',
		compute: { module, constants }
	});
	const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
	const inputs = await uploadAll(device, packed);
	let lost = false;
	void device.lost.then(() => (lost = true));
	return {
		async ask(points, count) {
			const size = count * LookNumber.COUNT * 4;
			const [asked, answers, read] = await failAloud(device, () => {
				const buffers = [
					upload(device, [points.subarray(0, count * PointNumber.COUNT)]),
					device.createBuffer({ size, usage: STORAGE | COPY_SRC }),
					device.createBuffer({ size, usage: COPY_DST | MAP_READ })
				] as const;
				const group = device.createBindGroup({
					layout: pipeline.getBindGroupLayout(0),
					entries: [...inputs, buffers[0], buffers[1]].map((buffer, binding) => ({
						binding,
						resource: { buffer }
					}))
				});
				const encoder = device.createCommandEncoder();
				const pass = encoder.beginComputePass();
				pass.setPipeline(pipeline);
				pass.setBindGroup(0, group);
				pass.dispatchWorkgroups(Math.ceil(count / WORKGROUP));
				pass.end();
				encoder.copyBufferToBuffer(buffers[1], 0, buffers[2], 0, size);
				device.queue.submit([encoder.finish()]);
				return buffers;
			});
			await read.mapAsync(GPUMapMode.READ);
			const numbers = new Float32Array(read.getMappedRange().slice());
			for (const buffer of [asked, answers, read]) buffer.destroy();
			if (lost) throw new Error('the device was lost');
			return numbers;
		},
		close: () => device.destroy()
	};
}

/** By itself, so that nothing keeps the contents once they are up there. */
const uploadAll = (device: GPUDevice, packed: ArrayBufferView<ArrayBuffer>[][]) =>
	failAloud(device, () => packed.map((parts) => upload(device, parts)));

/** Runs commands and waits for the device's word on them. @throws Error with it, when it is not a good one */
async function failAloud<T>(device: GPUDevice, run: () => T): Promise<T> {
	device.pushErrorScope('validation');
	device.pushErrorScope('out-of-memory');
	const made = run();
	for (const error of await Promise.all([device.popErrorScope(), device.popErrorScope()])) {
		if (error) throw new Error(error.message);
	}
	return made;
}

/** The contents of the shader's first five buffers, each in parts that follow one another. */
function packSource(
	{ indices, attributes, part_of }: Surface,
	looks: Look[],
	{ boxes, links, counts, corners, normals, triangles }: TriangleTree
): ArrayBufferView<ArrayBuffer>[][] {
	const nodes = new Float32Array(links.length * 8);
	const node_words = new Int32Array(nodes.buffer);
	for (let node = 0; node < links.length; node++) {
		nodes.set(boxes.subarray(node * 6, node * 6 + 3), node * 8);
		nodes.set(boxes.subarray(node * 6 + 3, node * 6 + 6), node * 8 + 4);
		node_words[node * 8 + 3] = links[node]!;
		node_words[node * 8 + 7] = counts[node]!;
	}
	const faces = new Float32Array(triangles.length * 16);
	const face_words = new Uint32Array(faces.buffer);
	for (let place = 0; place < triangles.length; place++) {
		const at = place * 16;
		for (let corner = 0; corner < 3; corner++) {
			const from = place * 9 + corner * 3;
			faces.set(corners.subarray(from, from + 3), at + corner * 4);
			face_words[at + corner * 4 + 3] = indices[triangles[place]! * 3 + corner]!;
		}
		faces.set(normals.subarray(place * 3, place * 3 + 3), at + 12);
		face_words[at + 15] = part_of[face_words[at + 3]!]!;
	}
	const images = packImages(looks);
	return [
		[nodes],
		[faces],
		[new Float32Array(attributes)],
		[packLooks(looks, images.first)],
		images.parts
	];
}

/** In the shader's order. */
const usesOf = ({ base, metal_rough, occlusion, emissive, normal }: Look) => [
	base,
	metal_rough,
	occlusion,
	emissive,
	normal
];

/** A table of all mips (where its texels begin, width, height), then their texels. `first`: a texture's row, in words. */
function packImages(looks: Look[]) {
	const used = looks.flatMap(usesOf).flatMap((use: TextureUse | null) => (use ? [use.mips] : []));
	const textures = [...new Set<Mips>(used)];
	const mips = textures.flat();
	const table = new Uint32Array(Math.max(1, mips.length) * 3);
	let words = table.length;
	mips.forEach(({ width, height }, i) => {
		table.set([words, width, height], i * 3);
		words += width * height;
	});
	const first = new Map<Mips, number>();
	let row = 0;
	for (const texture of textures) {
		first.set(texture, row * 3);
		row += texture.length;
	}
	return { parts: [table, ...mips.map(({ data }) => data)], first };
}

const LOOK_WORDS = 72;
const WRAPS = { repeat: 0, mirror: 1, clamp: 2 };

function packLooks(looks: Look[], first: Map<Mips, number>): Float32Array<ArrayBuffer> {
	const floats = new Float32Array(looks.length * LOOK_WORDS);
	const words = new Int32Array(floats.buffer);
	looks.forEach((look, part) => {
		const at = part * LOOK_WORDS;
		floats.set(look.base_factor.slice(0, 3), at);
		words[at + 3] = look.color_offset;
		floats.set([...look.emissive_factor, look.occlusion_strength], at + 4);
		const alpha = look.opaque ? -1 : look.base_factor[3];
		floats.set([look.metalness, look.roughness, look.normal_scale, alpha], at + 8);
		usesOf(look).forEach((use, i) => {
			const to = at + 12 + i * 12;
			if (!use) return;
			const wraps = WRAPS[use.wrap_u] | (WRAPS[use.wrap_v] << 2);
			words.set([first.get(use.mips) ?? 0, use.mips.length, use.offset, wraps], to);
			floats.set(use.transform.slice(0, 3), to + 4);
			floats.set(use.transform.slice(3), to + 8);
		});
	});
	return floats;
}

const lengthOf = (parts: ArrayBufferView[]) =>
	parts.reduce((sum, { byteLength }) => sum + byteLength, 0);

function upload(device: GPUDevice, parts: ArrayBufferView<ArrayBuffer>[]): GPUBuffer {
	const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
	const buffer = device.createBuffer({ size: lengthOf(parts), usage });
	let at = 0;
	for (const part of parts) {
		device.queue.writeBuffer(buffer, at, part);
		at += part.byteLength;
	}
	return buffer;
}
