import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import { audit_log } from './schema';

/** The insert for an audit entry, for use inside a batch together with what it records. */
export function auditEntry(
	db: DrizzleD1Database,
	action: string,
	subject: string,
	detail: Record<string, unknown> = {}
) {
	return db
		.insert(audit_log)
		.values({ id: uuidv7(), actor: 'owner', action, subject, detail, created_at: Date.now() });
}
