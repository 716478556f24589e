import type { Storage } from './storage';

/** Why stored bytes are not what they were said to be. */
export type StoredFault =
	'upload_missing' | 'length_mismatch' | 'hash_mismatch' | 'content_mismatch';

export interface Expected {
	content_type: string;
	bytes: number;
	/** Lower-case hex. */
	sha256: string;
}

/**
 * Reads stored bytes once and compares length, SHA-256 and what they begin with against what was promised.
 * Streams: memory does not grow with the file.
 * @returns the fault, or null when all is as promised
 * @throws StorageError
 */
export async function checkStored(
	storage: Storage,
	key: string,
	expected: Expected
): Promise<StoredFault | null> {
	const stored = await storage.head(key);
	if (!stored) return 'upload_missing';
	if (stored.bytes !== expected.bytes) return 'length_mismatch';
	const body = await storage.get(key);
	if (!body) return 'upload_missing';

	const digest = new crypto.DigestStream('SHA-256');
	const writer = digest.getWriter();
	const start = new Uint8Array(16);
	let seen = 0;
	for await (const chunk of body) {
		if (seen < start.length) start.set(chunk.subarray(0, start.length - seen), seen);
		seen += chunk.length;
		await writer.write(chunk);
	}
	await writer.close();
	if (seen !== expected.bytes) return 'length_mismatch';
	if (toHex(await digest.digest) !== expected.sha256) return 'hash_mismatch';
	if (sniff(start.subarray(0, seen), seen) !== expected.content_type) return 'content_mismatch';
	return null;
}

/**
 * What bytes are by their beginning, of the kinds we store; null for anything else.
 * PNG: www.w3.org/TR/png-3 5.2; JPEG: SOI and the next marker's first byte; WebP: RFC 9649 2.4;
 * GLB: glTF 2.0 4.4 (magic, version 2, total length); USDZ: a zip, APPNOTE 4.3.7, the only one we store.
 * @param start the first 16 bytes (fewer if there are no more)
 * @param bytes total length
 */
export function sniff(start: Uint8Array, bytes: number): string | null {
	const text = (from: number, to: number) => String.fromCharCode(...start.subarray(from, to));
	if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
	if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg';
	if (text(0, 4) === 'PK\x03\x04') return 'model/vnd.usdz+zip';
	if (start.length < 12) return null;
	if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp';
	const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
	if (text(0, 4) === 'glTF' && view.getUint32(4, true) === 2 && view.getUint32(8, true) === bytes) {
		return 'model/gltf-binary';
	}
	return null;
}

const toHex = (bytes: ArrayBuffer) =>
	[...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
