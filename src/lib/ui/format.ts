/** How numbers, times and sizes are written on screen, in one place. */

import type { Size } from '../artifacts';

const LOCALE = 'en-US';

/**
 * Money, with more digits for amounts below ten cents.
 * @param usd US dollars
 */
export function formatUsd(usd: number): string {
	const digits = usd !== 0 && Math.abs(usd) < 0.1 ? 3 : 2;
	return new Intl.NumberFormat(LOCALE, {
		style: 'currency',
		currency: 'USD',
		minimumFractionDigits: 2,
		maximumFractionDigits: digits
	}).format(usd);
}

/**
 * A duration: "85 ms", "2.4 s", "3 min 20 s".
 * @param ms milliseconds; null gives a dash
 */
export function formatDuration(ms: number | null): string {
	if (ms === null) return '–';
	if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
	if (ms < 9950) return `${trim((ms / 1000).toFixed(1))} s`;
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds} s`;
	const rest = seconds % 60;
	return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

/**
 * A size in decimal units: "512 B", "18 kB", "176 MB".
 * @param bytes 0 or more
 */
export function formatBytes(bytes: number): string {
	const units = ['B', 'kB', 'MB', 'GB'] as const;
	let value = bytes;
	let index = 0;
	while (value >= 999.5 && index < units.length - 1) {
		value /= 1000;
		index++;
	}
	return `${value < 10 && index > 0 ? trim(value.toFixed(1)) : Math.round(value)} ${units[index]}`;
}

/**
 * A real size, width × height × depth: "24 × 31.5 × 24 cm".
 * @param size metres
 */
export function formatSize({ width_m, height_m, depth_m }: Size): string {
	const centimetres = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
	return `${[width_m, height_m, depth_m].map((m) => centimetres.format(m * 100)).join(' × ')} cm`;
}

/** A whole number with separators: "12,480". */
export function formatCount(count: number): string {
	return new Intl.NumberFormat(LOCALE).format(count);
}

/**
 * A share of a whole: "98%", "99.6%".
 * @param share 0 to 1; null gives a dash
 */
export function formatShare(share: number | null): string {
	if (share === null) return '–';
	// Never round a share with failures up to 100%.
	const percent = share < 1 ? Math.min(share * 100, 99.9) : 100;
	return `${percent > 90 && percent < 100 ? trim(percent.toFixed(1)) : Math.round(percent)}%`;
}

/**
 * How long ago: "just now", "5 minutes ago", "yesterday"; older than a week: the date.
 * @param at epoch milliseconds
 * @param now epoch milliseconds
 */
export function formatAgo(at: number, now: number): string {
	const minutes = Math.round((now - at) / 60_000);
	if (minutes < 1) return 'just now';
	const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
	if (minutes < 60) return relative.format(-minutes, 'minute');
	if (minutes < 24 * 60) return relative.format(-Math.round(minutes / 60), 'hour');
	const days = Math.round(minutes / (24 * 60));
	if (days < 7) return relative.format(-days, 'day');
	return formatDate(at);
}

/**
 * A date: "Mar 4, 2026".
 * @param at epoch milliseconds
 */
export function formatDate(at: number): string {
	return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' }).format(at);
}

/**
 * A day: "Mar 4, 2026".
 * @param day as "2026-03-04"
 */
export function formatDay(day: string): string {
	return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' }).format(
		new Date(day)
	);
}

/**
 * A date with time: "Mar 4, 2026, 2:05 PM".
 * @param at epoch milliseconds
 */
export function formatInstant(at: number): string {
	return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
}

/**
 * A time of day: "2:05 PM".
 * @param at epoch milliseconds
 */
export function formatTime(at: number): string {
	return new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' }).format(at);
}

/**
 * A month: "November 2026".
 * @param month as "2026-11"
 */
export function formatMonth(month: string): string {
	return new Intl.DateTimeFormat(LOCALE, {
		month: 'long',
		year: 'numeric',
		timeZone: 'UTC'
	}).format(new Date(`${month}-01T00:00:00Z`));
}

function trim(fixed: string): string {
	return fixed.replace(/\.0$/, '');
}
