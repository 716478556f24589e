import {
	BufferAttribute,
	InterleavedBuffer,
	InterleavedBufferAttribute,
	type TypedArray
} from 'three';
import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { extension, index, list, number, part, type Json } from './glb-json';
import type { Glb } from './check-glb';

type Bytes = Uint8Array<ArrayBuffer>;
type ArrayOf = new (buffer: ArrayBuffer, offset: number, length: number) => TypedArray;

/** glTF's component types (5.1.3 of the specification). */
const COMPONENTS: Record<number, ArrayOf & { BYTES_PER_ELEMENT: number }> = {
	5120: Int8Array,
	5121: Uint8Array,
	5122: Int16Array,
	5123: Uint16Array,
	5125: Uint32Array,
	5126: Float32Array
};
const WIDTHS: Record<string, number> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };
/** Unpacked bytes one part of a model may take. */
const MAX_VIEW_BYTES = 512 * 2 ** 20;

/** Reads the numbers of a GLB. What several attributes share is unpacked once, in threads of its own. */
export class GlbAccessors {
	readonly #views: unknown[];
	readonly #accessors: unknown[];
	readonly #unpacked = new Map<number, Promise<Bytes>>();

	constructor(private readonly glb: Glb) {
		this.#views = list(glb.document.bufferViews);
		this.#accessors = list(glb.document.accessors);
	}

	/** A buffer view's bytes, decompressed. @throws when it is not there or reaches past the end */
	view(at: number): Promise<Bytes> {
		let bytes = this.#unpacked.get(at);
		if (!bytes) {
			const view = part(this.#views[at]);
			const packed =
				extension(view, 'EXT_meshopt_compression') ?? extension(view, 'KHR_meshopt_compression');
			bytes = packed ? this.#unpack(packed) : Promise.resolve(this.#slice(view));
			this.#unpacked.set(at, bytes);
		}
		return bytes;
	}

	/** An accessor as three takes it. Null for none. @throws when it is malformed */
	async attribute(at: unknown): Promise<BufferAttribute | InterleavedBufferAttribute | null> {
		const which = index(at);
		if (which === null) return null;
		const accessor = part(this.#accessors[which]);
		const Component = COMPONENTS[number(accessor.componentType, 0)];
		const width = WIDTHS[String(accessor.type)];
		const count = index(accessor.count);
		if (!Component || !width || count === null || accessor.sparse !== undefined) {
			throw new Error(`accessor ${which} is of an unknown kind`);
		}
		const size = Component.BYTES_PER_ELEMENT;
		const normalized = accessor.normalized === true;
		const view_at = index(accessor.bufferView);
		if (count * width * size > MAX_VIEW_BYTES) throw new Error(`accessor ${which} is too large`);
		if (view_at === null) {
			const zeros = new Component(new ArrayBuffer(count * width * size), 0, count * width);
			return new BufferAttribute(zeros, width, normalized);
		}
		const bytes = await this.view(view_at);
		const offset = number(accessor.byteOffset, 0);
		const stride = number(part(this.#views[view_at]).byteStride, width * size);
		const end = offset + (count - 1) * stride + width * size;
		if (count > 0 && end > bytes.byteLength) throw new Error(`accessor ${which} is cut short`);
		const start = bytes.byteOffset + offset;
		if (stride === width * size) {
			return new BufferAttribute(
				new Component(bytes.buffer, start, count * width),
				width,
				normalized
			);
		}
		// Kept as it lies: graphics cards read aligned rows fastest. The last row may end without its padding.
		const row = Math.floor(offset / stride) * stride;
		const rows = new Uint8Array(count * stride);
		rows.set(bytes.subarray(row, row + rows.length));
		const all = new Component(rows.buffer, 0, rows.length / size);
		return new InterleavedBufferAttribute(
			new InterleavedBuffer(all, stride / size),
			width,
			(offset - row) / size,
			normalized
		);
	}

	#slice(view: Json): Bytes {
		const offset = number(view.byteOffset, 0);
		const length = number(view.byteLength, 0);
		if (offset < 0 || length < 0 || offset + length > this.glb.binary.length) {
			throw new Error('a part of the file is missing');
		}
		return this.glb.binary.subarray(offset, offset + length);
	}

	async #unpack(packed: Json): Promise<Bytes> {
		const count = index(packed.count);
		const stride = index(packed.byteStride);
		if (count === null || stride === null || count * stride > MAX_VIEW_BYTES) {
			throw new Error('a compressed part is too large');
		}
		startDecoder();
		const { mode, filter } = packed;
		const unpacked = await MeshoptDecoder.decodeGltfBufferAsync(
			count,
			stride,
			this.#slice(packed),
			String(mode),
			typeof filter === 'string' ? filter : undefined
		);
		// A copy only where the decoder's own memory is shared, which it is not: it hands over a fresh array.
		return new Uint8Array(unpacked);
	}
}

let started = false;
/** One thread is enough: a level takes it some milliseconds. Kept for the page's next model. */
function startDecoder(): void {
	if (started) return;
	started = true;
	MeshoptDecoder.useWorkers(1);
}
