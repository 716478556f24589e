import { afterEach, expect, it, vi } from 'vitest';
import type { Cutout } from '../../src/lib/artifacts';
import { storeCutouts } from '../../src/lib/job-server';
import { EMPTY_JOB } from '../../src/lib/job-store';

const cutout = (photo_id: string): Cutout => ({
	photo_id,
	image: new Blob(),
	mask: new Blob(),
	width: 1,
	height: 1,
	engine: 'backdrop',
	device: 'cpu',
	coverage: 0.5,
	confidence: 1,
	bounds: { x: 0, y: 0, width: 1, height: 1 },
	processing_time: 1,
	notes: []
});

afterEach(() => vi.unstubAllGlobals());

it('a background removal that is recorded is not recorded again when a model is generated again', async () => {
	const calls = vi.fn(async () => Response.json({}));
	vi.stubGlobal('fetch', calls);
	const stored_cutouts = ['a', 'b'].map((photo_id) => ({
		photo_id,
		processed_url: `/files/${photo_id}`,
		mask_url: `/files/${photo_id}-mask`
	}));
	const cutouts = [cutout('a'), cutout('b')];
	const record = { ...EMPTY_JOB, product_id: 'p', cutouts, stored_cutouts };
	expect(await storeCutouts(record, cutouts, {})).toEqual(stored_cutouts);
	expect(calls).not.toHaveBeenCalled();
});
