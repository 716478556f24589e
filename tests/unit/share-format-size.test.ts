import { expect, test } from 'vitest';
import { formatSize } from '../../src/routes/s/[slug]/format-size';

test('a full size reads in centimetres, inches and words', () => {
	expect(formatSize({ width_m: 0.18, height_m: 0.2451, depth_m: 0.0904 })).toEqual({
		metric: '18 × 24.5 × 9 cm',
		imperial: '7.1 × 9.6 × 3.6 in',
		spoken: 'Width 18 cm, height 24.5 cm, depth 9 cm'
	});
});

test('large furniture has no digits after the point', () => {
	expect(formatSize({ width_m: 2.106, height_m: null, depth_m: null })?.metric).toBe('211 cm');
});

test('measures nobody gave are left out, and none at all give nothing', () => {
	expect(formatSize({ width_m: null, height_m: 0.3, depth_m: null })?.spoken).toBe('Height 30 cm');
	expect(formatSize({ width_m: null, height_m: null, depth_m: null })).toBeNull();
});
