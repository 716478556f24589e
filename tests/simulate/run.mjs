/**
 * Drives the Worker's own paid path through many seeded worlds of faults and checks its promises in each:
 *
 *     npm run simulate -- --seeds 500 [--seed 17]
 *
 * `--seed S` starts at that seed; alone it replays just that one. The last line is a JSON summary; the exit status is
 * 1 when a promise was broken or a planted bug was not noticed.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { MUTANTS } from './mutants.mjs';

const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' } } });
const replay = values.seed !== undefined && values.seeds === undefined;
const [count, first] = [Number(values.seeds ?? (replay ? 1 : 200)), Number(values.seed ?? 1)];
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(first)) {
	console.error('Say how many: npm run simulate -- --seeds 500 [--seed 17]');
	process.exit(2);
}
/** A planted bug must show within this many seeds. */
const MUTANT_SEEDS = 400;

const began = performance.now();
const threads = Math.min(8, os.availableParallelism(), count);
let [faults, violations, played] = [0, 0, 0];
const slices = Array.from({ length: threads }, (_, thread) =>
	Array.from({ length: count }, (_, i) => first + i).filter((_, i) => i % threads === thread)
);
await Promise.all(
	slices.map((seeds) =>
		play({ seeds }, (world) => {
			faults += world.faults;
			violations += world.violations.length;
			for (const what of world.violations) console.error(`seed ${world.seed}: ${what}`);
			if (++played % 500 === 0) console.error(`${played} seeds`);
		})
	)
);
const seconds = Math.round((performance.now() - began) / 100) / 10;
if (played !== count) throw new Error(`Only ${played} of ${count} seeds were played`);

const mutants = replay ? [] : Object.keys(MUTANTS);
const caught = {};
const left = [...mutants];
await Promise.all(Array.from({ length: threads }, hunt));
const mutants_planted = mutants.length;
const mutants_caught = Object.values(caught).filter(Boolean).length;
console.log(
	JSON.stringify({
		seeds: count,
		faults,
		violations,
		mutants_planted,
		mutants_caught,
		seconds,
		caught
	})
);
process.exit(violations === 0 && mutants_caught === mutants_planted ? 0 : 1);

/** Plants bugs, one after another, until none is left. */
async function hunt() {
	for (let name = left.shift(); name !== undefined; name = left.shift()) {
		const seeds = Array.from({ length: MUTANT_SEEDS }, (_, i) => i + 1);
		let found = null;
		await play({ seeds, name, until_found: true }, ({ seed, violations: [what] }) => {
			if (what) found ??= `seed ${seed}: ${what}`;
		});
		console.error(found ? `caught: ${name} (${found})` : `MISSED: ${name}`);
		caught[name] = found;
	}
}

/** One thread's work. */
function play(workerData, onworld) {
	return new Promise((resolve, reject) => {
		const thread = new Worker(new URL('./play-slice.mjs', import.meta.url), { workerData });
		thread.on('message', onworld);
		thread.on('error', reject);
		thread.on('exit', resolve);
	});
}
