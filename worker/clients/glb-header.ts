/** Reads a GLB from a stream by its own header, without holding it. */

/** Not a usable GLB. */
export class GlbError extends Error {
	override name = 'GlbError';
}

export interface GlbStream {
	/** Total length by the file's header, bytes. */
	bytes: number;
	/** The whole file, once. Errors when it ends early or goes on too long. */
	body: ReadableStream<Uint8Array>;
	/** After the body has passed: its SHA-256 (lower-case hex) and its triangles, if its JSON says. */
	result: Promise<{ sha256: string; triangles: number | null }>;
	/** What was wrong with the body, once it has errored. */
	readonly fault: unknown;
}

/** Longest JSON chunk looked into for triangles, bytes. */
const MAX_JSON_BYTES = 2 * 1024 * 1024;

/**
 * Checks the 12-byte header (glTF 2.0, 4.4.2: magic, version 2, total length) and hands the file on while
 * hashing it. Memory: one chunk, and the JSON chunk up to 2 MB.
 * @param announced length the sender gave, bytes, or null
 * @param max_bytes longest file taken
 * @throws GlbError
 */
export async function readGlbStream(
	source: ReadableStream<Uint8Array>,
	announced: number | null,
	max_bytes: number
): Promise<GlbStream> {
	const reader = source.getReader();
	let head = new Uint8Array(0);
	try {
		while (head.length < 12) {
			const { done, value } = await reader.read();
			if (done) throw new GlbError('the file ends before its header');
			head = concat(head, value);
		}
		const bytes = checkHeader(head, announced, max_bytes);
		return passOn(reader, head, bytes);
	} catch (error) {
		await reader.cancel().catch(() => undefined);
		throw error;
	}
}

function checkHeader(head: Uint8Array, announced: number | null, max_bytes: number): number {
	const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
	// "glTF", little endian.
	if (view.getUint32(0, true) !== 0x46546c67) throw new GlbError('the file is not a GLB');
	if (view.getUint32(4, true) !== 2) throw new GlbError('the file is not glTF version 2');
	const bytes = view.getUint32(8, true);
	if (bytes > max_bytes) {
		throw new GlbError(`the file is larger than ${max_bytes / 1024 / 1024} MB`);
	}
	if (bytes < 20 || (announced !== null && announced !== bytes)) {
		throw new GlbError('the file is not as long as its header says');
	}
	return bytes;
}

function passOn(
	reader: ReadableStreamDefaultReader<Uint8Array>,
	head: Uint8Array,
	bytes: number
): GlbStream {
	const digest = new crypto.DigestStream('SHA-256');
	const hashing = digest.getWriter();
	const { promise, resolve, reject } = Promise.withResolvers<{
		sha256: string;
		triangles: number | null;
	}>();
	// Somebody who never reads the body never asks for the result either.
	promise.catch(() => undefined);
	let start = new Uint8Array(0);
	let passed = 0;
	const take = async (chunk: Uint8Array) => {
		passed += chunk.length;
		if (passed > bytes) throw new GlbError('the file is longer than its header says');
		if (start.length < jsonEnd(start)) start = concat(start, chunk);
		await hashing.write(chunk);
		return chunk;
	};
	let fault: unknown = null;
	let first: Uint8Array | null = head;
	const body = new ReadableStream<Uint8Array>({
		async pull(controller) {
			try {
				const next = first ? { done: false, value: first } : await reader.read();
				first = null;
				if (!next.done && next.value) return controller.enqueue(await take(next.value));
				if (passed < bytes) throw new GlbError('the file ends before its length by the header');
				await hashing.close();
				resolve({ sha256: hex(await digest.digest), triangles: countTriangles(start) });
				controller.close();
			} catch (error) {
				fault = error;
				reject(error);
				controller.error(error);
				await reader.cancel(error).catch(() => undefined);
			}
		},
		async cancel(reason) {
			reject(reason);
			await reader.cancel(reason);
		}
	});
	return {
		bytes,
		body,
		result: promise,
		get fault() {
			return fault;
		}
	};
}

/** Where the first chunk (JSON) ends, as far as it is known; 0 when it is longer than we look. */
function jsonEnd(start: Uint8Array): number {
	if (start.length < 20) return 20;
	const end = 20 + new DataView(start.buffer, start.byteOffset).getUint32(12, true);
	return end <= MAX_JSON_BYTES ? end : 0;
}

/** Triangles of all meshes, each counted once; null when the JSON cannot be read. */
function countTriangles(start: Uint8Array): number | null {
	const end = jsonEnd(start);
	if (end === 0 || start.length < end) return null;
	try {
		const json: unknown = JSON.parse(new TextDecoder().decode(start.subarray(20, end)));
		const counted = list(field(json, 'meshes'))
			.flatMap((mesh) => list(field(mesh, 'primitives')))
			.map((primitive) => {
				const accessors = list(field(json, 'accessors'));
				const index =
					field(primitive, 'indices') ?? field(field(primitive, 'attributes'), 'POSITION');
				const count = field(accessors[Number(index)], 'count');
				return (field(primitive, 'mode') ?? 4) === 4 ? Math.floor(Number(count) / 3) : NaN;
			})
			.reduce((sum, triangles) => sum + triangles, 0);
		return Number.isInteger(counted) && counted > 0 ? counted : null;
	} catch {
		return null;
	}
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const field = (value: unknown, name: string): unknown =>
	typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
	const joined = new Uint8Array(a.length + b.length);
	joined.set(a);
	joined.set(b, a.length);
	return joined;
}

const hex = (bytes: ArrayBuffer) =>
	[...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
