import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { MUTANTS } from './mutants.mjs';

/** Worlds played with every test run. */
const SEEDS = 5000;

const summary = z.object({
	seeds: z.number(),
	faults: z.number(),
	violations: z.number(),
	mutants_planted: z.number(),
	mutants_caught: z.number(),
	caught: z.record(z.string(), z.string().nullable())
});

/** Runs the simulation as `npm run simulate` does. */
async function simulate(...args: string[]) {
	const script = path.join(import.meta.dirname, 'run.mjs');
	const run = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
	let [out, err] = ['', ''];
	run.stdout.on('data', (chunk) => (out += String(chunk)));
	run.stderr.on('data', (chunk) => (err += String(chunk)));
	const code = await new Promise((resolve) => run.on('exit', resolve));
	return { code, said: err, ...summary.parse(JSON.parse(out.trim().split('\n').at(-1) ?? '')) };
}

it(`${SEEDS} seeded worlds of faults break no promise of the paid path, and every planted bug is noticed`, async () => {
	const result = await simulate('--seeds', String(SEEDS));
	// A seed named here replays alone: npm run simulate -- --seed S
	expect(result.said.match(/^seed \d+: .*$/gm) ?? []).toEqual([]);
	expect(result).toMatchObject({ code: 0, seeds: SEEDS, violations: 0 });
	expect(result.faults).toBeGreaterThan(SEEDS);
	const noticed = Object.keys(MUTANTS).map((name) => [name, result.caught[name]]);
	expect(noticed.filter(([, found]) => !found)).toEqual([]);
	expect(result.mutants_planted).toBe(Object.keys(MUTANTS).length);
});

it('a seed replays alone, and the same', async () => {
	const [first, again] = [await simulate('--seed', '17'), await simulate('--seed', '17')];
	expect(first).toEqual({ ...again, said: first.said });
	expect(first).toMatchObject({ code: 0, seeds: 1, mutants_planted: 0 });
});
