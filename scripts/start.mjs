// `npm start`: build, migrate the local database, serve the whole app (site, Worker, Workflows, D1, R2) on one address.
import { run, runAll } from './wrangler.mjs';

const port = process.env.PORT ?? '8787';
await runAll(['npm', 'run', 'build'], ['npm', 'run', 'db:migrate']);
console.log(
	`\n  Vitrine: http://127.0.0.1:${port}/  (stop with Ctrl+C; data stays in .wrangler/)\n`
);
process.exit(
	await run('wrangler', [
		'dev',
		'--ip',
		'127.0.0.1',
		'--port',
		port,
		'--show-interactive-dev-session=false'
	])
);
