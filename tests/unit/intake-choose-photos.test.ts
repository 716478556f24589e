import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePhotos } from '../../src/lib/intake/choose-photos';
import type { ScoredPhoto } from '../../src/lib/intake/score-photos';

const looks = Array.from({ length: 5 }, (_, i) => ({
	// Views apart by 24 bits or more; repeats of one view by a bit or two.
	hash:
		[
			'0000000000000000',
			'ffffff0000000000',
			'000000ffffff0000',
			'ff00ff00ff00ff00',
			'0f0f0f0f0f0f0f0f'
		][i] ?? '',
	colors: new Array<number>(48).fill(i * 30)
}));

const scoredPhoto = fc
	.record({
		view: fc.nat(4),
		flip: fc.constantFrom(0, 1, 2),
		sharpness: fc.double({ min: 0, max: 1, noNaN: true }),
		exposure: fc.double({ min: 0, max: 1, noNaN: true }),
		total: fc.double({ min: 0, max: 1, noNaN: true }),
		cut_off: fc.boolean()
	})
	.map(({ view, flip, sharpness, exposure, total, cut_off }): Omit<ScoredPhoto, 'id'> => {
		const base = looks[view] ?? { hash: '', colors: [] };
		const last = (parseInt(base.hash.slice(-1), 16) ^ flip).toString(16);
		return {
			score: { sharpness, exposure, resolution: 0.8, subject: 0.8, total },
			blur_px: 1,
			subject_px: 900,
			subject_share: 0.6,
			cut_off,
			exposure_fault: null,
			look: { hash: base.hash.slice(0, -1) + last, colors: base.colors }
		};
	});
const photos = fc
	.array(scoredPhoto, { maxLength: 12 })
	.map((list) => list.map((photo, i): ScoredPhoto => ({ ...photo, id: `photo-${i}` })));
const count = fc.integer({ min: 1, max: 4 });
const sameView = (a: ScoredPhoto, b: ScoredPhoto) => a.look.colors[0] === b.look.colors[0];
const good = ({ score, cut_off }: ScoredPhoto) =>
	score.sharpness >= 0.2 && score.exposure >= 0.25 && !cut_off;

describe('choosePhotos', () => {
	it('answers for every photo, in order', () => {
		fc.assert(
			fc.property(photos, count, (list, n) => {
				expect(choosePhotos(list, n).map((choice) => choice.photo_id)).toEqual(
					list.map(({ id }) => id)
				);
			})
		);
	});

	it('selects at least one and never more than asked', () => {
		fc.assert(
			fc.property(photos, count, (list, n) => {
				const selected = choosePhotos(list, n).filter((choice) => choice.selected).length;
				expect(selected).toBeLessThanOrEqual(n);
				expect(selected).toBeGreaterThanOrEqual(Math.min(1, list.length));
			})
		);
	});

	it('never selects two photos of the same view', () => {
		fc.assert(
			fc.property(photos, count, (list, n) => {
				const choices = choosePhotos(list, n);
				const selected = list.filter((_, i) => choices[i]?.selected);
				selected.forEach((a, i) =>
					selected.slice(i + 1).forEach((b) => expect(sameView(a, b)).toBe(false))
				);
			})
		);
	});

	it('keeps the better of two twins', () => {
		fc.assert(
			fc.property(photos, count, (list, n) => {
				const byId = new Map(list.map((photo) => [photo.id, photo]));
				choosePhotos(list, n).forEach((choice) => {
					const worse = byId.get(choice.photo_id);
					const better = byId.get(choice.duplicate_of ?? '');
					if (!worse || !better) return;
					expect(choice.selected).toBe(false);
					expect(sameView(worse, better)).toBe(true);
					expect(good(better) || !good(worse)).toBe(true);
					if (good(better) === good(worse))
						expect(better.score.total).toBeGreaterThanOrEqual(worse.score.total);
				});
			})
		);
	});

	it('chooses the same whatever the order of the photos', () => {
		const shuffled = photos.chain((list) =>
			fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))
		);
		fc.assert(
			fc.property(shuffled, count, ([list, other], n) => {
				const byId = (choices: ReturnType<typeof choosePhotos>) =>
					[...choices].sort((a, b) => a.photo_id.localeCompare(b.photo_id));
				expect(byId(choosePhotos(other, n))).toEqual(byId(choosePhotos(list, n)));
			})
		);
	});

	it('selects unusable photos only if there is nothing else, and then one', () => {
		fc.assert(
			fc.property(photos, count, (list, n) => {
				const choices = choosePhotos(list, n);
				const selected = list.filter((_, i) => choices[i]?.selected);
				if (list.some(good)) expect(selected.every(good)).toBe(true);
				else expect(selected.length).toBe(Math.min(1, list.length));
			})
		);
	});

	it('never says that a blurry photo is sharp', () => {
		fc.assert(
			fc.property(photos, count, (list, n) => {
				choosePhotos(list, n).forEach(({ reasons }) => {
					expect(reasons.includes('blurry') && reasons.includes('sharp')).toBe(false);
				});
			})
		);
	});
});
