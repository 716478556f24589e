import { describe, expect, test } from 'vitest';
import { chooseLods } from '$lib/viewer/choose-lod';
import { describeView } from '$lib/viewer/describe-view';
import { keyToMove } from '$lib/viewer/keyboard';

const view = (azimuth: number, elevation: number) =>
	describeView({
		azimuth: (azimuth * Math.PI) / 180,
		polar: ((90 - elevation) * Math.PI) / 180
	});

describe('describeView', () => {
	test.each([
		[0, 0, 'front'],
		[0, 14, 'front, slightly from above'],
		[45, 0, 'front right'],
		[90, 0, 'right side'],
		[180, 0, 'back'],
		[-180, 0, 'back'],
		[-90, -20, 'left side, slightly from below'],
		[270, 0, 'left side'],
		[-45, 50, 'front left, from above'],
		[135, -50, 'back right, from below'],
		[200, 85, 'straight from above'],
		[10, -85, 'straight from below']
	])('azimuth %i, elevation %i is "%s"', (azimuth, elevation, words) => {
		expect(view(azimuth, elevation)).toBe(words);
	});

	test('a full turn adds nothing', () => {
		for (let azimuth = -180; azimuth < 180; azimuth += 7) {
			expect(view(azimuth + 360, 10)).toBe(view(azimuth, 10));
		}
	});

	test('a turn in small steps passes eight sides, each once', () => {
		const passed: string[] = [];
		for (let azimuth = 0; azimuth < 337; azimuth++) {
			const words = view(azimuth, 0);
			if (passed.at(-1) !== words) passed.push(words);
		}
		expect(new Set(passed).size).toBe(8);
		expect(passed).toHaveLength(8);
	});

	test('zoom and a moved product are said once they show', () => {
		const straight = { azimuth: 0, polar: Math.PI / 2 };
		expect(describeView({ ...straight, zoom: 1.1, offset: 0.05 })).toBe('front');
		expect(describeView({ ...straight, zoom: 1.6 })).toBe('front, zoomed in');
		expect(describeView({ ...straight, zoom: 0.5, offset: 0.4 })).toBe(
			'front, zoomed out, off center'
		);
	});
});

describe('keyToMove', () => {
	const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
		keyToMove({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held });

	test('arrow up raises the camera, arrow right walks it to the right', () => {
		const up = press('ArrowUp');
		expect(up?.type === 'orbit' && up.polar < 0 && up.azimuth === 0).toBe(true);
		const right = press('ArrowRight');
		expect(right?.type === 'orbit' && right.azimuth > 0 && right.polar === 0).toBe(true);
	});

	test('with Shift the arrows move the product', () => {
		expect(press('ArrowLeft', { shiftKey: true })).toMatchObject({ type: 'pan', y: 0 });
	});

	test('plus and minus undo each other, Home and 0 reset', () => {
		const closer = press('+');
		const away = press('-');
		expect(
			closer?.type === 'zoom' && away?.type === 'zoom' && closer.factor * away.factor
		).toBeCloseTo(1);
		expect(press('Home')).toEqual({ type: 'reset' });
		expect(press('0')).toEqual({ type: 'reset' });
	});

	test("the browser's own shortcuts and other keys are left alone", () => {
		expect(press('+', { ctrlKey: true })).toBeNull();
		expect(press('ArrowLeft', { altKey: true })).toBeNull();
		expect(press('0', { metaKey: true })).toBeNull();
		expect(press('Tab')).toBeNull();
	});
});

describe('chooseLods', () => {
	const lods = [
		{ url: 'fine', bytes: 3_000_000, triangles: 150_000 },
		{ url: 'middle', bytes: 900_000, triangles: 40_000 },
		{ url: 'coarse', bytes: 150_000, triangles: 5_000 }
	];
	const names = (screen: Parameters<typeof chooseLods>[1]) =>
		chooseLods(lods, screen).map((lod) => lod.url);

	test('a large sharp screen gets the coarse level, then the fine one', () => {
		expect(names({ width: 1440, height: 900, pixel_ratio: 2 })).toEqual(['coarse', 'fine']);
	});

	test('a small view, saved data and little memory each get less', () => {
		expect(names({ width: 600, height: 500, pixel_ratio: 1 })).toEqual(['coarse', 'middle']);
		expect(names({ width: 1440, height: 900, pixel_ratio: 2, save_data: true })).toEqual([
			'coarse'
		]);
		expect(names({ width: 1440, height: 900, pixel_ratio: 2, device_memory: 2 })).toEqual([
			'coarse',
			'middle'
		]);
	});

	test('a first level that saves little is skipped', () => {
		const close = [
			{ url: 'fine', bytes: 200_000, triangles: 9_000 },
			{ url: 'coarse', bytes: 150_000, triangles: 5_000 }
		];
		expect(chooseLods(close, { width: 1000, height: 800, pixel_ratio: 1 })).toEqual([close[0]]);
	});

	test('a screen too small for any level still gets the coarsest; no levels give none', () => {
		expect(names({ width: 20, height: 20, pixel_ratio: 1 })).toEqual(['coarse']);
		expect(chooseLods([], { width: 1000, height: 800, pixel_ratio: 1 })).toEqual([]);
	});
});
