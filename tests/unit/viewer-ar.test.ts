import { describe, expect, it } from 'vitest';
import { arWay, quickLookUrl, sceneViewerUrl } from '$lib/viewer/ar';
import { embedOptions } from '../../src/routes/embed/[slug]/embed-options';
import { describeDirection, directionOf } from '$lib/viewer/directions';

const model = {
	name: 'Stoneware mug & lid',
	plain_url: 'https://vitrine.example/s/abc/files/1?access=x',
	usdz_url: 'https://vitrine.example/s/abc/files/2',
	page_url: 'https://vitrine.example/s/abc'
};
const ANDROID = 'Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/150.0 Mobile Safari/537.36';
const IPHONE_CHROME =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) CriOS/150 Mobile/15E148';
const DESKTOP = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36';

describe('the way into the room', () => {
	it.each([
		['an iPhone or iPad with Quick Look', true, IPHONE_CHROME, 'quick_look'],
		['an Android phone', false, ANDROID, 'scene_viewer'],
		['a computer', false, DESKTOP, 'phone'],
		['a phone that has neither', false, IPHONE_CHROME, null]
	] as const)('of %s', (_, quick_look, user_agent, way) => {
		expect(arWay({ quick_look, user_agent }, model)).toBe(way);
	});

	it('is not offered where its file is missing', () => {
		const device = { quick_look: true, user_agent: IPHONE_CHROME };
		expect(arWay(device, { ...model, usdz_url: null })).toBeNull();
	});

	it('on Android is an intent for Scene Viewer with the plain file, in real size, and a way back', () => {
		const intent = sceneViewerUrl(model);
		const [address = '', rest = ''] = intent.split('#Intent;');
		const url = new URL(address.replace('intent:', 'https:'));
		expect(`${url.host}${url.pathname}`).toBe('arvr.google.com/scene-viewer/1.2');
		expect(Object.fromEntries(url.searchParams)).toEqual({
			file: model.plain_url,
			mode: 'ar_preferred',
			title: model.name,
			link: model.page_url,
			resizable: 'false'
		});
		expect(address).not.toContain('+');
		expect(rest.split(';')).toEqual([
			'scheme=https',
			'package=com.google.android.googlequicksearchbox',
			'action=android.intent.action.VIEW',
			`S.browser_fallback_url=${encodeURIComponent(model.page_url)}`,
			'end',
			''
		]);
	});

	it('on iOS is the USDZ in real size', () => {
		const url = new URL(quickLookUrl(model.usdz_url, model.page_url));
		expect(`${url.origin}${url.pathname}`).toBe(model.usdz_url);
		const options = new URLSearchParams(url.hash.slice(1));
		expect(options.get('allowsContentScaling')).toBe('0');
		expect(options.get('canonicalWebPageURL')).toBe(model.page_url);
	});
});

describe('an embed’s address', () => {
	const read = (query: string) => embedOptions(new URLSearchParams(query));

	it('without anything has buttons, the studio’s wall and the usual view', () => {
		const { view, controls } = read('');
		expect(controls).toBe(true);
		expect(view).toMatchObject({ capture_scroll: true, manual: false, turning: false });
		expect(view.background).toBeUndefined();
		expect(view.start).toEqual({ azimuth: undefined, polar: undefined, zoom: undefined });
	});

	it('asks for a transparent or colored ground, an exposure, no buttons, no scroll zoom, manual load, turning, a start', () => {
		const all =
			'background=transparent&exposure=1.5&controls=0&scroll=0&load=manual&rotate=1&azimuth=90&elevation=30&zoom=2';
		const { view, controls } = read(all);
		expect(controls).toBe(false);
		expect(view).toMatchObject({
			background: 'none',
			exposure: 1.5,
			capture_scroll: false,
			manual: true,
			turning: true
		});
		expect(view.start?.azimuth).toBeCloseTo(Math.PI / 2);
		expect(view.start?.polar).toBeCloseTo(Math.PI / 3);
		expect(view.start?.zoom).toBe(2);
		expect(read('background=f0e').view.background).toBe('#f0e');
	});

	it('ignores what makes no sense', () => {
		const { view } = read(
			'background=url(//evil)&exposure=0&azimuth=NaN&elevation=200&zoom=-3&rotate=yes'
		);
		expect(view.background).toBeUndefined();
		expect(view.exposure).toBeUndefined();
		expect(view.turning).toBe(false);
		expect(view.start).toEqual({ azimuth: undefined, polar: undefined, zoom: undefined });
	});
});

describe('the twelve directions', () => {
	const at = (azimuth: number, elevation: number) =>
		directionOf({ azimuth: (azimuth * Math.PI) / 180, polar: ((90 - elevation) * Math.PI) / 180 });

	it.each([
		[0, 10, 'front'],
		[44, 10, 'front'],
		[46, 10, 'right'],
		[-90, 0, 'left'],
		[180, 0, 'back'],
		[540, 40, 'back_above'],
		[-270, -50, 'right_below']
	])('%d degrees around and %d above is %s', (azimuth, elevation, direction) => {
		expect(at(azimuth, elevation)).toBe(direction);
	});

	it('say what the owner said of them, and nothing otherwise', () => {
		const said = { back: 'A plain back with the maker’s mark.' };
		expect(describeDirection({ azimuth: Math.PI, polar: Math.PI / 2 }, said)).toBe(said.back);
		expect(describeDirection({ azimuth: 0, polar: Math.PI / 2 }, said)).toBeNull();
	});
});
