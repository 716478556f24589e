/** What was said to and by outside services, without secrets. */
import { drizzle } from 'drizzle-orm/d1';
import { v7 as uuidv7 } from 'uuid';
import { external_api_responses } from './schema';

export type ExternalApiResponse = Omit<
	typeof external_api_responses.$inferInsert,
	'id' | 'created_at'
>;

/** Appends one exchange. The caller has removed signed URLs, keys and image data and cut the body to 4 KB. */
export async function recordResponse(db: D1Database, response: ExternalApiResponse): Promise<void> {
	await drizzle(db)
		.insert(external_api_responses)
		.values({ ...response, id: uuidv7(), created_at: Date.now() })
		.run();
}
