// `npm start`: build, migrate the local database, serve the whole app (site, Worker, Workflows, D1, R2) on one address.
// `--built` serves what was built before; `--data DIR` keeps the data elsewhere; `--var NAME:VALUE` sets a variable.
import { parseArgs } from 'node:util';
import { run, runAll } from './wrangler.mjs';

const { values } = parseArgs({
	options: {
		built: { type: 'boolean', default: false },
		data: { type: 'string', default: '.wrangler/state' },
		var: { type: 'string', multiple: true, default: [] }
	}
});
const port = process.env.PORT ?? '8787';
const address = `http://127.0.0.1:${port}/`;
const data = ['--persist-to', values.data];

if (!values.built) await runAll(['npm', 'run', 'build']);
await runAll(['wrangler', 'd1', 'migrations', 'apply', 'DB', '--local', ...data]);
let ended = false;
const serving = run('wrangler', [
	'dev',
	'--ip',
	'127.0.0.1',
	'--port',
	port,
	'--log-level',
	'warn',
	'--show-interactive-dev-session=false',
	...data,
	...values.var.flatMap((one) => ['--var', one]),
	// Paid models that slept when the server was stopped are woken by it.
	'--var',
	`STARTED_AT:${Date.now()}`
]).finally(() => (ended = true));

// The address is printed when it answers, not before.
while (!ended) {
	const health = await fetch(new URL('/api/health', address)).catch(() => null);
	if (health?.ok) {
		console.log(`\n  Vitrine is ready: ${address}`);
		console.log('  Stop with Ctrl+C. Data stays in .wrangler/ for the next start.\n');
		void playClock();
		break;
	}
	await new Promise((resolve) => setTimeout(resolve, 300));
}
process.exit(await serving);

/** What Cloudflare's cron does there: at once, for what a stop left behind, and then every ten minutes. */
async function playClock() {
	while (!ended) {
		const sweep = new URL('/cdn-cgi/handler/scheduled', address);
		await fetch(sweep).catch(() => undefined);
		await new Promise((resolve) => setTimeout(resolve, 10 * 60_000).unref());
	}
}
