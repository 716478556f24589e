import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, downloadFrom } from '../../src/lib/api';
import type { Hub } from '../../src/lib/networks/fetch-file';
import type { Network } from '../../src/lib/networks/network';
import {
	deleteWeights,
	downloadWeights,
	findWeights,
	readWeights,
	weightsStatus,
	wereUnreachable
} from '../../src/lib/networks/weights';

const BYTES = 3_000_000;
const CHUNK = 250_000;
const PATH = 'maker/net/resolve/main/model.onnx';

/** Starts like an ONNX file. */
const right = new Uint8Array(BYTES).map((_, i) => (i * 31) % 251);
right[0] = 8;

function network(pinned: string | null = null): Network {
	return {
		name: 'net',
		weights: { fp32: { path: PATH, bytes: BYTES, sha256: pinned } },
		precisions: { gpu: ['fp32'], cpu: ['fp32'] },
		license: { name: 'MIT', url: '', commercial: true }
	};
}

interface FakeHub extends Hub {
	/** From which byte each download began. */
	begun: number[];
	urls: string[];
}
/** A hub that serves `file` in chunks and may break off. */
function hub(
	file: Uint8Array<ArrayBuffer>,
	{
		headers = {},
		pointer = '',
		cut_at = Infinity,
		ranges = true,
		onchunk
	}: {
		headers?: Record<string, string>;
		pointer?: string;
		cut_at?: number;
		ranges?: boolean;
		onchunk?: (loaded: number) => void;
	} = {}
): FakeHub {
	const begun: number[] = [];
	const urls: string[] = [];
	return {
		begun,
		urls,
		async *downloadFrom(url, from, { signal } = {}) {
			begun.push(from);
			urls.push(url);
			if (from > 0 && !ranges) {
				yield 'restarted';
				from = 0;
			}
			for (let at = from; at < file.length; at += CHUNK) {
				await new Promise((resolve) => setTimeout(resolve, 1));
				signal?.throwIfAborted();
				if (at >= cut_at) throw new ApiError(0, null, 'cut off');
				yield file.slice(at, at + CHUNK);
				onchunk?.(at + CHUNK);
				signal?.throwIfAborted();
			}
		},
		headersOf: async () => new Headers(headers),
		readText: async (url) => {
			urls.push(url);
			return pointer;
		}
	};
}
const at = (hub: Hub) => ({ base_url: 'https://hub.invalid/', device: 'cpu' as const, hub });

/** Any use of it fails, as offline. */
const offline = at({
	// eslint-disable-next-line require-yield
	async *downloadFrom() {
		throw new ApiError(0, null, 'no network');
	},
	headersOf: async () => new Headers(),
	readText: async () => ''
});

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
const stored = async () => (await (await caches.open('vitrine-weights')).keys()).length;
/** The hash of what is stored and can be read: whole arrays are too long for a failure's report. */
async function read() {
	const found = await findWeights(network(), 'cpu');
	return found && sha256Of(new Uint8Array(await readWeights(network(), found)));
}

describe('weights', { timeout: 30_000 }, () => {
	beforeEach(() => deleteWeights(network()));
	afterEach(async () => {
		vi.restoreAllMocks();
		await deleteWeights(network());
	});

	it('are downloaded once, with progress, checked, and then work offline', async () => {
		const from = hub(right);
		const fractions: (number | null)[] = [];
		expect(await weightsStatus(network())).toMatchObject({ cached: false, bytes: BYTES, begun: 0 });
		await downloadWeights(network(await sha256Of(right)), at(from), {
			onprogress: ({ step, fraction }) => step === 'downloading' && fractions.push(fraction)
		});
		expect(from.urls).toEqual([`https://hub.invalid/${PATH}`]);
		expect(fractions.at(-1)).toBe(1);
		expect(fractions.length).toBeGreaterThan(10);
		await downloadWeights(network(), offline);
		expect(await weightsStatus(network())).toEqual({
			cached: true,
			bytes: BYTES,
			begun: 0,
			kept: true,
			runs: true
		});
		expect(await read()).toBe(await sha256Of(right));
		expect(await stored()).toBe(1);
	});

	it('of a wrong hash are refused, and neither they nor their parts are kept', async () => {
		const forged = right.slice();
		forged[2_000_000] = 1;
		await expect(
			downloadWeights(network(await sha256Of(right)), at(hub(forged)))
		).rejects.toMatchObject({ code: 'weights_wrong', detail: { reason: 'checksum' } });
		expect(await stored()).toBe(0);
	});

	it.each([
		['its linked ETag', { 'x-linked-etag': 'SHA', 'x-linked-size': `${BYTES}` }, ''],
		['our own ETag', { etag: 'SHA', 'content-length': `${BYTES}` }, ''],
		[
			'its LFS pointer',
			{},
			`version https://git-lfs.github.com/spec/v1\noid sha256:SHA\nsize ${BYTES}\n`
		]
	])('not pinned are held to the hash the hub gives in %s', async (_name, headers, pointer) => {
		const sha256 = await sha256Of(right);
		const filled = Object.fromEntries(
			Object.entries(headers).map(([name, value]) => [name, value.replace('SHA', `"${sha256}"`)])
		);
		const told = { headers: filled, pointer: pointer.replace('SHA', sha256) };
		const forged = right.slice();
		forged[2_000_000] = 1;
		await expect(downloadWeights(network(), at(hub(forged, told)))).rejects.toMatchObject({
			code: 'weights_wrong',
			detail: { reason: 'checksum' }
		});
		await downloadWeights(network(), at(hub(right, told)));
		expect(await read()).toBe(await sha256Of(right));
	});

	it.each([
		['shorter than promised', right.slice(0, 2_500_000)],
		['a page instead of a file', new TextEncoder().encode('<html>Please sign in</html>')],
		['endless', new Uint8Array(2 * BYTES).fill(8)]
	])('that are %s are refused and not kept', async (_name, file) => {
		await expect(downloadWeights(network(), at(hub(file)))).rejects.toMatchObject({
			code: 'weights_wrong'
		});
		expect(await stored()).toBe(0);
	});

	it('cut off in the middle go on from there, and are whole', async () => {
		const pinned = network(await sha256Of(right));
		await expect(
			downloadWeights(pinned, at(hub(right, { cut_at: 1_250_000 })))
		).rejects.toMatchObject({ code: 'weights_unreachable', detail: { host: 'hub.invalid' } });
		expect(wereUnreachable(pinned)).toBe(true);
		expect(await weightsStatus(pinned)).toMatchObject({ cached: false, begun: 1_250_000 });
		const again = hub(right);
		const fractions: (number | null)[] = [];
		await downloadWeights(pinned, at(again), {
			onprogress: ({ fraction, step }) => step === 'downloading' && fractions.push(fraction)
		});
		expect(again.begun).toEqual([1_250_000]);
		expect(fractions[1]).toBeCloseTo(1_250_000 / BYTES);
		expect(await read()).toBe(await sha256Of(right));
		expect(wereUnreachable(pinned)).toBe(false);
		expect(await stored()).toBe(1);
	});

	it('begin anew where the host knows no ranges', async () => {
		const pinned = network(await sha256Of(right));
		await downloadWeights(pinned, at(hub(right, { cut_at: 1_250_000 }))).catch(() => undefined);
		await downloadWeights(pinned, at(hub(right, { ranges: false })));
		expect(await read()).toBe(await sha256Of(right));
	});

	it('do not go on with parts of another version', async () => {
		await downloadWeights(
			network(await sha256Of(right)),
			at(hub(right, { cut_at: 1_250_000 }))
		).catch(() => undefined);
		const newer = right.map((byte, i) => (i ? byte ^ 1 : byte));
		const from = hub(newer);
		await downloadWeights(network(await sha256Of(newer)), at(from));
		expect(from.begun).toEqual([0]);
		expect(await read()).toBe(await sha256Of(newer));
	});

	it('canceled in the middle keep their parts, which can be deleted', async () => {
		const controller = new AbortController();
		const slow = hub(right, { onchunk: (loaded) => loaded >= 1e6 && controller.abort() });
		await expect(
			downloadWeights(network(), at(slow), { signal: controller.signal })
		).rejects.toMatchObject({ name: 'AbortError' });
		expect(await weightsStatus(network())).toMatchObject({ cached: false, begun: 1e6 });
		await deleteWeights(network());
		expect(await stored()).toBe(0);
	});

	it('that the browser refuses to store work for this page, which says so', async () => {
		vi.spyOn(caches, 'open').mockRejectedValue(new DOMException('denied', 'SecurityError'));
		await downloadWeights(network(await sha256Of(right)), at(hub(right)));
		expect(await weightsStatus(network())).toMatchObject({ cached: true, kept: false });
		expect(await read()).toBe(await sha256Of(right));
		await deleteWeights(network());
		expect(await weightsStatus(network())).toMatchObject({ cached: false });
	});

	it('that are damaged on this device are removed', async () => {
		await downloadWeights(network(), at(hub(right)));
		const cache = await caches.open('vitrine-weights');
		const [key] = await cache.keys();
		const headers = (await cache.match(key!))!.headers;
		const damaged = right.slice();
		damaged[3] = 9;
		await cache.put(key!, new Response(new Blob([damaged]), { headers }));
		await expect(read()).rejects.toMatchObject({ code: 'weights_wrong' });
		expect(await stored()).toBe(0);
	});
});

it('a download that begins in the middle gives exactly the rest', async () => {
	const url = '/samples/mug/1.jpg';
	const whole = new Uint8Array(await (await fetch(url)).arrayBuffer());
	const rest: number[] = [];
	for await (const chunk of downloadFrom(url, 1000)) {
		if (chunk === 'restarted') throw new Error('no ranges here');
		rest.push(...chunk);
	}
	expect(await sha256Of(new Uint8Array(rest))).toBe(await sha256Of(whole.slice(1000)));
});
