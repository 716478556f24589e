import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { commentPatch, commentsQuery, replyRequest } from '../contract';
import {
	COMMENTS_PER_SHARE,
	deleteComment,
	findComment,
	insertComment,
	listComments,
	resolveComment,
	type Comment
} from '../db/comments';
import { readCursor, writeCursor } from '../db/cursor';
import { latestTask } from '../db/models';
import { findShare } from '../db/shares';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { validate } from '../validate';

const param = z.object({ comment_id: z.uuid() });

/** What visitors said, as the owner of the link sees it. */
export const comments = new Hono<AppEnv>()
	.get('/', validate('query', commentsQuery), async (c) => {
		const { share_id, cursor: text, limit } = c.req.valid('query');
		const cursor = text ? readCursor(text) : null;
		if (text && !cursor) {
			return refuse(c, 400, 'invalid_request', 'Query: “cursor” is not one this server gave.', {
				field: 'cursor'
			});
		}
		const db = drizzle(c.env.DB);
		const share = await findShare(db, share_id);
		if (!share) return refuse(c, 404, 'not_found', 'There is no such link.');
		const [page, [current]] = await Promise.all([
			listComments(db, { share_id, cursor, limit }),
			latestTask(db, share.product_id, 'model_optimization')
		]);
		return c.json(
			{
				comments: page.items.map((one) => onWire(one, current?.id)),
				next_cursor: page.next ? writeCursor(page.next) : null
			},
			200
		);
	})
	.post('/', validate('json', replyRequest), async (c) => {
		const db = drizzle(c.env.DB);
		const { parent_id, body } = c.req.valid('json');
		const parent = await findComment(db, parent_id);
		if (!parent || parent.parent_id !== null) return refuseComment(c);
		const { share_id, model_task_id } = parent;
		const reply = await insertComment(db, {
			share_id,
			parent_id,
			kind: 'comment',
			name: '',
			from_owner: true,
			reviewer_hash: null,
			body,
			pin: null,
			model_task_id,
			created_at: Date.now()
		});
		if (!reply) {
			return refuse(
				c,
				409,
				'comments_full',
				`This link has its ${COMMENTS_PER_SHARE} comments. Delete some, or make a new link.`
			);
		}
		return c.json(onWire(reply, model_task_id), 201);
	})
	.patch('/:comment_id', validate('param', param), validate('json', commentPatch), async (c) => {
		const { comment_id } = c.req.valid('param');
		const { resolved } = c.req.valid('json');
		const comment = await resolveComment(drizzle(c.env.DB), comment_id, resolved, c.get('user'));
		return comment ? c.json({ id: comment.id, resolved }, 200) : refuseComment(c);
	})
	.delete('/:comment_id', validate('param', param), async (c) => {
		const { comment_id } = c.req.valid('param');
		const deleted = await deleteComment(drizzle(c.env.DB), comment_id, c.get('user'));
		return deleted ? c.json({ id: comment_id, deleted: true }, 200) : refuseComment(c);
	});

function onWire(comment: Comment, current_task_id: string | undefined) {
	const { reviewer_hash, model_task_id, resolved_at, ...rest } = comment;
	return {
		...rest,
		resolved: resolved_at !== null,
		/** The same for comments of one browser; null for the owner. */
		reviewer: reviewer_hash?.slice(0, 12) ?? null,
		/** The model was made anew since. */
		of_older_model: model_task_id !== current_task_id
	};
}

const refuseComment = (c: Context) =>
	refuse(c, 404, 'not_found', 'This comment is not there any more.');
