import { drizzle } from 'drizzle-orm/d1';
import { Hono } from 'hono';
import { feedbackRequest } from '../contract';
import { rateProduct } from '../db/feedback';
import { findProduct } from '../db/products';
import type { AppEnv } from '../env';
import { refuse } from '../errors';
import { validate } from '../validate';

/** The owner's rating of a finished model: one per product, the last one counts. */
export const feedback = new Hono<AppEnv>().post(
	'/',
	validate('json', feedbackRequest),
	async (c) => {
		const db = drizzle(c.env.DB);
		const given = c.req.valid('json');
		if (!(await findProduct(db, given.product_id))) {
			return refuse(
				c,
				404,
				'not_found',
				'The product you rate does not exist; it may have been deleted.'
			);
		}
		const { product_id, rating, comment } = await rateProduct(db, given);
		return c.json({ product_id, rating, comment }, 200);
	}
);
