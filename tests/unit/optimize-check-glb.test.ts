import { describe, expect, it } from 'vitest';
import { StageError } from '../../src/lib/artifacts';
import { checkGlb, listMotion } from '../../src/lib/optimize/check-glb';
import { editGlb, makeModel } from '../fixtures/models';

const model = await makeModel({ shape: 'sphere', segments: 8 });

async function refusal(glb: Blob): Promise<StageError | null> {
	const error: unknown = await checkGlb(glb).then(
		() => null,
		(cause: unknown) => cause
	);
	if (error === null || error instanceof StageError) return error;
	throw error;
}

async function withWord(offset: number, value: number): Promise<Blob> {
	const bytes = await model.glb.arrayBuffer();
	new DataView(bytes).setUint32(offset, value, true);
	return new Blob([bytes]);
}

describe('checkGlb', () => {
	it('takes a sound file', async () => {
		expect((await checkGlb(model.glb)).byteLength).toBe(model.glb.size);
	});

	it('calls 0 bytes empty', async () => {
		expect((await refusal(new Blob([])))?.code).toBe('model_empty');
	});

	it.each([
		['a few bytes', () => model.glb.slice(0, 10)],
		['a file cut in half', () => model.glb.slice(0, model.glb.size / 2)],
		['a file that lost its last byte', () => model.glb.slice(0, -1)],
		['bytes after the end', () => new Blob([model.glb, 'more'])],
		['a wrong magic', () => withWord(0, 0x21212121)],
		['a declared length beyond the file', () => withWord(8, 0xffffffff)],
		['a description longer than the file', () => withWord(12, 0xfffffff0)],
		['a description that cuts into the data', () => withWord(12, 16)],
		['a first chunk that is no description', () => withWord(16, 0x004e4942)],
		['a picture', () => new Blob([new Uint8Array(64).fill(0x89)])]
	])('calls %s damaged', async (_, make) => {
		expect((await refusal(await make()))?.code).toBe('model_corrupt');
	});

	it.each<[string, (json: Record<string, unknown>) => void]>([
		[
			'a buffer in another file',
			(json) => (json.buffers = [{ uri: 'https://a.b/c', byteLength: 4 }])
		],
		['an image in another file', (json) => (json.images = [{ uri: '../secret.png' }])],
		['a view beyond its buffer', (json) => (json.bufferViews = [{ buffer: 0, byteLength: 1e9 }])],
		['a view of no buffer', (json) => (json.bufferViews = [{ buffer: 7, byteLength: 4 }])],
		[
			'a node that is its own ancestor',
			(json) => (json.nodes = [{ children: [1] }, { children: [0] }])
		],
		['a node with two parents', (json) => (json.nodes = [{ children: [1, 1] }, {}])],
		['a child that is not there', (json) => (json.nodes = [{ children: [9] }])],
		['a negative count', (json) => (json.accessors = [{ count: -1, type: 'VEC3' }])],
		['no asset', (json) => delete json.asset]
	])('calls %s damaged', async (_, edit) => {
		expect((await refusal(await editGlb(model.glb, edit)))?.code).toBe('model_corrupt');
	});

	it.each<[string, string, (json: Record<string, unknown>) => void]>([
		['KTX2', 'KHR_texture_basisu', requiring('KHR_texture_basisu')],
		['an extension nobody knows', 'ACME_secret', requiring('ACME_secret')],
		['glTF 3', 'glTF 3.0', (json) => (json.asset = { version: '3.0' })],
		[
			'an accessor of four billion points',
			'more than 15 million points',
			(json) => (json.accessors = [{ count: 4_000_000_000, type: 'VEC3', componentType: 5126 }])
		]
	])('says that %s is not supported', async (_, what, edit) => {
		const error = await refusal(await editGlb(model.glb, edit));
		expect(error?.code).toBe('model_unsupported');
		expect(error?.detail.what).toBe(what);
	});

	it.each<[string, (json: Record<string, unknown>) => void]>([
		['a skeleton', (json) => (json.skins = [{ joints: [0] }])],
		['animations', (json) => (json.animations = [{}])],
		['morph targets', (json) => (json.meshes = [{ primitives: [{ targets: [{}] }] }])]
	])('names %s, which must be kept', async (what, edit) => {
		expect(listMotion(await checkGlb(await editGlb(model.glb, edit)))).toEqual([what]);
		expect(listMotion(await checkGlb(model.glb))).toEqual([]);
	});

	it('refuses more than 100 MB without reading them', async () => {
		const block = new Uint8Array(1024 * 1024);
		const huge = new Blob([model.glb, ...Array.from({ length: 101 }, () => block)]);
		expect((await refusal(huge))?.code).toBe('model_unsupported');
	});
});

function requiring(name: string) {
	return (json: Record<string, unknown>) => {
		json.extensionsRequired = [name];
		json.extensionsUsed = [name];
	};
}
