import { zipSync, type Zippable } from 'fflate';

/** USDZ wants each file's bytes to begin on a multiple of this (openusd.org/release/spec_usdz.html). */
const ALIGNMENT = 64;
/** Bytes of a zip's local file header, without name and extra field, and of an extra field's own header. */
const LOCAL_HEADER = 30;
const EXTRA_HEADER = 4;
/** An extra field no program knows: padding. */
const PADDING_ID = 0x1986;

/** Packs files as a zip without compression, each aligned as USDZ asks. They keep their order. */
export function zipAligned(files: readonly { name: string; bytes: Uint8Array }[]): Uint8Array {
	const entries: Zippable = {};
	let offset = 0;
	for (const { name, bytes } of files) {
		const unpadded = offset + LOCAL_HEADER + name.length + EXTRA_HEADER;
		const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
		const extra = { [PADDING_ID]: new Uint8Array(padding) };
		entries[name] = [bytes, { level: 0, extra }];
		offset = unpadded + padding + bytes.length;
	}
	return zipSync(entries, { mtime: '1980-01-01' });
}
