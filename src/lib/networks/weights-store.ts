/**
 * Where weights lie on this device: Cache Storage, which every browser with WebGPU has, takes files of any size and gives
 * them back as blobs on disk. Where it is refused (private windows, no space), they are held for as long as the page lives.
 */
const CACHE = 'vitrine-weights';
const HASH_HEADER = 'x-sha256';

/** A file of weights as it lies here. */
export interface StoredFile {
	blob: Blob;
	/** Hex. */
	sha256: string;
	/** False: held by this page only, gone with it. */
	kept: boolean;
}

const held = new Map<string, StoredFile>();

/** Size of a stored file, without opening it; null without one. Where storage is refused there is nothing stored. */
export async function statFile(path: string): Promise<{ bytes: number; kept: boolean } | null> {
	const response = await matched(keyOf(path));
	if (response) return { bytes: Number(response.headers.get('content-length')), kept: true };
	const file = held.get(path);
	return file ? { bytes: file.blob.size, kept: false } : null;
}

/** A stored file, null without one. */
export async function openFile(path: string): Promise<StoredFile | null> {
	const response = await matched(keyOf(path));
	const sha256 = response?.headers.get(HASH_HEADER);
	if (response && sha256) return { blob: await response.blob(), sha256, kept: true };
	return held.get(path) ?? null;
}

/** Stores a checked file. @returns false where the browser refused, so that only this page has it */
export async function storeFile(path: string, blob: Blob, sha256: string): Promise<boolean> {
	const kept = await put(keyOf(path), blob, { [HASH_HEADER]: sha256 });
	if (!kept) held.set(path, { blob, sha256, kept });
	return kept;
}

/** Removes a file and what was begun of it. */
export async function removeFile(path: string): Promise<void> {
	held.delete(path);
	await forget((url) => url === keyOf(path));
	await dropParts(path);
}

/**
 * What was downloaded of a file before it was cut off.
 * @param version tells files of the same path apart; parts of another one are not taken
 */
export async function findParts(path: string, version: string): Promise<Blob[]> {
	const parts: Blob[] = [];
	for (let offset = 0; ;) {
		const response = await matched(partKey(path, version, offset));
		if (!response) return parts;
		const part = await response.blob();
		parts.push(part);
		offset += part.size;
	}
}

/** Keeps the part that begins at `offset`. Best effort: without storage a download only cannot be resumed. */
export async function keepPart(
	path: string,
	version: string,
	offset: number,
	part: Blob
): Promise<void> {
	await put(partKey(path, version, offset), part, {});
}

export async function dropParts(path: string): Promise<void> {
	await forget((url) => url.startsWith(`${keyOf(path)}?part=`));
}

/** Bytes of a file that were downloaded before it was cut off, of any version. */
export async function bytesBegun(path: string): Promise<number> {
	const cache = await opened();
	let bytes = 0;
	for (const { url } of (await cache?.keys()) ?? []) {
		if (!url.startsWith(`${keyOf(path)}?part=`)) continue;
		bytes += Number((await cache?.match(url))?.headers.get('content-length'));
	}
	return bytes;
}

async function matched(key: string): Promise<Response | null> {
	const cache = await opened();
	return (await cache?.match(key)) ?? null;
}

async function put(key: string, blob: Blob, headers: Record<string, string>): Promise<boolean> {
	try {
		const cache = await opened();
		if (!cache) return false;
		const all = { ...headers, 'content-length': String(blob.size) };
		await cache.put(key, new Response(blob, { headers: all }));
		return true;
	} catch {
		return false;
	}
}

async function forget(which: (url: string) => boolean): Promise<void> {
	const cache = await opened();
	for (const { url } of (await cache?.keys()) ?? []) if (which(url)) await cache?.delete(url);
}

async function opened(): Promise<Cache | null> {
	if (typeof caches === 'undefined') return null;
	return caches.open(CACHE).catch(() => null);
}

/** Keyed by path alone: weights stay usable when the base URL changes. */
function keyOf(path: string): string {
	return new URL(`/weights-on-this-device/${encodeURI(path)}`, location.origin).href;
}

const partKey = (path: string, version: string, offset: number) =>
	`${keyOf(path)}?part=${offset}&of=${version}`;
