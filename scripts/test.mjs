// `npm test`: everything that must pass. The last line is "N passed, N failed".
import { ensureChromium } from './chromium.mjs';
import { run, runAll } from './wrangler.mjs';

process.env.CHROMIUM = ensureChromium();
await runAll(['npm', 'run', 'build'], ['npm', 'run', 'check']);
process.exit(await run('vitest', ['run', ...process.argv.slice(2)]));
