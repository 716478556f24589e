import { describe, expect, it } from 'vitest';
import { backdropEngine } from '../../src/lib/cutout/backdrop-engine';
import { composeRows, NOTHING } from '../../src/lib/cutout/compose-rows';
import type { Segmentation } from '../../src/lib/cutout/engine';
import { refineAlpha } from '../../src/lib/cutout/refine-alpha';
import { HANDLE_HOLE, paintScene, type Scene, type SceneName } from '../fixtures/scenes';

interface CutScene extends Scene {
	found: Segmentation;
	/** The refined alpha. */
	refined: Float32Array;
	/** RGBA of the cut-out. */
	cutout: Uint8ClampedArray;
}

const cuts = new Map<string, Promise<CutScene>>();

/** Each scene is cut once for all tests. */
function cut(name: SceneName, seed = 1): Promise<CutScene> {
	const key = `${name} ${seed}`;
	const made = cuts.get(key) ?? paintAndCut(name, seed);
	cuts.set(key, made);
	return made;
}

async function paintAndCut(name: SceneName, seed: number): Promise<CutScene> {
	const scene = paintScene(name, 400, seed);
	const { picture } = scene;
	const found = await backdropEngine(picture);
	const mask = refineAlpha(picture, found);
	const rows = { ...picture, data: picture.data.slice() };
	composeRows(rows, 0, picture, mask, NOTHING);
	return { ...scene, found, refined: mask.alpha, cutout: rows.data };
}

function iou(p: Float32Array, q: Float32Array): number {
	let both = 0;
	let any = 0;
	for (let i = 0; i < p.length; i++) {
		const a = p[i]! > 0.5;
		const b = q[i]! > 0.5;
		if (a && b) both++;
		if (a || b) any++;
	}
	return both / any;
}

describe('the backdrop engine', { timeout: 30_000 }, () => {
	const plain: SceneName[] = [
		'ring',
		'mug',
		'gradient',
		'dark_on_dark',
		'dark_in_contact',
		'ring_on_ground',
		'legs',
		'wall_and_floor'
	];
	it.each(plain)('finds the product of the scene %s', async (name) => {
		const { refined, alpha, found } = await cut(name);
		expect(iou(refined, alpha)).toBeGreaterThan(0.97);
		expect(found.confidence).toBeGreaterThan(0.5);
		expect(found.notes).toEqual([]);
	});

	it('cuts the hole of a ring and of a handle', async () => {
		const ring = await cut('ring');
		expect(ring.refined[200 * 400 + 200]).toBe(0);
		const mug = await cut('mug');
		const hole = Math.round(HANDLE_HOLE.y * 400) * 400 + Math.round(HANDLE_HOLE.x * 400);
		expect(mug.alpha[hole]).toBe(0);
		expect(mug.refined[hole]).toBe(0);
	});

	it.each(['white_on_white', 'white_in_contact'] as const)(
		'finds the product of the scene %s, but is less sure',
		async (name) => {
			const { refined, alpha, found } = await cut(name);
			expect(iou(refined, alpha)).toBeGreaterThan(0.97);
			const { found: clear } = await cut('mug');
			expect(found.confidence).toBeLessThan(clear.confidence - 0.2);
		}
	);

	it.each([
		'mug',
		'white_on_white',
		'white_in_contact',
		'dark_in_contact',
		'ring_on_ground',
		'legs'
	] as const)('leaves the shadow of %s out', async (name) => {
		const { shadow, alpha, refined } = await cut(name);
		let shaded = 0;
		let kept = 0;
		for (let i = 0; i < shadow.length; i++) {
			if (!shadow[i] || alpha[i]! > 0) continue;
			shaded++;
			kept += refined[i]!;
		}
		expect(shaded).toBeGreaterThan(500);
		expect(kept / shaded).toBeLessThan(0.05);
	});

	it.each([1, 2, 3])('is honestly unsure about a cluttered background, seed %i', async (seed) => {
		const { found } = await cut('cluttered', seed);
		expect(found.confidence).toBeLessThan(0.5);
		expect(found.notes).toContain('background_not_plain');
	});
});

describe('the edges of a cut-out', { timeout: 30_000 }, () => {
	it.each(['ring', 'gradient', 'mug'] as const)(
		'of %s show no background on black nor on white',
		async (name) => {
			const scene = await cut(name);
			for (const base of [0, 255]) {
				const cleaned = edgeError(scene, scene.cutout, base);
				const uncleaned = edgeError(scene, withAlpha(scene.picture.data, scene.cutout), base);
				expect(cleaned).toBeLessThan(8);
				expect(cleaned).toBeLessThan(uncleaned);
			}
		}
	);
});

/** Mean color error over the edge band (0 to 255) after compositing on a gray level, against the true composite. */
function edgeError({ alpha, product }: Scene, rgba: Uint8ClampedArray, base: number): number {
	let sum = 0;
	let count = 0;
	for (let i = 0; i < alpha.length; i++) {
		if (alpha[i]! <= 0.02 || alpha[i]! >= 0.98) continue;
		for (let c = 0; c < 3; c++) {
			const a = rgba[i * 4 + 3]! / 255;
			const seen = a * rgba[i * 4 + c]! + (1 - a) * base;
			const truth = alpha[i]! * product.data[i * 4 + c]! + (1 - alpha[i]!) * base;
			sum += Math.abs(seen - truth);
			count++;
		}
	}
	return sum / count;
}

function withAlpha(colors: Uint8ClampedArray, alphas: Uint8ClampedArray): Uint8ClampedArray {
	return colors.map((v, i) => (i % 4 === 3 ? alphas[i]! : v));
}
