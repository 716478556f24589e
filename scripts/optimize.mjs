/**
 * The studio's optimization from the command line, without a browser:
 *
 *     npm run optimize -- in.glb --profile web --out out/
 *
 * Writes the files and prints a report as JSON; `--help` lists the options.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const file = fileURLToPath(new URL('./optimize/optimize-file.ts', import.meta.url));
const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' });
process.exitCode = await module.main(process.argv.slice(2));
