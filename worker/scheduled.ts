/** What runs by the clock; the times are in wrangler.toml. */
import { checkBalance } from './check-balance';
import type { Env } from './env';
import { sweep } from './sweep';

const NIGHTLY = '17 3 * * *';

export async function runScheduled(controller: ScheduledController, env: Env): Promise<void> {
	const now = Date.now();
	if (controller.cron === NIGHTLY) await checkBalance(env, now);
	else await sweep(env, now);
}
