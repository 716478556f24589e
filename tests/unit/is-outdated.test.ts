import { describe, expect, it } from 'vitest';
import type { SourceModel } from '../../src/lib/artifacts';
import { isOutdated } from '../../src/lib/is-outdated';
import { EMPTY_JOB } from '../../src/lib/job-store';

const stored = (photo_id: string, version = 1) => ({
	photo_id,
	processed_url: `/files/${photo_id}-${version}`,
	mask_url: ''
});
const source = (
	image_urls?: string[],
	provider: SourceModel['provider'] = 'draft'
): SourceModel => ({
	provider,
	glb: new Blob(),
	triangles: 1,
	size: { width_m: 1, height_m: 1, depth_m: 1 },
	sides_guessed: false,
	cost: 0,
	task_id: null,
	model_url: null,
	processing_time: 1,
	...(image_urls && { image_urls })
});
const approved = (...ids: string[]) => ids.map((photo_id) => ({ photo_id }));
const made_of_both = {
	...EMPTY_JOB,
	source: source(['/files/a-1', '/files/b-1']),
	stored_cutouts: [stored('a'), stored('b')]
};

describe('a model is outdated', () => {
	it('not while the cut-outs it was made of are the approved ones, in any order', () => {
		expect(isOutdated(made_of_both, approved('a', 'b'))).toBe(false);
		expect(isOutdated(made_of_both, approved('b', 'a'))).toBe(false);
	});

	it('when one was edited or cut out again since, stored or not yet', () => {
		const edited = { ...made_of_both, stored_cutouts: [stored('b')] };
		expect(isOutdated(edited, approved('a', 'b'))).toBe(true);
		const again = { ...made_of_both, stored_cutouts: [stored('a', 2), stored('b')] };
		expect(isOutdated(again, approved('a', 'b'))).toBe(true);
	});

	it('when one was approved in addition, or rejected', () => {
		const third = {
			...made_of_both,
			stored_cutouts: [...made_of_both.stored_cutouts, stored('c')]
		};
		expect(isOutdated(third, approved('a', 'b', 'c'))).toBe(true);
		expect(isOutdated(made_of_both, approved('a'))).toBe(true);
	});

	it('not by a cut-out that Meshy does not get', () => {
		const ids = ['a', 'b', 'c', 'd', 'e'];
		const record = {
			...EMPTY_JOB,
			source: source(
				ids.slice(0, 4).map((id) => `/files/${id}-1`),
				'meshy'
			),
			stored_cutouts: ids.slice(0, 4).map((id) => stored(id))
		};
		expect(isOutdated(record, approved(...ids))).toBe(false);
	});

	it('not while nothing is approved, without a model, or where it is not known what it was made of', () => {
		expect(isOutdated(made_of_both, [])).toBe(false);
		expect(isOutdated({ ...made_of_both, source: null }, approved('a'))).toBe(false);
		expect(isOutdated({ ...made_of_both, source: source() }, approved('a'))).toBe(false);
	});
});
