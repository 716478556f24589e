import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { DRACO_BALL } from '../fixtures/draco-ball';

it('the command line loads decoders that only some files need', { timeout: 60_000 }, async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'optimize-cli-'));
	try {
		const file = path.join(folder, 'ball.glb');
		await writeFile(file, Buffer.from(DRACO_BALL, 'base64'));
		const args = ['scripts/optimize.mjs', file, '--profile', 'plain', '--out', folder];
		const { stdout } = await promisify(execFile)(process.execPath, args);
		expect(JSON.parse(stdout).source.triangles).toBeGreaterThan(100);
		expect(await readdir(folder)).toContain('ball.plain.glb');
	} finally {
		await rm(folder, { recursive: true });
	}
});
