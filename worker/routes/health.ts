import { Hono } from 'hono';
import { openStorage } from '../clients/storage';
import type { AppEnv } from '../env';

/** Whether the database and the storage answer. Public, so it says nothing else. */
export const health = new Hono<AppEnv>().get('/', async (c) => {
	const [database, storage] = await Promise.all([
		answers(() => c.env.DB.prepare('select 1').first()),
		answers(() => openStorage(c.env).head('health'))
	]);
	const ok = database && storage;
	return c.json({ ok, database, storage }, ok ? 200 : 503);
});

async function answers(question: () => Promise<unknown>): Promise<boolean> {
	try {
		await question();
		return true;
	} catch (error) {
		console.error(JSON.stringify({ level: 'error', part: 'health', message: String(error) }));
		return false;
	}
}
