import { encodeToKTX2 } from 'ktx2-encoder';
import { afterEach, expect, test, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { drawStills } from '$lib/draw-stills';
import { ModelViewer, type ModelViewerOptions } from '$lib/viewer/model-viewer';
import { paintedBox } from '../fixtures/painted-box';
import { difference, readPicture } from './viewer-picture';

const open: ModelViewer[] = [];

function makeViewer(options: ModelViewerOptions = {}) {
	const canvas = document.createElement('canvas');
	canvas.style.cssText = 'width: 200px; height: 150px; display: block';
	document.body.append(canvas);
	const viewer = new ModelViewer(canvas, { reduced_motion: true, ...options });
	open.push(viewer);
	return { viewer, canvas };
}
const shot = async (viewer: ModelViewer) => readPicture(await viewer.snapshot(200, 150));

afterEach(() => {
	for (const viewer of open.splice(0)) viewer.dispose();
	document.body.replaceChildren();
	vi.restoreAllMocks();
});

test('a model fills a good part of the picture, whole, from the front right and slightly above', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox());
	expect(viewer.description).toBe('front right, slightly from above');
	const picture = await shot(viewer);
	expect(picture.colors).toBeGreaterThan(40);
	expect(picture.coverage).toBeGreaterThan(0.05);
	expect(picture.coverage).toBeLessThan(0.8);
	expect(picture.box.left).toBeGreaterThan(0.02);
	expect(picture.box.right).toBeLessThan(0.98);
	expect(picture.box.top).toBeGreaterThan(0.02);
	expect(picture.box.bottom).toBeLessThan(0.98);
	expect(picture.red).toBeGreaterThan(picture.green);
	expect(picture.green).toBeGreaterThan(0);
	expect(picture.blue).toBe(0);
});

test('size does not matter: a ring and a sofa fill the picture alike', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox({ size: [0.02, 0.03, 0.015] }));
	const small = await shot(viewer);
	await viewer.load(await paintedBox({ size: [2, 3, 1.5] }));
	const large = await shot(viewer);
	expect(large.coverage / small.coverage).toBeCloseTo(1, 1);
});

test('a compressed and quantized model looks like the plain one', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox());
	const plain = await shot(viewer);
	await viewer.load(await paintedBox({ compressed: true }));
	expect(difference(plain, await shot(viewer))).toBeLessThan(1);
});

test('half a turn shows the back and says so; reset comes back to the start', async () => {
	const onview = vi.fn();
	const { viewer } = makeViewer({ onview });
	await viewer.load(await paintedBox());
	const start = await shot(viewer);
	viewer.orbit(Math.PI, 0);
	expect(onview).toHaveBeenLastCalledWith('back left, slightly from above');
	const back = await shot(viewer);
	expect(back.blue).toBeGreaterThan(0.03);
	expect(back.red).toBe(0);
	viewer.reset();
	expect(difference(start, await shot(viewer))).toBeLessThan(0.5);
});

test('turned to any side the model is never cut', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox({ size: [0.6, 0.1, 0.15] }));
	for (let turn = 0; turn < 6; turn++) {
		viewer.orbit(Math.PI / 3, 0);
		const { box } = await shot(viewer);
		expect(Math.min(box.left, 1 - box.right)).toBeGreaterThan(0);
	}
});

test('zoom makes the product larger within bounds, pan moves it the way asked', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox());
	const start = await shot(viewer);
	viewer.zoom(1.3);
	const near = await shot(viewer);
	expect(near.coverage).toBeGreaterThan(start.coverage * 1.3);
	viewer.reset();
	viewer.pan(0.2, 0);
	const right = await shot(viewer);
	expect(right.box.left).toBeGreaterThan(start.box.left + 0.05);
	for (let i = 0; i < 40; i++) viewer.zoom(0.5);
	const far = await shot(viewer);
	expect(far.coverage).toBeGreaterThan(0.005);
	expect(far.coverage).toBeLessThan(start.coverage);
});

test('another level of detail keeps the view', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox({ squares: 2 }));
	viewer.orbit(1, -0.2);
	const coarse = await shot(viewer);
	const before = viewer.description;
	await viewer.load(await paintedBox({ squares: 16 }), { as: 'detail' });
	expect(viewer.stats.triangles).toBe(6 * 2 * 16 * 16);
	expect(viewer.description).toBe(before);
	expect(difference(coarse, await shot(viewer))).toBeLessThan(1);
});

test('a product whose shape changed is seen from where it was, framed and with a shadow of its own', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox({ size: [0.1, 0.3, 0.1] }));
	viewer.orbit(1, 0.2);
	viewer.zoom(1.2);
	const flat = await paintedBox({ size: [0.6, 0.05, 0.4] });
	await viewer.load(flat, { as: 'changed' });
	const { view } = viewer;
	const changed = await shot(viewer);
	const { viewer: fresh } = makeViewer();
	await fresh.load(flat, { start: view });
	expect(difference(changed, await shot(fresh))).toBeLessThan(0.5);
	expect(view.zoom).toBeCloseTo(1.2, 3);
	// As another level of detail it would keep the slim box's shadow.
	const { viewer: kept } = makeViewer();
	await kept.load(await paintedBox({ size: [0.1, 0.3, 0.1] }));
	await kept.load(flat, { as: 'detail' });
	kept.show(view);
	expect(difference(changed, await shot(kept))).toBeGreaterThan(0.5);
});

test('nothing is drawn while nothing changes', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox());
	await new Promise((resolve) => setTimeout(resolve, 300));
	const { frames } = viewer.stats;
	await new Promise((resolve) => setTimeout(resolve, 400));
	expect(viewer.stats.frames).toBe(frames);
	viewer.orbit(0.3, 0);
	await expect.poll(() => viewer.stats.frames).toBeGreaterThan(frames);
});

test('with motion allowed the view glides there and then rests', async () => {
	const { viewer } = makeViewer({ reduced_motion: false });
	await viewer.load(await paintedBox());
	const before = viewer.stats.frames;
	viewer.orbit(Math.PI / 2, 0);
	await expect.poll(() => viewer.stats.frames - before, { timeout: 5000 }).toBeGreaterThan(1);
	await expect
		.poll(
			async () => {
				const { frames } = viewer.stats;
				await new Promise((resolve) => setTimeout(resolve, 250));
				return viewer.stats.frames - frames;
			},
			{ timeout: 15_000 }
		)
		.toBe(0);
	expect((await shot(viewer)).green).toBeGreaterThan(0.03);
});

/** Left half red, right half blue. */
async function twoColors(side: number): Promise<Uint8Array<ArrayBuffer>> {
	const canvas = new OffscreenCanvas(side, side);
	const context = canvas.getContext('2d');
	if (!context) throw new Error('no 2D canvas');
	for (const [i, color] of ['#e00000', '#0000e0'].entries()) {
		context.fillStyle = color;
		context.fillRect((i * side) / 2, 0, side / 2, side);
	}
	return new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
}

async function toKtx2(png: Uint8Array, isUASTC: boolean): Promise<Uint8Array<ArrayBuffer>> {
	// The encoder tells the console of every step.
	vi.spyOn(console, 'log').mockImplementation(() => undefined);
	return new Uint8Array(await encodeToKTX2(png, { isUASTC, generateMipmap: true }));
}

test.each([
	['UASTC', 32, true],
	['ETC1S', 32, false],
	['a side that blocks do not fill', 30, true]
])('a KTX2 texture looks like the PNG it was made of: %s', async (_, side, isUASTC) => {
	const png = await twoColors(side);
	const ktx2 = await toKtx2(png, isUASTC);
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox({ picture: png }));
	const plain = await shot(viewer);
	expect(Math.min(plain.red, plain.blue)).toBeGreaterThan(0.02);
	await viewer.load(await paintedBox({ picture: ktx2 }));
	expect(difference(plain, await shot(viewer))).toBeLessThan(2);
});

test('a KTX2 texture that is damaged, or claims to be huge, is refused, and what is shown stays', async () => {
	const { viewer } = makeViewer();
	await viewer.load(await paintedBox());
	const ktx2 = await toKtx2(await twoColors(32), true);
	const cut = ktx2.slice(0, 200);
	const huge = ktx2.slice();
	new DataView(huge.buffer).setUint32(20, 100_000, true);
	for (const picture of [cut, huge]) {
		await expect(viewer.load(await paintedBox({ picture }))).rejects.toMatchObject({
			code: 'model_corrupt'
		});
	}
	expect((await shot(viewer)).red).toBeGreaterThan(0.03);
});

test('a lost graphics context comes back with the same picture', async () => {
	const { viewer, canvas } = makeViewer();
	await viewer.load(await paintedBox());
	const before = await shot(viewer);
	const extension = canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context');
	const restored = new Promise((resolve) =>
		canvas.addEventListener('webglcontextrestored', resolve, { once: true })
	);
	const lost = new Promise((resolve) =>
		canvas.addEventListener('webglcontextlost', resolve, { once: true })
	);
	extension?.loseContext();
	await lost;
	await new Promise((resolve) => setTimeout(resolve, 50));
	extension?.restoreContext();
	await restored;
	expect(difference(before, await shot(viewer))).toBeLessThan(0.5);
});

test('fifty viewers one after another hold nothing and exhaust no contexts', async () => {
	const warnings: string[] = [];
	for (const level of ['warn', 'error'] as const) {
		vi.spyOn(console, level).mockImplementation((...parts) => void warnings.push(parts.join(' ')));
	}
	const glb = await paintedBox({ compressed: true, picture: await twoColors(64) });
	const { viewer: first, canvas } = makeViewer();
	await first.load(glb);
	const contexts: (WebGL2RenderingContext | null)[] = [];
	const make = async (times: number) => {
		for (let i = 0; i < times; i++) {
			const made = makeViewer();
			await made.viewer.load(glb);
			expect(made.viewer.stats.geometries).toBeGreaterThan(0);
			expect(made.viewer.stats.textures).toBeGreaterThan(0);
			contexts.push(made.canvas.getContext('webgl2'));
			made.viewer.dispose();
			expect(made.viewer.stats).toMatchObject({ geometries: 0, textures: 0 });
			made.canvas.remove();
			open.pop();
		}
		// Contexts give their memory back when they are lost, whether or not somebody still holds them.
		await expect.poll(() => contexts.every((one) => one?.isContextLost())).toBe(true);
		contexts.length = 0;
		return heapBytes();
	};
	// What is made once (shaders as text, decoders) is there after the first few.
	const before = await make(10);
	const after = await make(40);
	// One that is kept holds a renderer with its shaders: hundreds of kilobytes.
	expect((after - before) / 40).toBeLessThan(30_000);
	expect(canvas.getContext('webgl2')?.isContextLost()).toBe(false);
	expect(warnings.filter((line) => /context/i.test(line))).toEqual([]);
}, 240_000);

/** What scripts hold, with the buffers behind it, after the garbage is gone. */
async function heapBytes(): Promise<number> {
	const session = cdp();
	for (let i = 0; i < 2; i++) await session.send('HeapProfiler.collectGarbage');
	const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
	return usedSize + backingStorageSize;
}

test('replacing models again and again leaves one in memory', async () => {
	const { viewer } = makeViewer();
	const glb = await paintedBox();
	await viewer.load(glb);
	const once = viewer.stats;
	for (let i = 0; i < 5; i++) await viewer.load(glb);
	expect(viewer.stats.geometries).toBe(once.geometries);
	expect(viewer.stats.textures).toBe(once.textures);
});

test('files that cannot be shown are refused with their reason, and what is shown stays', async () => {
	const { viewer } = makeViewer();
	const glb = await paintedBox();
	await viewer.load(glb);
	const refused = (bytes: BlobPart) => expect(viewer.load(new Blob([bytes]))).rejects;
	await refused('').toMatchObject({ code: 'model_empty' });
	await refused('a text file that is not a model').toMatchObject({ code: 'model_corrupt' });
	await refused(await glb.slice(0, 600).arrayBuffer()).toMatchObject({ code: 'model_corrupt' });
	const bytes = new Uint8Array(await glb.arrayBuffer());
	bytes.fill(0x7b, 20, 40);
	await refused(bytes).toMatchObject({ code: 'model_corrupt' });
	expect((await shot(viewer)).red).toBeGreaterThan(0.03);
});

test('a poster is a 1200 x 630 JPEG with the whole product on a light ground, drawn on a thread or, where threads fail, by the page', async () => {
	const request = { glb: await paintedBox(), stills: [{}] };
	const made = vi.spyOn(document, 'createElement');
	const [by_thread = new Blob()] = await drawStills(request, {});
	expect(made).not.toHaveBeenCalledWith('canvas');
	vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(() => {
		throw new Error('WebGL 2 is missing here');
	});
	const [by_page = new Blob()] = await drawStills(request, {});
	expect(made).toHaveBeenCalledWith('canvas');

	expect(by_thread.type).toBe('image/jpeg');
	const picture = await readPicture(by_thread);
	expect(picture).toMatchObject({ width: 1200, height: 630 });
	expect(picture.coverage).toBeGreaterThan(0.05);
	expect(picture.coverage).toBeLessThan(0.6);
	expect(picture.box.top).toBeGreaterThan(0.02);
	expect(picture.box.bottom).toBeLessThan(0.98);
	expect(Math.min(...picture.data.subarray(0, 3))).toBeGreaterThan(200);
	expect(difference(picture, await readPicture(by_page))).toBeLessThan(0.01);
});

test('a transparent still has no ground, and a canceled one rejects', async () => {
	const glb = await paintedBox();
	const still = { width: 200, height: 150, type: 'image/png', background: 'transparent' } as const;
	const [cut = new Blob()] = await drawStills({ glb, stills: [still] }, {});
	const { data } = await readPicture(cut);
	expect(data[3]).toBe(0);
	const gone = { signal: AbortSignal.abort() };
	await expect(drawStills({ glb, stills: [still] }, gone)).rejects.toMatchObject({
		name: 'AbortError'
	});
});
