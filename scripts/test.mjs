// `npm test`: everything that must pass. The last line is "N passed, N failed".
import { ensureChromium } from './chromium.mjs';
import { run, runAll } from './wrangler.mjs';

process.env.CHROMIUM = ensureChromium();
// Planted for the build only: a test looks for them in what was built.
const planted = { MESHY_API_KEY: 'msy_planted_for_the_scan', STUDIO_TOKEN: 'planted_studio_token' };
Object.assign(process.env, planted);
// At once, since each takes one core.
await Promise.all([
	runAll(['npm', 'run', 'build'], ['npm', 'run', 'check:types']),
	runAll(['npm', 'run', 'check:style'])
]);
for (const name of Object.keys(planted)) delete process.env[name];
process.exit(await run('vitest', ['run', ...process.argv.slice(2)]));
