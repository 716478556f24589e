import { applyD1Migrations, type D1Migration } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll } from 'vitest';
import type { Env } from '../../worker/env';
import type * as worker from '../../worker/index';

declare global {
	// eslint-disable-next-line @typescript-eslint/no-namespace -- the way the test plugin types its env
	namespace Cloudflare {
		interface Env extends WorkerEnv {
			/** Read from migrations/ by vitest.config.ts. */
			TEST_MIGRATIONS: D1Migration[];
			/** Origin of Cloudflare Access's stand-in. */
			TEST_ACCESS_TEAM: string;
		}
		interface GlobalProps {
			mainModule: typeof worker;
		}
	}
}
type WorkerEnv = Env;

beforeAll(async () => {
	await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
});
