import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';

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

/**
 * The condition for rows after a cursor. A row value, because SQLite seeks it in the index
 * (sqlite.org/rowvalue.html, 3.1), whereas `a < x or (a = x and b < y)` walks there from the newest row.
 */
export function isAfter(
	table: { created_at: SQLWrapper; id: SQLWrapper },
	{ created_at, id }: Cursor
): SQL {
	return sql`(${table.created_at}, ${table.id}) < (${created_at}, ${id})`;
}
