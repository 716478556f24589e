// Finds a Chromium for the tests, or gets one: Debian's package where apt is there and we may use it, else Playwright's own download.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { chromium } from 'playwright';

/** The build without windows first: the same engine for half the processor time. */
const SYSTEM = [
	'/usr/bin/chromium-headless-shell',
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome'
];

/** Flags that give headless Chromium a software WebGPU adapter and keep it off the network. */
export const CHROMIUM_ARGS = [
	'--no-sandbox',
	'--enable-unsafe-webgpu',
	'--use-webgpu-adapter=swiftshader',
	'--use-angle=swiftshader',
	'--enable-unsafe-swiftshader',
	// WebGL is drawn in software anyhow, and pages are put together faster without it.
	'--disable-gpu-compositing',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run'
];

/** @returns {string | null} path of an installed Chromium: $CHROMIUM, a system one, or Playwright's. */
export function findChromium() {
	const candidates = [process.env.CHROMIUM, ...SYSTEM, chromium.executablePath()];
	return candidates.find((path) => path && fs.existsSync(path)) ?? null;
}

/** @returns {string} path of a Chromium, installed now if there was none. */
export function ensureChromium() {
	const found = findChromium();
	if (found) return found;
	console.log('No Chromium found: installing one for the browser tests.');
	const root = process.getuid?.() === 0;
	const apt =
		fs.existsSync('/usr/bin/apt-get') && (root || spawnSync('sudo', ['-n', 'true']).status === 0);
	if (apt) {
		/** @param {string[]} args */
		const run = (...args) =>
			root
				? execFileSync('apt-get', args, { stdio: 'inherit' })
				: execFileSync('sudo', ['apt-get', ...args], { stdio: 'inherit' });
		try {
			run('update', '-qq');
			run('install', '-y', '-qq', '--no-install-recommends', 'chromium-headless-shell');
		} catch (error) {
			console.log(
				`apt-get could not install it (${error instanceof Error ? error.message : error}); trying Playwright's download.`
			);
		}
	}
	if (!findChromium()) {
		execFileSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit', shell: true });
	}
	const path = findChromium();
	if (!path) {
		throw new Error('No Chromium could be installed. Install one and set CHROMIUM to its path.');
	}
	return path;
}
