import { sql, type SQL } from 'drizzle-orm';
import { drizzle, type DrizzleD1Database } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import { audit_log } from './schema';

/**
 * The insert for an audit entry, for use inside a batch together with what it records.
 * @param actor the user who was let in (see gate.ts), or 'visitor'
 */
export function auditEntry(
	db: DrizzleD1Database,
	actor: string,
	action: string,
	subject: string,
	detail: Record<string, unknown> = {}
) {
	return db
		.insert(audit_log)
		.values({ id: uuidv7(), actor, action, subject, detail, created_at: Date.now() });
}

/** The same, written only if a condition on our tables holds. */
export function auditWhere(
	db: D1Database,
	actor: string,
	action: string,
	subject: string,
	detail: Record<string, unknown>,
	condition: SQL,
	now: number
) {
	// The columns of `insert … select` are the table's, in its order.
	return drizzle(db)
		.insert(audit_log)
		.select(
			sql`select ${uuidv7()}, ${actor}, ${action}, ${subject}, ${JSON.stringify(detail)}, ${now} where ${condition}`
		);
}
