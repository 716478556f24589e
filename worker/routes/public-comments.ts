import { drizzle } from 'drizzle-orm/d1';
import { Hono, type Context } from 'hono';
import { commentRequest, pageQuery } from '../contract';
import {
	COMMENTS_PER_SHARE,
	findComment,
	insertComment,
	listComments,
	type Comment
} from '../db/comments';
import { readCursor, writeCursor } from '../db/cursor';
import { hashSlug } from '../db/shown-share';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { clientNetwork } from '../gate';
import { validate } from '../validate';
import { admitVisitor } from '../visitor';

/** What visitors of a link say of its model, where its owner asks for that. */
export const publicComments = new Hono<AppEnv>()
	.get('/:slug/comments', validate('query', pageQuery), async (c) => {
		const { shown, refusal } = await admitVisitor(c, c.req.param('slug'));
		if (!shown) return refusal;
		if (!shown.share.allow_comments) return refuseOff(c);
		const { cursor: text, limit } = c.req.valid('query');
		const cursor = text ? readCursor(text) : null;
		if (text && !cursor) {
			return refuse(c, 400, 'invalid_request', 'Query: “cursor” is not one this server gave.', {
				field: 'cursor'
			});
		}
		const share_id = shown.share.id;
		const page = await listComments(drizzle(c.env.DB), { share_id, cursor, limit });
		const reviewer_hash = await hashReviewer(c.req.header('X-Reviewer-Id'));
		return c.json(
			{
				comments: page.items.map((one) => onWire(one, reviewer_hash)),
				next_cursor: page.next ? writeCursor(page.next) : null
			},
			200
		);
	})
	.post('/:slug/comments', validate('json', commentRequest), async (c) => {
		const { shown, refusal } = await admitVisitor(c, c.req.param('slug'));
		if (!shown) return refusal;
		const { share, model } = shown;
		if (!share.allow_comments) return refuseOff(c);
		const { reviewer_id, parent_id, pin, ...said } = c.req.valid('json');
		const db = drizzle(c.env.DB);
		if (parent_id) {
			const parent = await findComment(db, parent_id);
			if (parent?.share_id !== share.id || parent.parent_id !== null) {
				return refuse(c, 404, 'not_found', 'The comment you answer is not there any more.');
			}
		}
		const key = `${share.id} ${clientNetwork(c)}`;
		if (!(await c.env.VISITOR_COMMENTS.limit({ key })).success) {
			c.header('Retry-After', '60');
			return refuse(
				c,
				429,
				'too_many_requests',
				'Many comments came from here in a short time. Wait a minute, then send it again.'
			);
		}
		const reviewer_hash = await hashReviewer(reviewer_id);
		const comment = await insertComment(db, {
			...said,
			share_id: share.id,
			parent_id: parent_id ?? null,
			// An answer stands under the comment that has the pin.
			pin: parent_id ? null : (pin ?? null),
			from_owner: false,
			reviewer_hash,
			model_task_id: model.task_id,
			created_at: Date.now()
		});
		if (!comment) {
			return refuse(
				c,
				409,
				'comments_full',
				`This link has its ${COMMENTS_PER_SHARE} comments. Ask the person who sent it for a new one.`
			);
		}
		return c.json(onWire(comment, reviewer_hash), 201);
	});

/** What other visitors may know of a comment. */
function onWire(comment: Comment, reader_hash: string | null) {
	const { id, parent_id, kind, name, from_owner, body, number, pin, created_at } = comment;
	return {
		id,
		parent_id,
		kind,
		name,
		from_owner,
		body,
		number,
		pin,
		resolved: comment.resolved_at !== null,
		mine: reader_hash !== null && comment.reviewer_hash === reader_hash,
		created_at
	};
}

const hashReviewer = async (reviewer_id: string | undefined) =>
	reviewer_id ? hashSlug(`reviewer ${reviewer_id}`) : null;

const refuseOff = (c: Context) =>
	refuse(c, 403, 'comments_off', 'This link takes no comments. Answer the person who sent it.');
