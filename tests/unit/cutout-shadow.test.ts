import { describe, expect, it } from 'vitest';
import { castShadow } from '../../src/lib/cutout/cast-shadow';
import { enlarge } from '../../src/lib/cutout/resample';
import { paintScene, type SceneName } from '../fixtures/scenes';

function shadowOf(name: SceneName) {
	const scene = paintScene(name, 400);
	const found = castShadow(scene.picture, scene.alpha);
	return { ...scene, darkness: found && enlarge(found.darkness, found, scene.picture) };
}

describe('the shadow of a product', () => {
	it.each(['mug', 'white_in_contact', 'dark_in_contact'] as const)(
		'of %s, laid on the bare backdrop, gives the photo back',
		(name) => {
			const { picture, alpha, shadow, darkness } = shadowOf(name);
			if (!darkness) throw new Error('no shadow');
			let before = 0;
			let after = 0;
			for (let i = 0; i < alpha.length; i++) {
				if (!shadow[i] || alpha[i]! > 0.01) continue;
				// These backdrops change from row to row at most: the frame's left column shows them bare.
				const bare = picture.data[Math.floor(i / 400) * 1600]!;
				before += bare - picture.data[i * 4]!;
				after += Math.abs(bare * (1 - darkness[i]!) - picture.data[i * 4]!);
			}
			expect(before).toBeGreaterThan(10_000);
			expect(after).toBeLessThan(0.35 * before);
		}
	);

	it('ends: far from the product there is none', () => {
		const { darkness } = shadowOf('mug');
		for (const [x, y] of [
			[5, 5],
			[390, 10],
			[200, 20],
			[10, 395]
		] as const) {
			expect(darkness?.[y * 400 + x]).toBe(0);
		}
	});

	it('is none where the product casts none, nor before clutter', () => {
		expect(shadowOf('gradient').darkness).toBeNull();
		expect(shadowOf('cluttered').darkness).toBeNull();
	});
});
