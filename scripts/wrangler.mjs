// Runs the project's own wrangler, quietly and without the network.
import { spawn } from 'node:child_process';

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';
process.env.WRANGLER_SEND_METRICS ??= 'false';
process.env.CI ??= '1'; // migrations without a question

/**
 * @param {string} command a command of node_modules/.bin
 * @param {string[]} args
 * @returns {Promise<number>} exit code
 */
export function run(command, args) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			stdio: 'inherit',
			shell: process.platform === 'win32',
			env: process.env
		});
		process.on('SIGINT', () => child.kill('SIGINT'));
		process.on('SIGTERM', () => child.kill('SIGTERM'));
		child.on('error', reject);
		child.on('exit', (code) => resolve(code ?? 0));
	});
}

/**
 * Runs commands one after another; ends the process at the first that fails.
 * @param {[string, ...string[]][]} commands
 */
export async function runAll(...commands) {
	for (const [command, ...args] of commands) {
		const code = await run(command, args);
		if (code !== 0) process.exit(code);
	}
}
