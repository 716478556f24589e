import { createHash } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { ApiError } from '$lib/api';
import type { Progress } from '$lib/artifacts';
import { hashFile } from '$lib/hash-file';
import { uploadAsset, type AnnouncedFile, type AssetServer } from '$lib/share/upload-asset';

// Node has no threads of the web's kind: the same function, called here.
vi.mock('$lib/threads/run-task', () => ({
	runTask: (_: string, input: { file: Blob }) => hashFile(input)
}));

const PRODUCT = '0198d9a0-0000-7000-8000-000000000001';
const BYTES = 'a poster, as far as this test is concerned';
const blob = new Blob([BYTES], { type: 'image/jpeg' });
const unreachable = () => new ApiError(0, null, 'The server cannot be reached.');
const broken = () => new ApiError(503, null, 'The server answered 503.');

/** A server in memory; each step fails with the errors queued for it, then works. */
function serverWith(failures: { announce?: Error[]; transfer?: Error[]; complete?: Error[] } = {}) {
	const seen = { announced: [] as AnnouncedFile[], transfers: 0, completed: [] as string[] };
	const server: AssetServer = {
		async announce(file) {
			seen.announced.push(file);
			const failure = failures.announce?.shift();
			if (failure) throw failure;
			return { asset_id: 'a1', url: '/put', headers: { 'content-type': file.content_type } };
		},
		async transfer(_slot, body, { onbytes }) {
			seen.transfers++;
			onbytes?.(body.size / 2, body.size);
			const failure = failures.transfer?.shift();
			if (failure) throw failure;
			onbytes?.(body.size, body.size);
		},
		async complete(asset_id) {
			seen.completed.push(asset_id);
			const failure = failures.complete?.shift();
			if (failure) throw failure;
			return { asset_id, url: `/files/${asset_id}` };
		}
	};
	return { server, seen };
}
const send = (server: AssetServer, context = {}) =>
	uploadAsset(blob, { product_id: PRODUCT, kind: 'poster', server, waits: [1, 1] }, context);

describe('uploadAsset', () => {
	test('announces length, type and SHA-256, and gives the address', async () => {
		const { server, seen } = serverWith();
		expect(await send(server)).toEqual({ asset_id: 'a1', url: '/files/a1' });
		expect(seen.announced).toEqual([
			expect.objectContaining({
				product_id: PRODUCT,
				kind: 'poster',
				content_type: 'image/jpeg',
				bytes: BYTES.length,
				sha256: createHash('sha256').update(BYTES).digest('hex')
			})
		]);
	});

	test('a transfer cut twice is sent again to the same place and then completed once', async () => {
		const { server, seen } = serverWith({ transfer: [unreachable(), broken()] });
		await send(server);
		expect(seen).toMatchObject({ transfers: 3, completed: ['a1'] });
		expect(seen.announced).toHaveLength(1);
	});

	test('three broken transfers end in upload_failed, and nothing is completed', async () => {
		const { server, seen } = serverWith({ transfer: [broken(), broken(), broken()] });
		await expect(send(server)).rejects.toMatchObject({ name: 'StageError', code: 'upload_failed' });
		expect(seen).toMatchObject({ transfers: 3, completed: [] });
	});

	test('a refusal is not tried again and keeps its sentence', async () => {
		const refused = new ApiError(422, 'hash_mismatch', 'The poster was changed on its way.');
		const { server, seen } = serverWith({ complete: [refused] });
		await expect(send(server)).rejects.toBe(refused);
		expect(seen).toMatchObject({ transfers: 1, completed: ['a1'] });
	});

	test('canceling during a wait ends it with the reason, without another try', async () => {
		const { server, seen } = serverWith({ transfer: [broken()] });
		const abort = new AbortController();
		const options = { product_id: PRODUCT, kind: 'poster', server, waits: [60_000] } as const;
		const pending = uploadAsset(blob, options, { signal: abort.signal });
		await expect.poll(() => seen.transfers).toBe(1);
		abort.abort();
		await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
		expect(seen.transfers).toBe(1);
	});

	test('progress runs from nothing sent to everything', async () => {
		const heard: Progress[] = [];
		await send(serverWith().server, { onprogress: (progress: Progress) => heard.push(progress) });
		expect(heard.every(({ step }) => step === 'uploading')).toBe(true);
		expect(heard.map(({ fraction }) => fraction)).toEqual([0, 0.5, 1, 1]);
	});
});
