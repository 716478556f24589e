export const round = (v: number) => Math.round(v * 1e4) / 1e4;

/** The record with its numbers rounded to four places. */
export function rounded<T extends object>(record: T): T {
	const entries = Object.entries(record).map(([key, v]) => [
		key,
		typeof v === 'number' ? round(v) : v
	]);
	return Object.fromEntries(entries) as T;
}
