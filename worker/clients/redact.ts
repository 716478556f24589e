/** Takes out of an outside answer what must not be kept: signed addresses, keys, image data. */

/** Longest text kept, bytes of UTF-8. */
const KEPT_BYTES = 4096;

/**
 * Text that may be stored: every address, data URI and key replaced by a word, cut to 4 KB.
 * @param key the service's key, in case an answer repeats it
 */
export function redact(text: string, key: string): string {
	let safe = text
		.replace(/data:[\w.+-]+\/[\w.+-]+[;,][^"'\s]*/gi, '[data]')
		.replace(/https?:(\\*\/){2}[^"'\s<>]*/gi, '[url]')
		.replace(/\bmsy[_-][\w-]+/gi, '[key]');
	if (key !== '') safe = safe.replaceAll(key, '[key]');
	const kept = new Uint8Array(KEPT_BYTES);
	const { written } = new TextEncoder().encodeInto(safe, kept);
	return new TextDecoder().decode(kept.subarray(0, written));
}
