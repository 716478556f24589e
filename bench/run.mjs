/**
 * Runs one bench by name: progress on stderr, JSON lines on stdout, the last one its summary.
 *
 *     npm run bench -- draft [--sheet sheet.jpg] [--doc]
 *     npm run bench -- optimize [--models DIR] [--quick] [--doc]
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withModule } from '../scripts/with-module.mjs';

const [name = '', ...options] = process.argv.slice(2);
const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
	console.error('Name a bench: npm run bench -- draft');
	process.exit(2);
}
const summary = await withModule(file, ({ bench }) =>
	bench(options, (line) => console.log(JSON.stringify(line)))
);
console.log(JSON.stringify(summary));
