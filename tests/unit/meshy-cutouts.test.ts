import { describe, expect, it } from 'vitest';
import { MESHY_PRESETS, meshySettings } from '../../worker/contract';
import { meshyCutouts } from '../../src/lib/meshy-cutouts';
import { generateRequest, LIMITS } from '../../worker/contract';

const stored_cutouts = ['a', 'b'].map((photo_id) => ({
	photo_id,
	processed_url: `/files/${photo_id}`,
	mask_url: ''
}));
const shape = { construction: 'auto' as const, views: { f: 'front' as const, b: 'left' as const } };

const meshy = meshySettings.parse({});

describe('meshyCutouts', () => {
	it('is the front alone for a model that takes one image', () => {
		const one = { stored_cutouts, shape, meshy: MESHY_PRESETS.draft };
		expect(meshyCutouts(one, ['a', 'b', 'c'])).toHaveLength(1);
	});

	it('sends the front first and no more than Meshy takes', () => {
		const ids = meshyCutouts({ stored_cutouts, shape, meshy }, ['a', 'b', 'c', 'd', 'e', 'f']);
		expect(ids).toEqual(['f', 'a', 'b', 'c']);
		expect(ids).toHaveLength(LIMITS.images_per_model);
	});

	it('sends the stored ones where the photos are on another device', () => {
		expect(meshyCutouts({ stored_cutouts, shape, meshy }, [])).toEqual(['a', 'b']);
	});
});

describe('a model of many cut-outs', () => {
	const image_urls = Array.from(
		{ length: 8 },
		(_, i) => `/files/00000000-0000-7000-8000-00000000000${i}`
	);
	const common = { product_id: '01990000-0000-7000-8000-000000000000', image_urls };
	it('is recorded for a draft of eight, and refused for Meshy', () => {
		const size = { width_m: 1, height_m: 1, depth_m: 1 };
		const draft = { ...common, provider: 'draft', model_url: image_urls[0], size };
		const made = { ...draft, triangles: 9, processing_time: 1 };
		expect(generateRequest.safeParse(made).success).toBe(true);
		const nine = { ...made, image_urls: [...image_urls, image_urls[0]] };
		expect(generateRequest.safeParse(nine).success).toBe(false);
		expect(generateRequest.safeParse({ ...common, provider: 'meshy' }).success).toBe(false);
	});
});
