import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustBox } from '../../src/lib/cutout/edit/adjust-box';
import { brushCoverage } from '../../src/lib/cutout/edit/brush-coverage';
import { composeView } from '../../src/lib/cutout/edit/compose-view';
import { cleanEdgePixel, estimateEdgeColors } from '../../src/lib/cutout/edit/edge-colors';
import { isUntouched, lastAdjustments, UNTOUCHED } from '../../src/lib/cutout/edit/edits';
import type { Edit } from '../../src/lib/cutout/edit/edits';
import { featherEdge } from '../../src/lib/cutout/edit/feather-edge';
import type { Mask } from '../../src/lib/cutout/edit/mask';
import { MaskEditor } from '../../src/lib/cutout/edit/mask-editor';
import { checkMaskFile, readMaskRows } from '../../src/lib/cutout/edit/read-mask-file';
import { sampleMask } from '../../src/lib/cutout/edit/sample-mask';
import { shiftEdge } from '../../src/lib/cutout/edit/shift-edge';
import type { Raster } from '../../src/lib/cutout/raster';
import { encodePng } from '../fixtures/encode-png';
import { seededRandom } from '../fixtures/images';

const SIZE = { width: 300, height: 280 };

/** Alpha by a function of the pixel's place. */
function paint(
	size: { width: number; height: number },
	at: (x: number, y: number) => number
): Mask {
	const alpha = new Uint8Array(size.width * size.height);
	for (let y = 0; y < size.height; y++) {
		for (let x = 0; x < size.width; x++) alpha[y * size.width + x] = at(x, y);
	}
	return { ...size, alpha };
}
/** A disc with an edge one pixel wide. */
const disc = (size: { width: number; height: number }, radius: number) =>
	paint(size, (x, y) => {
		const inside = radius - Math.hypot(x + 0.5 - size.width / 2, y + 0.5 - size.height / 2);
		return Math.round(255 * Math.min(1, Math.max(0, inside + 0.5)));
	});

type Color = [number, number, number];
function picture(size: { width: number; height: number }, at: (x: number, y: number) => Color) {
	const data = new Uint8ClampedArray(size.width * size.height * 4);
	for (let y = 0; y < size.height; y++) {
		for (let x = 0; x < size.width; x++) data.set([...at(x, y), 255], (y * size.width + x) * 4);
	}
	return { ...size, data };
}
function editorOf(mask: Mask, photo: Raster = picture(mask, () => [200, 200, 200])): MaskEditor {
	return new MaskEditor(
		{ ...mask, alpha: mask.alpha.slice() },
		{
			width: photo.width,
			height: photo.height,
			small: photo,
			pixels: ({ left, top, right, bottom }) => {
				const [width, height] = [right - left, bottom - top];
				const data = new Uint8ClampedArray(width * height * 4);
				for (let y = 0; y < height; y++) {
					const from = ((top + y) * photo.width + left) * 4;
					data.set(photo.data.subarray(from, from + width * 4), y * width * 4);
				}
				return { width, height, data };
			}
		},
		() => Promise.resolve(new Uint8Array(photo.width * photo.height).fill(7))
	);
}
function stroke(editor: MaskEditor, mode: 'keep' | 'erase', points: number[], hardness = 0.6) {
	editor.beginStroke(mode, hardness);
	editor.extendStroke(points);
	editor.endStroke();
}
/** Vitest's own comparison of large arrays takes most of a test's time. */
const same = (wanted: Uint8Array | undefined) => (alpha: Uint8Array) =>
	wanted?.length === alpha.length && alpha.every((value, i) => value === wanted[i]);
/** Spread evenly; numbers of fast-check's `double` are mostly next to nothing. */
const decimal = (min: number, max: number) =>
	fc.integer({ min: min * 1000, max: max * 1000 }).map((value) => value / 1000);
const edge = fc.record({
	shift: decimal(-6, 6),
	feather: decimal(0, 12)
});

describe('the brush', () => {
	it('covers nothing from its radius on, everything at its center, and never more further out', () => {
		fc.assert(
			fc.property(
				decimal(0.5, 300),
				decimal(0, 1),
				fc.array(decimal(0, 400), { minLength: 2 }),
				(radius, hardness, distances) => {
					expect(brushCoverage(0, radius, hardness)).toBe(1);
					const far = distances.toSorted((a, b) => a - b);
					far.forEach((distance, i) => {
						const share = brushCoverage(distance, radius, hardness);
						expect(share).toBeGreaterThanOrEqual(0);
						expect(share).toBeLessThanOrEqual(1);
						if (distance >= radius) expect(share).toBe(0);
						const nearer = far[i - 1];
						if (nearer !== undefined) {
							expect(share).toBeLessThanOrEqual(brushCoverage(nearer, radius, hardness));
						}
					});
				}
			)
		);
	});

	it('covers more where it is harder', () => {
		fc.assert(
			fc.property(
				decimal(2, 200),
				decimal(0, 200),
				fc.tuple(decimal(0, 1), decimal(0, 1)),
				(radius, distance, [a, b]) => {
					const soft = brushCoverage(distance, radius, Math.min(a, b));
					expect(brushCoverage(distance, radius, Math.max(a, b))).toBeGreaterThanOrEqual(soft);
				}
			)
		);
	});

	it('changes only what lies within its radius of its path, towards keep or erase', () => {
		const place = fc.record({
			x: decimal(-20, 320),
			y: decimal(-20, 300),
			radius: decimal(0.5, 40)
		});
		fc.assert(
			fc.property(
				place,
				place,
				fc.constantFrom('keep', 'erase'),
				fc.nat(255),
				(a, b, mode, was) => {
					const editor = editorOf(paint(SIZE, () => was));
					stroke(editor, mode as 'keep', [a.x, a.y, a.radius, b.x, b.y, b.radius]);
					const length2 = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
					let wrong = 0;
					editor.mask.alpha.forEach((value, i) => {
						if (value === was) return;
						const x = (i % SIZE.width) + 0.5;
						const y = Math.floor(i / SIZE.width) + 0.5;
						const along = (x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y);
						const t = Math.min(1, Math.max(0, length2 > 0 ? along / length2 : 0));
						const off = Math.hypot(x - a.x - t * (b.x - a.x), y - a.y - t * (b.y - a.y));
						if (off > Math.max(a.radius, b.radius) || value > was !== (mode === 'keep')) wrong++;
					});
					expect(wrong).toBe(0);
				}
			),
			{ numRuns: 40 }
		);
	});

	it('gives the same when it goes over a place twice in one stroke', () => {
		const once = editorOf(paint(SIZE, () => 0));
		stroke(once, 'keep', [50, 50, 20, 200, 200, 20], 0.1);
		const twice = editorOf(paint(SIZE, () => 0));
		// Back again with less and less pressure, which covers less.
		stroke(twice, 'keep', [50, 50, 20, 200, 200, 20, 50, 50, 8], 0.1);
		expect(twice.mask.alpha).toSatisfy(same(once.mask.alpha));
	});

	it('of a stroke that was taken back leaves nothing', () => {
		const start = disc(SIZE, 80);
		const editor = editorOf(start);
		editor.beginStroke('erase', 1);
		editor.extendStroke([150, 140, 60]);
		expect(editor.mask.alpha).not.toEqual(start.alpha);
		editor.cancelStroke();
		expect(editor.mask.alpha).toEqual(start.alpha);
		expect(editor.edits).toEqual([]);
	});
});

describe('undo and redo', () => {
	const action = fc.oneof(
		fc.record({
			type: fc.constantFrom('keep' as const, 'erase' as const),
			points: fc.array(
				fc.tuple(
					fc.integer({ min: 0, max: 300 }),
					fc.integer({ min: 0, max: 280 }),
					fc.integer({ min: 1, max: 60 })
				),
				{ minLength: 1, maxLength: 4 }
			)
		}),
		fc.record({ type: fc.constant('adjust' as const), shift: fc.integer({ min: -3, max: 3 }) }),
		fc.record({ type: fc.constantFrom('reset' as const, 'import' as const, 'hole' as const) }),
		fc.record({ type: fc.constantFrom('undo' as const, 'redo' as const) })
	);

	it('restore every mask exactly, whatever was done between, and a replay gives the same', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(action, { maxLength: 9 }), async (actions) => {
				const start = disc(SIZE, 90);
				const editor = editorOf(start);
				const seen: Uint8Array[] = [start.alpha];
				let at = 0;
				for (const one of actions) {
					const before = editor.edits.length;
					if (one.type === 'undo') await editor.undo();
					else if (one.type === 'redo') await editor.redo();
					else if (one.type === 'keep' || one.type === 'erase')
						stroke(editor, one.type, one.points.flat());
					else if (one.type === 'adjust') {
						await editor.apply({ kind: 'adjust', ...UNTOUCHED, shift: one.shift });
					} else if (one.type === 'hole') await editor.apply({ kind: 'hole', x: 150, y: 140 });
					else if (one.type === 'reset') await editor.apply({ kind: 'reset' });
					else await editor.apply({ kind: 'import', mask: new Blob() });
					const now = editor.edits.length;
					if (one.type === 'undo' || one.type === 'redo') at = now;
					else if (now !== before) {
						at = now;
						seen.length = at;
						seen.push(editor.mask.alpha.slice());
					}
					expect(editor.mask.alpha).toSatisfy(same(seen[at]));
				}
				const again = editorOf(start);
				await again.load(editor.edits);
				expect(again.mask.alpha).toSatisfy(same(editor.mask.alpha));
				while (editor.edits.length > 0) await editor.undo();
				expect(editor.mask.alpha).toSatisfy(same(start.alpha));
			}),
			{ numRuns: 25 }
		);
	});

	it('count the moves of one slider as one step, and those of two as two', async () => {
		const editor = editorOf(disc(SIZE, 60));
		for (const shift of [1, 2, 3]) await editor.apply({ kind: 'adjust', ...UNTOUCHED, shift });
		expect(editor.edits).toHaveLength(1);
		await editor.apply({ kind: 'adjust', ...UNTOUCHED, shift: 3, feather: 4 });
		expect(editor.edits).toHaveLength(2);
		await editor.undo();
		expect(editor.adjustments).toEqual({ ...UNTOUCHED, shift: 3 });
		await editor.undo();
		expect(editor.adjustments).toEqual(UNTOUCHED);
	});

	it('a reset leaves nothing to be seen of what came before it', () => {
		const adjust: Edit = { kind: 'adjust', ...UNTOUCHED, shift: 2 };
		expect(lastAdjustments([adjust, { kind: 'reset' }])).toEqual(UNTOUCHED);
		expect(isUntouched([adjust, { kind: 'reset' }])).toBe(true);
		expect(isUntouched([{ kind: 'reset' }, adjust])).toBe(false);
	});
});

describe('the edge', () => {
	it('grown and then shrunk is a large shape as it was, but for a rim of a few levels', () => {
		for (const [pixels, rim] of [
			[1, 20],
			[6, 20],
			// Half a pixel is the mean of two whole ones, which softens the edge.
			[2.5, 200]
		] as const) {
			const start = disc(SIZE, 90);
			const back = shiftEdge(shiftEdge(start.alpha, SIZE, pixels), SIZE, -pixels);
			let off = 0;
			start.alpha.forEach((value, i) => (off += Math.abs(value - back[i]!) / 255));
			// Of an outline of 565 pixels.
			expect(off).toBeLessThan(rim);
		}
	});

	it('moves by as many pixels as it is told, in any direction', () => {
		const area = (alpha: Uint8Array) => alpha.reduce((sum, value) => sum + value / 255, 0);
		const radius = (alpha: Uint8Array) => Math.sqrt(area(alpha) / Math.PI);
		const start = disc(SIZE, 80);
		for (const pixels of [-7, -2.5, -1, 1, 3.5, 8]) {
			const moved = radius(shiftEdge(start.alpha, SIZE, pixels)) - radius(start.alpha);
			expect(Math.abs(moved - pixels)).toBeLessThan(0.45);
		}
	});

	it('is not eaten away along the frame', () => {
		const half = paint(SIZE, (x) => (x < 150 ? 255 : 0));
		const shrunk = shiftEdge(half.alpha, SIZE, -5);
		expect(shrunk[0]).toBe(255);
		expect(shrunk[140 * SIZE.width + 140]).toBe(255);
		expect(shrunk[140 * SIZE.width + 146]).toBe(0);
	});

	it('feathered keeps its place and its area, and is as wide as it is told', () => {
		const half = paint(SIZE, (x) => (x < 150 ? 255 : 0));
		const soft = featherEdge(half.alpha, SIZE, 12);
		const row = soft.subarray(140 * SIZE.width, 141 * SIZE.width);
		expect(Math.abs(row[149]! - 128)).toBeLessThan(20);
		const width = row.filter((value) => value > 5 && value < 250).length;
		expect(Math.abs(width - 12)).toBeLessThanOrEqual(2);
		for (let x = 1; x < SIZE.width; x++) expect(row[x]!).toBeLessThanOrEqual(row[x - 1]!);
	});

	it('treated tile by tile is the same as treated at once, for any box', () => {
		const random = seededRandom(3);
		const noise = paint(SIZE, () => Math.floor(random() * 256));
		const whole = { left: 0, top: 0, right: SIZE.width, bottom: SIZE.height };
		fc.assert(
			fc.property(edge, fc.nat(200), fc.nat(200), ({ shift, feather }, left, top) => {
				const at_once = featherEdge(shiftEdge(noise.alpha, SIZE, shift), SIZE, feather);
				const box = { ...whole, left, top };
				const tiled = adjustBox(noise, box, { shift, feather });
				const width = SIZE.width - left;
				const most = tiled.reduce((worst, value, i) => {
					const at = (top + Math.floor(i / width)) * SIZE.width + left + (i % width);
					return Math.max(worst, Math.abs(value - at_once[at]!));
				}, 0);
				expect(most).toBeLessThanOrEqual(1);
			}),
			{ numRuns: 8 }
		);
	});

	it('stays all product or all backdrop where it is so', () => {
		fc.assert(
			fc.property(edge, fc.constantFrom(0, 255), (change, value) => {
				const flat = paint({ width: 70, height: 60 }, () => value);
				const out = adjustBox(flat, { left: 0, top: 0, right: 70, bottom: 60 }, change);
				expect(out.every((alpha) => alpha === value)).toBe(true);
			})
		);
	});
});

describe('the hole tool', { timeout: 20_000 }, () => {
	/** A ring with backdrop inside and out; the mask keeps the inside. */
	const ring = (inner: number, outer: number, product: Color, backdrop: Color, grain: number) => {
		const random = seededRandom(11);
		const middle = { x: 150, y: 140 };
		const radius = (x: number, y: number) => Math.hypot(x + 0.5 - middle.x, y + 0.5 - middle.y);
		const photo = picture(SIZE, (x, y) => {
			const r = radius(x, y);
			const share =
				Math.min(1, Math.max(0, r - inner + 0.5)) * Math.min(1, Math.max(0, outer - r + 0.5));
			return [0, 1, 2].map(
				(c) => backdrop[c]! + (product[c]! - backdrop[c]!) * share + (random() - 0.5) * grain
			) as Color;
		});
		const mask = paint(SIZE, (x, y) => (radius(x, y) < outer ? 255 : 0));
		return { photo, mask, radius };
	};

	it('opens a ring and never leaves it', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 15, max: 70 }),
				fc.integer({ min: 8, max: 40 }),
				fc.integer({ min: 0, max: 170 }),
				fc.integer({ min: 0, max: 10 }),
				async (inner, thickness, gray, grain) => {
					const outer = inner + thickness;
					const { photo, mask, radius } = ring(
						inner,
						outer,
						[gray, gray, gray],
						[240, 240, 240],
						grain
					);
					const editor = editorOf(mask, photo);
					expect(await editor.apply({ kind: 'hole', x: 150, y: 140 })).toBe(true);
					let [left_in, taken_out] = [0, 0];
					editor.mask.alpha.forEach((alpha, i) => {
						const r = radius(i % SIZE.width, Math.floor(i / SIZE.width));
						if (r < inner - 3) left_in += alpha;
						if (r > inner + 4) taken_out += Math.abs(alpha - mask.alpha[i]!);
					});
					expect({ left_in, taken_out }).toEqual({ left_in: 0, taken_out: 0 });
				}
			),
			{ numRuns: 10 }
		);
	});

	it('brings the hole back with a second click', async () => {
		const { photo, mask } = ring(40, 70, [60, 40, 30], [240, 240, 240], 6);
		const editor = editorOf(mask, photo);
		await editor.apply({ kind: 'hole', x: 150, y: 140 });
		await editor.apply({ kind: 'hole', x: 150, y: 140 });
		expect(editor.mask.alpha).toEqual(mask.alpha);
	});

	it('brings back with a second click what the first took out, and no eraser stroke that touches it', async () => {
		const { photo, mask, radius } = ring(40, 90, [60, 40, 30], [240, 240, 240], 6);
		const editor = editorOf(mask, photo);
		const open = { kind: 'hole', x: 150, y: 140 } as const;
		await editor.apply(open);
		// Across the ring, from inside the hole to the removed backdrop.
		stroke(editor, 'erase', [150, 140, 12, 290, 140, 12], 1);
		const erased = editor.mask.alpha.slice();
		await editor.apply(open);
		let [missing, added] = [0, 0];
		editor.mask.alpha.forEach((alpha, i) => {
			const r = radius(i % SIZE.width, Math.floor(i / SIZE.width));
			if (r < 36 && alpha < 255) missing++;
			if (r > 44 && alpha !== erased[i]) added++;
		});
		expect({ missing, added }).toEqual({ missing: 0, added: 0 });
		const again = editorOf(mask, photo);
		await again.load(editor.edits);
		expect(again.mask.alpha).toSatisfy(same(editor.mask.alpha));
		await editor.undo();
		expect(editor.mask.alpha).toSatisfy(same(erased));
	});

	it('refuses where nothing is enclosed, and changes nothing', async () => {
		const { photo, mask } = ring(40, 70, [60, 40, 30], [240, 240, 240], 6);
		const editor = editorOf(mask, photo);
		expect(await editor.apply({ kind: 'hole', x: 5, y: 5 })).toBe(false);
		// A ring that is open at the bottom, to backdrop that was removed.
		stroke(editor, 'erase', [150, 140, 12, 150, 260, 12], 1);
		const before = editor.mask.alpha.slice();
		expect(await editor.apply({ kind: 'hole', x: 130, y: 140 })).toBe(false);
		expect(editor.mask.alpha).toEqual(before);
		expect(editor.edits).toHaveLength(1);
	});
});

describe('colors', () => {
	/** A red disc photographed on green, and its true mask. */
	const size = { width: 160, height: 160 };
	const mask = disc(size, 50);
	const photo = picture(size, (x, y) => {
		const share = mask.alpha[y * size.width + x]! / 255;
		return [220 * share, 180 * (1 - share), 20];
	});
	const truth = Float32Array.from(mask.alpha, (alpha) => alpha / 255);

	it('at a soft edge lose the backdrop, and alpha is not touched', () => {
		const colors = estimateEdgeColors(photo, truth);
		for (let i = 0; i < truth.length; i++) {
			if (truth[i]! < 0.3 || truth[i]! > 0.9) continue;
			const data = photo.data.slice(i * 4, i * 4 + 4);
			const green = data[1]!;
			cleanEdgePixel(data, 0, truth[i]!, colors, i % size.width, Math.floor(i / size.width), 0);
			expect(data[1]!).toBeLessThan(0.75 * green + 3);
			expect(data[3]).toBe(255);
		}
	});

	it('in a halo inside a mask that is too wide come closer to the product’s as the slider goes up', () => {
		const wide = shiftEdge(mask.alpha, size, 2);
		const colors = estimateEdgeColors(
			photo,
			Float32Array.from(wide, (alpha) => alpha / 255)
		);
		const green = (halo: number) => {
			let sum = 0;
			for (let i = 0; i < wide.length; i++) {
				if (wide[i] !== 255) continue;
				const data = photo.data.slice(i * 4, i * 4 + 4);
				cleanEdgePixel(data, 0, 1, colors, i % size.width, Math.floor(i / size.width), halo);
				sum += data[1]!;
			}
			return sum;
		};
		expect(green(0.5)).toBeLessThan(0.8 * green(0));
		expect(green(1)).toBeLessThan(0.7 * green(0.5));
	});

	const look = {
		backdrop: { even: [255, 255, 255], odd: [0, 0, 0], cell: 8 } as const,
		split: 0,
		ghost: 0,
		halo: 0
	};
	const at = { ...size, left: 0, top: 0, scale: 1, x: 0, y: 0 };
	const composed = (change: Partial<typeof look>) => {
		const shown = { ...photo, data: photo.data.slice() };
		const backdrop = { even: [255, 255, 255], odd: [0, 0, 0], cell: 8 } satisfies object;
		composeView(shown, mask.alpha, at, size, null, {
			...look,
			...change,
			backdrop: { ...backdrop, even: [255, 255, 255], odd: [0, 0, 0] }
		});
		return (x: number, y: number) => [
			...shown.data.subarray((y * 160 + x) * 4, (y * 160 + x) * 4 + 4)
		];
	};

	it('of the view are the product’s inside and the checker’s outside', () => {
		const pixel = composed({});
		expect(pixel(80, 80)).toEqual([220, 0, 20, 255]);
		expect(pixel(2, 2)).toEqual([255, 255, 255, 255]);
		expect(pixel(10, 2)).toEqual([0, 0, 0, 255]);
	});

	it('of the view are the photo’s left of the before/after split, and shine through as a ghost', () => {
		expect(composed({ split: 40 })(10, 2)).toEqual([0, 180, 20, 255]);
		expect(composed({ ghost: 0.5 })(10, 2)).toEqual([0, 90, 10, 255]);
	});
});

describe('a mask read at another scale', () => {
	it('is the pixel itself when enlarged, a mean when made smaller, and 0 outside', () => {
		const mask = paint({ width: 8, height: 8 }, (x) => (x < 4 ? 255 : 0));
		const large = sampleMask(mask, { width: 32, height: 32, left: 0, top: 0, scale: 4 });
		expect(large[15]).toBe(255);
		expect(large[16]).toBe(0);
		const outside = sampleMask(mask, { width: 8, height: 8, left: -4, top: 0, scale: 1 });
		expect([...outside.subarray(0, 8)]).toEqual([0, 0, 0, 0, 255, 255, 255, 255]);
		const fine = paint({ width: 8, height: 8 }, (x, y) => ((x + y) % 2 ? 255 : 0));
		const small = sampleMask(fine, { width: 4, height: 4, left: 0, top: 0, scale: 0.5 });
		expect([...new Set(small)]).toEqual([128]);
	});
});

describe('a mask file', () => {
	const size = { width: 6, height: 4 };

	it('of the photo’s size is taken', async () => {
		const png = await encodePng(6, 4, new Uint8Array(96));
		expect(await checkMaskFile(new Blob([png]), size)).toBeNull();
	});

	it('of another size is refused by its header, with both sizes named', async () => {
		const png = await encodePng(4, 6, new Uint8Array(96));
		expect(await checkMaskFile(new Blob([png]), size)).toEqual({
			reason: 'mask_wrong_size',
			detail: { found: '4 × 6', wanted: '6 × 4' }
		});
	});

	it.each([
		['text', new TextEncoder().encode('this is no picture, but it is long enough to be read')],
		['nothing', new Uint8Array()],
		['a signature alone', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])]
	])('of %s is no PNG', async (_, bytes) => {
		expect(await checkMaskFile(new Blob([bytes]), size)).toMatchObject({ reason: 'mask_not_png' });
	});

	it('that is too large is refused before it is read', async () => {
		const file = new Blob([new Uint8Array(25 * 1024 * 1024 + 1)]);
		expect(await checkMaskFile(file, size)).toMatchObject({ reason: 'mask_too_large' });
	});

	it('stands for alpha by its transparency or its brightness', () => {
		const data = new Uint8ClampedArray([255, 255, 255, 10, 0, 255, 0, 255]);
		const alpha = new Uint8Array(2);
		readMaskRows(data, alpha, 'transparency');
		expect([...alpha]).toEqual([10, 255]);
		readMaskRows(data, alpha, 'brightness');
		expect([...alpha]).toEqual([255, 182]);
	});
});
