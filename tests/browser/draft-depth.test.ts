import { describe, expect, it } from 'vitest';
import { buildDraft } from '../../src/lib/generate/draft/build-draft';
import { seeDepth } from '../../src/lib/generate/draft/depth/see-depth';
import { runTask } from '../../src/lib/threads/run-task';
import { tinyDepth } from '../fixtures/onnx-depth';

const SIDE = 200;
const bounds = { x: 20, y: 20, width: 160, height: 160 };

/** A soft blob, bright on its right half: nearer, to a network that takes brightness for it. */
async function blob(): Promise<Blob> {
	const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d');
	if (!context) throw new Error('no canvas');
	context.beginPath();
	context.ellipse(100, 100, 80, 50, 0, 0, 7);
	context.ellipse(100, 100, 45, 75, 0, 0, 7);
	context.clip();
	const shades = context.createLinearGradient(20, 0, 180, 0);
	shades.addColorStop(0, '#222');
	shades.addColorStop(1, '#eee');
	context.fillStyle = shades;
	context.fillRect(0, 0, SIDE, SIDE);
	return context.canvas.convertToBlob();
}

describe('seeDepth', { timeout: 120_000 }, () => {
	it('runs a network of depth-anything’s interface by transformers.js, from our own files alone', async () => {
		const image = await blob();
		const weights = new Uint8Array(tinyDepth()).buffer;
		const asked: string[] = [];
		const watch = new PerformanceObserver((list) =>
			asked.push(...list.getEntries().map((e) => e.name))
		);
		watch.observe({ type: 'resource' });
		const input = { image, bounds, weights, precision: 'fp32', processor: 'cpu' } as const;
		const map = await seeDepth(input);
		expect([map.width, map.height]).toEqual([160, 160]);
		const at = (x: number, y: number) => map.data[y * map.width + x]!;
		expect(at(130, 80)).toBeGreaterThan(at(40, 80) + 0.5);
		expect(map.data.every(Number.isFinite)).toBe(true);
		const foreign = [
			...asked,
			...performance.getEntriesByType('resource').map((e) => e.name)
		].filter((url) => !url.startsWith('blob:') && new URL(url).origin !== location.origin);
		expect(foreign).toEqual([]);
		watch.disconnect();

		// Again, from the kept network: no weights are needed any more.
		const again = await seeDepth(input);
		expect(again.data).toEqual(map.data);
	});

	it('works after a network that could not be opened, on a thread of the same lane', async () => {
		const image = await blob();
		const see = (weights: Uint8Array) =>
			runTask('see_depth', {
				image,
				bounds,
				weights: new Uint8Array(weights).buffer,
				precision: 'fp32',
				processor: 'cpu'
			});
		await expect(see(tinyDepth().subarray(0, 40))).rejects.toMatchObject({ code: 'engine_failed' });
		const map = await see(tinyDepth());
		expect([map.width, map.height]).toEqual([160, 160]);
	});
});

describe('buildDraft with a depth', () => {
	it('brings the front to where depth says it is, and leaves outline and size as they are', async () => {
		const front = { image: await blob(), bounds };
		const common = {
			front,
			construction: 'inflate' as const,
			size: { height_m: 0.2 },
			texture_size: 128
		};
		const plain = await buildDraft(common);
		// A dome that stands out more on the right, in a unit of its own.
		const data = new Float32Array(80 * 80);
		for (let i = 0; i < data.length; i++) {
			const [x, y] = [(i % 80) / 40 - 1, Math.floor(i / 80) / 40 - 1];
			data[i] = 7 - 3 * (x * x + y * y) + 0.8 * x;
		}
		const shaped = await buildDraft({ ...common, depth: { width: 80, height: 80, data } });
		expect(plain.draft.refined).toBe(false);
		expect(shaped.draft.refined).toBe(true);
		expect(shaped.triangles).toBe(plain.triangles);
		expect(shaped.size.width_m).toBeCloseTo(plain.size.width_m, 5);
		expect(shaped.size.height_m).toBeCloseTo(0.2, 6);
		expect(shaped.size.depth_m).not.toBeCloseTo(plain.size.depth_m, 2);
	});

	it('leaves a depth alone that has nothing to do with the outline', async () => {
		const front = { image: await blob(), bounds };
		const data = Float32Array.from({ length: 80 * 80 }, () => 3);
		const depth = { width: 80, height: 80, data };
		const made = await buildDraft({
			front,
			depth,
			construction: 'inflate',
			size: {},
			texture_size: 128
		});
		expect(made.draft.refined).toBe(false);
	});
});
