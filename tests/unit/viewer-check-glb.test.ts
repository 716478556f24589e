import { describe, expect, test } from 'vitest';
import { checkGlb } from '$lib/viewer/check-glb';

/** A GLB of a JSON chunk alone. */
function glbOf(document: unknown, { version = 2, missing = 0 } = {}): ArrayBuffer {
	const text = JSON.stringify(document);
	const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 4) * 4));
	const bytes = new Uint8Array(20 + json.length);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, 0x46546c67, true);
	view.setUint32(4, version, true);
	view.setUint32(8, bytes.length, true);
	view.setUint32(12, json.length, true);
	view.setUint32(16, 0x4e4f534a, true);
	bytes.set(json, 20);
	return bytes.buffer.slice(0, bytes.length - missing);
}
const refusal = (bytes: ArrayBuffer) => expect(() => checkGlb(bytes));
const asset = { version: '2.0' };

describe('checkGlb', () => {
	test('a well-formed file with readable extensions and its own data passes', () => {
		const buffers = [{ byteLength: 3 }];
		const extensionsRequired = ['EXT_meshopt_compression', 'KHR_mesh_quantization'];
		refusal(glbOf({ asset, buffers, extensionsRequired })).not.toThrow();
	});

	test('empty, cut, foreign and unreadable files are told apart', () => {
		refusal(new ArrayBuffer(0)).toThrow(expect.objectContaining({ code: 'model_empty' }));
		refusal(new ArrayBuffer(8)).toThrow(/too short/);
		refusal(new TextEncoder().encode('<!doctype html><title>no').buffer).toThrow(/not a GLB/);
		refusal(glbOf({ asset }, { missing: 4 })).toThrow(/end is missing/);
		refusal(glbOf('not an object')).toThrow(/unreadable/);
		refusal(glbOf({ asset }, { version: 1 })).toThrow(/glTF 1/);
	});

	test('a required extension the viewer cannot read is named', () => {
		refusal(glbOf({ asset, extensionsRequired: ['KHR_draco_mesh_compression'] })).toThrow(
			expect.objectContaining({
				code: 'model_unsupported',
				detail: { what: 'KHR_draco_mesh_compression' }
			})
		);
	});

	test.each(['buffers', 'images'])('%s that lie elsewhere are refused, not fetched', (list) => {
		for (const uri of ['https://example.com/a.bin', '//example.com/a', 'a.png', 'data:,a', 7]) {
			refusal(glbOf({ asset, [list]: [{ uri }] })).toThrow(
				expect.objectContaining({ code: 'model_unsupported' })
			);
		}
	});
});
