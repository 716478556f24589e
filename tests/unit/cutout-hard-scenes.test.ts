import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkMask } from '../../bench/cutout/network-mask';
import { paintScene } from '../../bench/cutout/paint-scene';
import { listScenes, type SceneSpec } from '../../bench/cutout/scenes';
import { score } from '../../bench/cutout/score';
import { backdropEngine } from '../../src/lib/cutout/backdrop-engine';
import { composeRows, NOTHING } from '../../src/lib/cutout/compose-rows';
import { belowHorizon, findHorizon } from '../../src/lib/cutout/find-horizon';
import { toLab, toLinear } from '../../src/lib/cutout/raster';
import { refineAlpha } from '../../src/lib/cutout/refine-alpha';
import { paintPicture, type Color } from '../fixtures/images';

const REFINED = ['mug on gray', 'ring on colored', 'shoe on bricks', 'headphones on colored'];

function specOf(name: string, round = 0): SceneSpec {
	const spec = listScenes(round).find((scene) => scene.name === name);
	if (!spec) throw new Error(name);
	const scale = 512 / Math.max(spec.width, spec.height);
	return {
		...spec,
		width: Math.round(spec.width * scale),
		height: Math.round(spec.height * scale)
	};
}

async function cut(name: string, round = 0) {
	const scene = paintScene(specOf(name, round));
	const found = await backdropEngine(scene.picture);
	const { alpha } = refineAlpha(scene.picture, found);
	const cutout = scene.picture.data.map((v, i) => (i % 4 === 3 ? 255 * alpha[i >> 2]! : v));
	return { ...score(scene, cutout), found };
}

describe('hard scenes for the backdrop engine', { timeout: 30_000 }, () => {
	it('a white product on white shades to its outline: it is no hole', async () => {
		const { iou, holes, holes_kept } = await cut('mug on white');
		expect(iou).toBeGreaterThan(0.97);
		expect([holes, holes_kept]).toEqual([1, 1]);
	});

	it('a white carton as dark as its own contact shadow ends at the crease between them', async () => {
		const { iou } = await cut('carton on white');
		expect(iou).toBeGreaterThan(0.97);
	});

	it('a white shoe with dark laces is whole, though its parts look like holes', async () => {
		expect((await cut('shoe on white')).iou).toBeGreaterThan(0.97);
	});

	it('what a bow shows above its shadow is backdrop', async () => {
		expect((await cut('headphones on white')).iou).toBeGreaterThan(0.97);
	});

	it('hairs are kept, and what shows between them is not', async () => {
		const { iou, boundary_f, holes, holes_kept } = await cut('plush on white');
		expect(iou).toBeGreaterThan(0.95);
		expect(boundary_f).toBeGreaterThan(0.9);
		expect(holes_kept).toBeGreaterThanOrEqual(holes - 1);
	});

	it('what a vignette shows between spokes is backdrop', async () => {
		const { iou, holes, holes_kept } = await cut('wheel on vignette');
		expect(iou).toBeGreaterThan(0.95);
		expect(holes_kept).toBe(holes);
	});

	it('a white vase that fades into gray at its outline is a product, not a glow of the backdrop', async () => {
		expect((await cut('vase on gray')).iou).toBeGreaterThan(0.95);
	});

	it('a lamp hardly lighter than the backdrop is found down to its foot', async () => {
		expect((await cut('lamp on gray')).iou).toBeGreaterThan(0.9);
	});

	it.each([0, 1])(
		'white stripes that end at a white backdrop are no holes, round %i',
		async (round) => {
			expect((await cut('cushion on white', round)).iou).toBeGreaterThan(0.97);
		}
	);

	it('a gray sole in its own shadow is found, or the photo refused', async () => {
		const { iou, found } = await cut('shoe on white', 2);
		expect(iou > 0.95 || found.notes.includes('background_not_plain')).toBe(true);
	});

	it('slits between leaves and stems show the backdrop', async () => {
		const { iou, holes, holes_kept } = await cut('plant on gray');
		expect(iou).toBeGreaterThan(0.975);
		expect(holes_kept).toBe(holes);
	});

	it('the line where a floor begins is no edge that was left out', async () => {
		expect((await cut('lamp on wall and floor', 3)).found.notes).toEqual([]);
	});

	it('the strip of wall above a floor of nearly the same color is backdrop', async () => {
		const { iou, found } = await cut('lamp on wall and floor');
		expect(iou).toBeGreaterThan(0.97);
		expect(found.notes).toEqual([]);
	});
});

describe('photos that misled the backdrop engine', { timeout: 30_000 }, () => {
	const [width, height] = [320, 320];
	const ball = (x: number, y: number) => Math.hypot(x - 160, y - 140) < 80;
	const alphaOf = async (colorAt: (x: number, y: number) => Color) => {
		const found = await backdropEngine(paintPicture(width, height, colorAt));
		return { found, at: (x: number, y: number) => found.alpha[y * width + x] };
	};

	it('the reddish shadow of a red ball is a shadow', async () => {
		const { at } = await alphaOf((x, y) => {
			if (ball(x, y)) return [190 - y / 2, 20, 25];
			const dark = Math.exp(-(((x - 130) / 70) ** 2) - ((y - 225) / 14) ** 2);
			return [252 - 40 * dark, 252 - 66 * dark, 252 - 62 * dark];
		});
		expect([at(160, 140), at(160, 200)]).toEqual([1, 1]);
		expect([at(110, 228), at(130, 232), at(80, 225)]).toEqual([0, 0, 0]);
	});

	it('a slit shows the backdrop, a pale dot does not', async () => {
		const { at } = await alphaOf((x, y) => {
			const slit = Math.abs(x - 160) < 3 && Math.abs(y - 140) < 40;
			const dot = Math.hypot(x - 200, y - 140) < 7;
			if (ball(x, y) && !slit) return dot ? [226, 206, 182] : [190 - y / 2, 20, 25];
			return [206, 206, 204];
		});
		expect([at(160, 120), at(160, 140), at(160, 160)]).toEqual([0, 0, 0]);
		expect([at(200, 140), at(202, 142), at(120, 140)]).toEqual([1, 1, 1]);
	});

	it('another thing at the frame is a reason to doubt the photo', async () => {
		const books = (x: number, y: number) => x > 285 && y > 200 && y < 275;
		const scene =
			(others: (x: number, y: number) => boolean) =>
			(x: number, y: number): Color =>
				ball(x, y) ? [40, 60, 120] : others(x, y) ? [90 + (y % 20), 70, 50] : [206, 206, 204];
		const alone = await alphaOf(scene(() => false));
		const beside = await alphaOf(scene(books));
		expect(alone.found.notes).toEqual([]);
		expect(beside.found.confidence).toBeLessThan(alone.found.confidence - 0.2);
		expect(beside.found.notes).toEqual(['background_not_plain']);
	});
});

describe('the horizon', () => {
	const size = { width: 120, height: 100 };
	const paint = (light: (x: number, y: number) => number) => {
		const data = new Uint8ClampedArray(size.width * size.height * 4).fill(255);
		for (let i = 0; i < data.length / 4; i++) {
			const v = light(i % size.width, Math.floor(i / size.width));
			data.set([v, v, v], i * 4);
		}
		return toLab(toLinear({ data, ...size }));
	};

	it('is found where a floor meets the wall, also slanted and behind a product', () => {
		const line = (x: number) => 60 + x / 20;
		const lab = paint((x, y) => (Math.abs(x - 60) < 25 ? 40 : y > line(x) ? 170 : 210));
		const horizon = findHorizon(lab, size);
		expect(horizon?.left).toBeCloseTo(60, -1);
		expect(horizon?.right).toBeCloseTo(66, -1);
		const below = belowHorizon(horizon ?? { left: 0, right: 0 }, size);
		expect([below[30 * 120 + 5], below[90 * 120 + 5]]).toEqual([0, 1]);
	});

	it('is not seen in a sheet that bends, in a gradient, nor at one side only', () => {
		const bend = paint((_, y) => 210 - 40 / (1 + Math.exp(-(y - 60) / 8)));
		expect(findHorizon(bend, size)).toBeNull();
		expect(
			findHorizon(
				paint((_, y) => 220 - y),
				size
			)
		).toBeNull();
		expect(
			findHorizon(
				paint((x, y) => (x < 40 && y > 60 ? 120 : 210)),
				size
			)
		).toBeNull();
	});
});

describe('a network mask, refined at full size', { timeout: 60_000 }, () => {
	it.each([1024, 320])(
		'of %i pixels gets nearer to the truth, edges and their colors too',
		async (side) => {
			await fc.assert(
				fc.asyncProperty(
					fc.constantFrom(...REFINED),
					fc.integer({ min: 1, max: 99 }),
					async (name, seed) => {
						const scene = paintScene({ ...specOf(name), seed });
						const engine = networkMask(scene.alpha, scene.picture, side, seed);
						const found = await engine(scene.picture);
						const raw = scene.picture.data.map((v, i) =>
							i % 4 === 3 ? 255 * found.alpha[i >> 2]! : v
						);
						const mask = refineAlpha(scene.picture, found, Math.ceil(1536 / side / 2));
						const rows = { ...scene.picture, data: scene.picture.data.slice() };
						composeRows(rows, 0, rows, mask, NOTHING);
						const [before, after] = [score(scene, raw), score(scene, rows.data)];
						expect(after.iou).toBeGreaterThanOrEqual(before.iou - 0.001);
						expect(after.mae).toBeLessThan(before.mae);
						expect(after.halo_black + after.halo_white).toBeLessThan(
							before.halo_black + before.halo_white
						);
					}
				),
				{ numRuns: 5, seed: 3 }
			);
		}
	);
});
