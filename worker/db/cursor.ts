/** Where a page of a list (newest first, by created_at and id) goes on. */
export interface Cursor {
	created_at: number;
	id: string;
}

/** Writes a cursor for the wire; opaque to clients. */
export function writeCursor({ created_at, id }: Cursor): string {
	return `${created_at.toString(36)}_${id}`;
}

/** Reads a cursor from the wire, or null if it is not one of ours. */
export function readCursor(text: string): Cursor | null {
	const [, time, id] = /^([0-9a-z]{1,11})_([0-9a-f-]{36})$/.exec(text) ?? [];
	if (time === undefined || id === undefined) return null;
	return { created_at: parseInt(time, 36), id };
}
