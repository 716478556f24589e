import { describe, expect, it } from 'vitest';
import {
	formatAgo,
	formatBytes,
	formatDay,
	formatDuration,
	formatMonth,
	formatShare,
	formatUsd
} from '../../src/lib/ui/format';

describe('numbers on screen', () => {
	it('shows a price below ten cents with the digit that matters', () => {
		expect([0, 0.024, 0.6, 1234.5].map(formatUsd)).toEqual([
			'$0.00',
			'$0.024',
			'$0.60',
			'$1,234.50'
		]);
	});

	it('never rounds a share with failures up to 100%', () => {
		expect([1, 0.9999, 0.98, 0, null].map(formatShare)).toEqual([
			'100%',
			'99.9%',
			'98%',
			'0%',
			'–'
		]);
	});

	it('changes the unit of a duration with its length', () => {
		expect([0, 999, 2400, 14_000, 60_000, 290_000, null].map(formatDuration)).toEqual([
			'0 ms',
			'999 ms',
			'2.4 s',
			'14 s',
			'1 min',
			'4 min 50 s',
			'–'
		]);
	});

	it('never shows sixty seconds beside a minute', () => {
		for (let ms = 59_000; ms < 300_000; ms += 37) expect(formatDuration(ms)).not.toMatch(/\b60 s/);
	});

	it('changes the unit of a size with its length', () => {
		expect([0, 999, 18_200, 4_500_000, 176_098_000].map(formatBytes)).toEqual([
			'0 B',
			'999 B',
			'18 kB',
			'4.5 MB',
			'176 MB'
		]);
	});
});

describe('times on screen', () => {
	const now = Date.UTC(2026, 10, 22, 12);
	it('says how long ago, and the date after a week', () => {
		const minute = 60_000;
		const ago = (minutes: number) => formatAgo(now - minutes * minute, now);
		expect([ago(0.2), ago(5), ago(60), ago(60 * 24)]).toEqual([
			'just now',
			'5 minutes ago',
			'1 hour ago',
			'yesterday'
		]);
		expect(ago(60 * 24 * 30)).toMatch(/Oct 2\d, 2026/);
	});

	it('keeps a UTC day and month whatever the time zone is', () => {
		expect([formatDay('2026-03-01'), formatMonth('2026-03')]).toEqual([
			'Mar 1, 2026',
			'March 2026'
		]);
	});
});
