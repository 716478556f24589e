/** One thread of the simulation: some seeds, against the Worker as it is or with a bug planted. */
import fs from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { runnerImport } from 'vite';
import { FakeD1 } from './fake-d1.mjs';
import { MUTANTS } from './mutants.mjs';
import { playSeed } from './play-seed.mjs';

const root = path.resolve(import.meta.dirname, '../..');
/** A log of every status a task had, kept by the database itself. */
const STATUS_LOG = `create table status_log (id text, old text, new text);
create trigger log_status after update of status on processing_tasks when old.status <> new.status
begin insert into status_log values (new.id, old.status, new.status); end;`;

const { seeds, name, until_found } = workerData;
const mutant = MUTANTS[name] ?? { edits: [] };
const worker = await loadWorker();
const DB = new FakeD1([...readMigrations(), STATUS_LOG, mutant.sql ?? '']);
for (const seed of seeds) {
	const { faults, violations } = await playSeed(seed, worker, DB);
	parentPort.postMessage({ seed, faults, violations });
	if (until_found && violations.length > 0) break;
}

function readMigrations() {
	const folder = path.join(root, 'migrations');
	const files = fs.readdirSync(folder).filter((file) => file.endsWith('.sql'));
	return files.toSorted().map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
}

/** The Worker's own modules; only `cloudflare:workers` is ours. */
async function loadWorker() {
	const planted = new Set();
	const { module } = await runnerImport(path.join(root, 'worker/index.ts'), {
		configFile: false,
		logLevel: 'error',
		plugins: [
			{
				name: 'simulated-workers',
				enforce: 'pre',
				resolveId: (id) => (id === 'cloudflare:workers' ? '\0workers' : null),
				load: (id) =>
					id === '\0workers'
						? 'export class WorkflowEntrypoint { constructor(ctx, env) { this.ctx = ctx; this.env = env; } }'
						: null,
				transform(code, id) {
					for (const edit of mutant.edits) {
						const [file, from, to] = edit;
						if (!id.endsWith(`/worker/${file}`)) continue;
						if (!code.includes(from)) throw new Error(`Nothing to break in ${file}`);
						planted.add(edit);
						code = code.replace(from, () => to);
					}
					return code;
				}
			}
		]
	});
	if (planted.size !== mutant.edits.length) throw new Error(`A bug could not be planted: ${name}`);
	return module;
}
