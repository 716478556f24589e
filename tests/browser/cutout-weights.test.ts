import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/lib/api';
import { ENGINES } from '../../src/lib/cutout/engines';
import { removeBackgrounds } from '../../src/lib/cutout/remove-backgrounds';
import {
	deleteWeights,
	downloadWeights,
	readWeights,
	weightsStatus,
	type WeightsOptions
} from '../../src/lib/networks/weights';

const rmbg = ENGINES.rmbg.network!;

/** As long as the table says the file is, to within its tolerance; starts like an ONNX file. */
const right = new Uint8Array(86_000_000);
right[0] = 8;
right[1_000_000] = 77;

/** A hub that serves `file`, in chunks, under the hash of `promised`. */
function hub(file: Uint8Array<ArrayBuffer>, sha256?: string, onchunk?: (loaded: number) => void) {
	const download = vi.fn<NonNullable<WeightsOptions['network']>['download']>(
		async (_url, { signal, onbytes } = {}) => {
			for (let loaded = 0; loaded < file.length; loaded += 10_000_000) {
				await new Promise((resolve) => setTimeout(resolve, 1));
				signal?.throwIfAborted();
				onbytes?.(Math.min(loaded + 10_000_000, file.length), right.length);
				onchunk?.(loaded);
				signal?.throwIfAborted();
			}
			return new Blob([file]);
		}
	);
	const headersOf = async () =>
		new Headers(
			sha256 ? { 'x-linked-etag': `"${sha256}"`, 'x-linked-size': String(right.length) } : {}
		);
	return {
		base_url: 'https://hub.invalid/',
		device: 'cpu' as const,
		network: { download, headersOf }
	};
}

/** Any use of it fails, as offline. */
const offline: WeightsOptions = {
	base_url: 'https://hub.invalid',
	device: 'cpu',
	network: {
		download: async () => {
			throw new ApiError(0, null, 'no network');
		},
		headersOf: async () => new Headers()
	}
};

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function storedFiles(): Promise<number> {
	return (await (await caches.open('vitrine-weights')).keys()).length;
}

describe('weights', { timeout: 60_000 }, () => {
	beforeEach(() => deleteWeights(rmbg));
	afterEach(() => deleteWeights(rmbg));

	it('says how much there is to download before anything is', async () => {
		expect(await weightsStatus(rmbg, offline)).toEqual({ cached: false, bytes: 88_200_000 });
	});

	it('are downloaded once, from the base URL, with progress, and then work offline', async () => {
		const options = hub(right, await sha256Of(right));
		const fractions: (number | null)[] = [];
		await downloadWeights(rmbg, options, {
			onprogress: ({ step, fraction }) => step === 'downloading' && fractions.push(fraction)
		});
		expect(options.network.download.mock.calls[0]?.[0]).toBe(
			'https://hub.invalid/briaai/RMBG-1.4/resolve/main/onnx/model_fp16.onnx'
		);
		expect(fractions.at(-1)).toBe(1);
		expect(fractions.length).toBeGreaterThan(5);
		await downloadWeights(rmbg, offline);
		expect(await weightsStatus(rmbg, offline)).toEqual({ cached: true, bytes: right.length });
		const { bytes, precision } = await readWeights(rmbg, 'cpu');
		expect(bytes.byteLength).toBe(right.length);
		expect(precision).toBe('fp16');
	});

	it('of a wrong hash are refused and not kept', async () => {
		const forged = right.slice();
		forged[2_000_000] = 1;
		await expect(downloadWeights(rmbg, hub(forged, await sha256Of(right)))).rejects.toMatchObject({
			code: 'weights_wrong',
			detail: { reason: 'checksum' }
		});
		expect(await storedFiles()).toBe(0);
	});

	it.each([
		['shorter than promised', right.slice(0, 80_000_000)],
		['a page instead of a file', new TextEncoder().encode('<html>Please sign in</html>')],
		['endless', new Uint8Array(120_000_000)]
	])('that are %s are refused and not kept', async (_name, file) => {
		await expect(downloadWeights(rmbg, hub(file))).rejects.toMatchObject({
			code: 'weights_wrong'
		});
		expect(await storedFiles()).toBe(0);
	});

	it('canceled in the middle leave nothing', async () => {
		const controller = new AbortController();
		const options = hub(right, undefined, (loaded) => {
			if (loaded >= 40_000_000) controller.abort();
		});
		await expect(
			downloadWeights(rmbg, options, { signal: controller.signal })
		).rejects.toMatchObject({ name: 'AbortError' });
		expect(await storedFiles()).toBe(0);
	});

	it('that cannot be reached leave the work to the backdrop engine, which says so', async () => {
		await expect(downloadWeights(rmbg, offline)).rejects.toMatchObject({
			code: 'weights_unreachable',
			detail: { host: 'hub.invalid', status: 0 }
		});
		const photo = { id: 'a', name: 'a.jpg', image: new Blob(), width: 1, height: 1 };
		const cutout = {
			photo_id: 'a',
			image: new Blob(),
			mask: new Blob(),
			width: 1,
			height: 1,
			engine: 'backdrop' as const,
			device: 'cpu' as const,
			coverage: 0.5,
			confidence: 1,
			bounds: { x: 0, y: 0, width: 1, height: 1 },
			processing_time: 0,
			notes: []
		};
		const asked: unknown[] = [];
		const run = vi.fn().mockImplementation(async (_name: string, input: unknown) => {
			asked.push(input);
			return cutout;
		});
		const [result] = await removeBackgrounds([photo], { engine: 'auto', ...offline, run });
		expect(asked).toMatchObject([{ engine: 'backdrop' }]);
		expect(result).toMatchObject({ cutout: { notes: ['weights_unreachable'] } });
	});

	it('that are damaged on this device are removed', async () => {
		await downloadWeights(rmbg, hub(right));
		const cache = await caches.open('vitrine-weights');
		const [key] = await cache.keys();
		const headers = (await cache.match(key!))!.headers;
		const damaged = right.slice();
		damaged[3] = 9;
		await cache.put(key!, new Response(new Blob([damaged]), { headers }));
		await expect(readWeights(rmbg, 'cpu')).rejects.toMatchObject({ code: 'weights_wrong' });
		expect(await storedFiles()).toBe(0);
		await expect(readWeights(rmbg, 'cpu')).rejects.toMatchObject({ code: 'weights_missing' });
	});
});
