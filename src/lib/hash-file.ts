/** SHA-256, lower-case hex. */
export async function hashBytes(bytes: ArrayBuffer): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SHA-256 of a file, lower-case hex. Browsers copy the bytes first, so large files are hashed on a thread. */
export async function hashFile({ file }: { file: Blob }): Promise<string> {
	return hashBytes(await file.arrayBuffer());
}
