/**
 * The studio's optimization from the command line, without a browser:
 *
 *     npm run optimize -- in.glb --profile web --out out/
 *
 * Writes the files and prints a report as JSON; `--help` lists the options.
 */
import { fileURLToPath } from 'node:url';
import { withModule } from './with-module.mjs';

const file = fileURLToPath(new URL('./optimize/optimize-file.ts', import.meta.url));
process.exitCode = await withModule(file, ({ main }) => main(process.argv.slice(2)));
