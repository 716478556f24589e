import { describe, expect, it } from 'vitest';
import type { ChannelFiles, MadeFile } from '$lib/optimize/channels/make-channel-files';
import type { FileFacts } from '$lib/optimize/channels/inspect-file';
import { CHANNELS } from '$lib/optimize/channels/profiles';
import { fileName, passportHtml, passportJson, slugOf } from '$lib/passport-report';
import { figuresFor, FIGURE_TABLE } from '$lib/viewer/scale-figures';

const facts: FileFacts = {
	bytes: 2_400_000,
	triangles: 12_345,
	vertices: 9_000,
	draw_calls: 1,
	materials: 1,
	uv_sets: 1,
	texture_side: 1024,
	texture_types: ['image/jpeg'],
	extensions: [],
	motion: [],
	min: [-0.1, 0, -0.1],
	max: [0.1, 0.3, 0.1],
	packed: null
};
const file: MadeFile = {
	profile: 'shopify',
	suffix: '',
	ending: 'glb',
	file: new Blob(['x']),
	facts,
	rules: [
		{ rule: 'max_bytes', outcome: 'pass', allowed: 5e8, before: 9e6, after: 2_400_000 },
		{ rule: 'max_materials', outcome: 'fail', allowed: 1, before: 3, after: 3 }
	],
	verdict: 'fail'
};
const made: ChannelFiles = { source: facts, files: [file], notes: ['gpu_failed'] };
const passport = {
	product: 'Mug <b>“1”</b>',
	made,
	profiles: CHANNELS,
	at: Date.UTC(2026, 10, 27)
};

describe('the passport’s report', () => {
	it('says per file and rule what was allowed, what it is, and what to do about a broken one', () => {
		const html = passportHtml(passport);
		expect(html).toContain('Shopify');
		expect(html).toContain('500 MB');
		expect(html).toContain('2.4 MB');
		expect(html).toContain('Fail');
		expect(html).toContain('cannot be painted into one');
		expect(html).toContain('0 of 1 files keep every rule. The GPU failed');
	});

	it('lets no product name become markup', () => {
		expect(passportHtml(passport)).not.toContain('<b>');
		expect(passportHtml(passport)).toContain('Mug &lt;b&gt;');
	});

	it('is JSON for programs, without the files themselves', () => {
		const json = JSON.parse(passportJson(passport));
		expect(json.files[0]).toMatchObject({ file: 'mug-b-1-b-shopify.glb', verdict: 'fail' });
		expect(json.files[0].rules).toHaveLength(2);
		expect(json.notes).toEqual(['gpu_failed']);
	});
});

it('files are named by product, channel and level', () => {
	expect(fileName('mug', file)).toBe('mug-shopify.glb');
	expect(fileName('mug', { ...file, profile: 'web', suffix: 'lod2' })).toBe('mug-web-lod2.glb');
	expect(slugOf('Ωß')).toBe('product');
});

it('everything to compare with is near the product’s own size, the nearest first', () => {
	for (const longest of [0.02, 0.1, 0.3, 1, 2.5]) {
		const figures = figuresFor(longest);
		expect(figures.length, `${longest} m`).toBeGreaterThan(0);
		const apart = figures.map((name) => Math.abs(Math.log(FIGURE_TABLE[name].height_m / longest)));
		expect(apart).toEqual(apart.toSorted((a, b) => a - b));
	}
	expect(figuresFor(0.3)[0]).toBe('bottle');
	expect(figuresFor(1.8)[0]).toBe('person');
});
