import { WebIO } from '@gltf-transform/core';
import { describe, expect, it } from 'vitest';
import { StageError, type Cutout, type DraftAxis, type Progress } from '../../src/lib/artifacts';
import { buildDraft } from '../../src/lib/generate/draft/build-draft';
import { seeDepth } from '../../src/lib/generate/draft/depth/see-depth';
import { generate3DModel } from '../../src/lib/generate/generate-3d-model';
import { readGlbFacts } from '../../src/lib/generate/read-glb-facts';

const ORANGE = [230, 120, 20];

/** An orange mug with a handle. */
async function mug(width: number, height: number): Promise<Blob> {
	const canvas = new OffscreenCanvas(width, height);
	const context = canvas.getContext('2d');
	if (!context) throw new Error('no canvas');
	context.fillStyle = context.strokeStyle = `rgb(${ORANGE.join()})`;
	context.fillRect(width * 0.2, height * 0.2, width * 0.4, height * 0.6);
	context.lineWidth = width * 0.05;
	context.beginPath();
	context.ellipse(width * 0.6, height * 0.5, width * 0.2, height * 0.2, 0, -1.6, 1.6);
	context.stroke();
	return canvas.convertToBlob({ type: 'image/png' });
}

const whole = (width: number, height: number) => ({ x: 0, y: 0, width, height });

function cutout(image: Blob, width: number, height: number): Cutout {
	return {
		photo_id: 'photo',
		image,
		mask: image,
		width,
		height,
		engine: 'backdrop',
		device: 'cpu',
		coverage: 0.3,
		confidence: 1,
		bounds: whole(width, height),
		processing_time: 0,
		notes: []
	};
}

describe('buildDraft', () => {
	it('makes a textured model of a cut-out of 2048 pixels, with its product alone on the texture', async () => {
		const image = await mug(2048, 1536);
		const steps: Progress[] = [];
		const draft = await buildDraft(
			{ front: { image, bounds: whole(2048, 1536) }, size: { height_m: 0.1 }, texture_size: 1024 },
			{ onprogress: (progress) => steps.push(progress) }
		);
		expect(draft.sides_guessed).toBe(true);
		expect(draft.triangles).toBeGreaterThan(2000);
		expect(draft.triangles).toBeLessThanOrEqual(50_000);
		expect(draft.size.height_m).toBeCloseTo(0.1, 6);
		expect(await readGlbFacts(draft.glb)).toMatchObject({ triangles: draft.triangles });
		expect([...new Set(steps.map(({ step }) => step))]).toEqual(['shaping', 'texturing']);
		const fractions = steps.filter(({ step }) => step === 'shaping').map((s) => s.fraction ?? -1);
		expect(fractions).toEqual([...fractions].sort((a, b) => a - b));

		const document = await new WebIO().readBinary(new Uint8Array(await draft.glb.arrayBuffer()));
		const [texture] = document.getRoot().listTextures();
		expect(texture?.getMimeType()).toBe('image/jpeg');
		const bitmap = await createImageBitmap(new Blob([new Uint8Array(texture?.getImage() ?? [])]));
		expect(Math.max(bitmap.width, bitmap.height)).toBe(1024);
		const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
		if (!context) throw new Error('no canvas');
		context.drawImage(bitmap, 0, 0);
		const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
		let worst = 0;
		for (let at = 0; at < data.length; at += 4) {
			worst = Math.max(worst, Math.hypot(...ORANGE.map((value, c) => value - data[at + c]!)));
		}
		expect(worst).toBeLessThan(20);
	});

	it('carves a model of three views and says so', async () => {
		const image = await mug(600, 450);
		const photo = { image, bounds: whole(600, 450) };
		const draft = await buildDraft({
			front: photo,
			views: [
				{ ...photo, view: 'front' },
				{ ...photo, view: 'left' },
				{ ...photo, view: 'back' }
			],
			size: { height_m: 0.1 },
			texture_size: 512
		});
		expect(draft.draft).toEqual({
			construction: 'hull',
			reason: 'several_views',
			axis: null,
			refined: false
		});
		expect(draft.size.height_m).toBeCloseTo(0.1, 6);
		expect(draft.size.depth_m).toBeCloseTo(draft.size.width_m, 2);
		expect(draft.triangles).toBeLessThanOrEqual(50_000);
		expect(await readGlbFacts(draft.glb)).toMatchObject({ triangles: draft.triangles });
	});

	it('makes what is asked for, as thick as asked for', async () => {
		const image = await mug(600, 450);
		const front = { image, bounds: whole(600, 450) };
		const make = (thickness: number) =>
			buildDraft({ front, construction: 'extrude', thickness, size: {}, texture_size: 256 });
		const [thin, thick] = [await make(1), await make(2)];
		expect(thin.draft).toMatchObject({ construction: 'extrude', reason: 'asked_for' });
		expect(thick.size.depth_m / thin.size.depth_m).toBeCloseTo(2, 3);
	});

	it('takes the axis it found, or another one, back as it gave it', async () => {
		const image = await mug(600, 450);
		const front = { image, bounds: { x: 60, y: 30, width: 480, height: 400 } };
		const make = (axis?: DraftAxis) =>
			buildDraft({
				front,
				construction: 'lathe',
				axis,
				size: {},
				texture_size: 256,
				detail: 'preview'
			});
		const found = (await make()).draft.axis;
		// The body spans 0.2 to 0.6 of the picture.
		expect(60 + (found?.x ?? 0) * 480).toBeCloseTo(240, -1);
		expect(found?.tilt).toBe(0);
		const given = { x: 0.3, tilt: 4 };
		const leaning = await make(given);
		expect(leaning.draft.axis).toEqual(given);
		expect(leaning.size.depth_m).not.toBeCloseTo((await make()).size.depth_m, 2);
	});

	it('refuses an empty cut-out and a box beside the image', async () => {
		const canvas = new OffscreenCanvas(300, 200);
		canvas.getContext('2d');
		const image = await canvas.convertToBlob();
		for (const bounds of [whole(300, 200), { x: 400, y: 0, width: 10, height: 10 }]) {
			await expect(
				buildDraft({ front: { image, bounds }, size: {}, texture_size: 256 })
			).rejects.toEqual(new StageError('nothing_found'));
		}
	});
});

describe('generate3DModel with the draft provider', () => {
	it('works on a thread and costs nothing', async () => {
		const image = await mug(400, 300);
		const model = await generate3DModel([cutout(image, 400, 300)], { provider: 'draft', size: {} });
		expect(model).toMatchObject({ provider: 'draft', cost: 0, task_id: null, model_url: null });
		expect(model.sides_guessed).toBe(true);
		expect(model.glb.type).toBe('model/gltf-binary');
		expect((await readGlbFacts(model.glb)).size.height_m).toBeCloseTo(0.3, 5);
	});

	it('stops at once when aborted', async () => {
		const image = await mug(400, 300);
		const controller = new AbortController();
		const pending = generate3DModel(
			[cutout(image, 400, 300)],
			{ provider: 'draft', size: {} },
			{ signal: controller.signal }
		);
		controller.abort();
		await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
	});
});

// Apart from the tests of a network that works: what was loaded is kept.
describe('seeDepth', () => {
	it('says what failed when the file is no network', async () => {
		const weights = Uint8Array.of(8, 1, 2, 3).buffer;
		const failed = seeDepth({
			image: await mug(200, 200),
			bounds: whole(200, 200),
			weights,
			precision: 'fp16',
			processor: 'cpu'
		});
		await expect(failed).rejects.toMatchObject({ code: 'engine_failed' });
	});
});
