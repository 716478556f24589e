/** Comments at a link. Every list is paged, newest first. */
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { DrizzleD1Database } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import { auditEntry } from './audit';
import { isAfter, type Cursor } from './cursor';
import { share_comments } from './schema';

export type Comment = typeof share_comments.$inferSelect;
export type NewComment = Omit<Comment, 'id' | 'number' | 'resolved_at'>;

/** Comments a link takes; more than any review has, so that nobody can fill the database. */
export const COMMENTS_PER_SHARE = 500;

const t = share_comments;

/** Stores a comment and numbers its pin, in one statement. @returns null when the link has all it takes */
export async function insertComment(
	db: DrizzleD1Database,
	comment: NewComment
): Promise<Comment | null> {
	const { share_id, parent_id, kind, name, from_owner, reviewer_hash, body, pin } = comment;
	const id = uuidv7();
	const number = sql`(select coalesce(max(number), 0) + 1 from ${t} where share_id = ${share_id})`;
	// In the order of the table's columns.
	const [row] = await db
		.insert(t)
		.select(
			sql`select ${id}, ${share_id}, ${parent_id}, ${kind}, ${name}, ${Number(from_owner)}, ${reviewer_hash},
				${body}, ${pin ? number : null}, ${pin ? JSON.stringify(pin) : null}, ${comment.model_task_id}, null,
				${comment.created_at}
				where (select count(*) from ${t} where share_id = ${share_id}) < ${COMMENTS_PER_SHARE}`
		)
		.returning();
	if (row && kind !== 'comment') {
		await auditEntry(db, 'visitor', `share.${kind}`, share_id, { comment_id: id, name });
	}
	return row ?? null;
}

export async function findComment(db: DrizzleD1Database, id: string): Promise<Comment | null> {
	return (await db.select().from(t).where(eq(t.id, id)).get()) ?? null;
}

/** A page of a link's comments, newest first, answers among them. */
export async function listComments(
	db: DrizzleD1Database,
	{ share_id, cursor, limit }: { share_id: string; cursor: Cursor | null; limit: number }
): Promise<{ items: Comment[]; next: Cursor | null }> {
	const rows = await db
		.select()
		.from(t)
		.where(and(eq(t.share_id, share_id), cursor ? isAfter(t, cursor) : undefined))
		.orderBy(desc(t.created_at), desc(t.id))
		.limit(limit + 1);
	const items = rows.slice(0, limit);
	return { items, next: rows.length > limit ? (items.at(-1) ?? null) : null };
}

/** Marks a comment as dealt with, or as open again. @returns null if there is none */
export async function resolveComment(
	db: DrizzleD1Database,
	id: string,
	resolved: boolean,
	actor: string
): Promise<Comment | null> {
	const row = await db
		.update(t)
		.set({ resolved_at: resolved ? Date.now() : null })
		.where(eq(t.id, id))
		.returning()
		.get();
	if (row) await auditEntry(db, actor, resolved ? 'comment.resolve' : 'comment.reopen', id);
	return row ?? null;
}

/** Deletes a comment with its answers. @returns false if there is none */
export async function deleteComment(
	db: DrizzleD1Database,
	id: string,
	actor: string
): Promise<boolean> {
	const rows = await db.delete(t).where(eq(t.id, id)).returning({ name: t.name });
	const [row] = rows;
	if (row) await auditEntry(db, actor, 'comment.delete', id, { name: row.name });
	return row !== undefined;
}

/** What waits for the owner at the given links: open comments, and the newest verdict. For use in a batch. */
export function reviewsOfShares(db: DrizzleD1Database, share_ids: string[]) {
	const verdict = sql<'approval' | 'change_request' | null>`(select v.kind from ${t} v
		where v.share_id = ${t.share_id} and v.kind <> 'comment' order by v.created_at desc, v.id desc limit 1)`;
	return db
		.select({
			share_id: t.share_id,
			open: sql<number>`sum(${t.resolved_at} is null and ${t.kind} <> 'approval')`,
			verdict: verdict.as('verdict')
		})
		.from(t)
		.where(
			and(
				sql`${t.share_id} in (select value from json_each(${JSON.stringify(share_ids)}))`,
				isNull(t.parent_id)
			)
		)
		.groupBy(t.share_id);
}
