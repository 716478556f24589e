// `npm run dev`: hot reload for Svelte and the Worker in one process, on the same local data as `npm start`.
import { run, runAll } from './wrangler.mjs';

await runAll(['svelte-kit', 'sync'], ['npm', 'run', 'assets'], ['npm', 'run', 'db:migrate']);
process.exit(await run('vite', ['dev', ...process.argv.slice(2)]));
