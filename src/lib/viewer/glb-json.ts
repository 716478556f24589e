/** A part of a GLB's description: from outside, so every value is looked at before it is used. */
export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object there, or an empty one. */
export function part(value: unknown): Json {
	return isJson(value) ? value : {};
}

/** The array there, or an empty one. */
export function list(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

/** The finite number there, or `fallback`. */
export function number(value: unknown, fallback: number): number {
	return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}

/** The non-negative whole number there, or null. */
export function index(value: unknown): number | null {
	return Number.isInteger(value) && Number(value) >= 0 ? Number(value) : null;
}

/** `fallback` with the numbers that are there in place of its own. */
export function numbers<const T extends readonly number[]>(
	value: unknown,
	fallback: T
): { -readonly [K in keyof T]: number };
export function numbers(value: unknown, fallback: readonly number[]): number[] {
	const given = list(value);
	return fallback.map((one, i) => number(given[i], one));
}

/** An extension's object, or null. */
export function extension(value: Json, name: string): Json | null {
	const found = part(value.extensions)[name];
	return isJson(found) ? found : null;
}
