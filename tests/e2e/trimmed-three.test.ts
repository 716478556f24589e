import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser } from 'playwright';
import { build, type Plugin } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';
import { trimThree } from '../../scripts/trim-three';
import type { renderStills } from '../../src/lib/viewer/render-stills';
import { everyMaterial } from '../fixtures/every-material';

declare global {
	interface Window {
		/** The page's own module sets them: Vitest rewrites an `import()` in what it sends to a page. */
		viewers?: Record<'whole' | 'trimmed', { renderStills: typeof renderStills }>;
	}
}

const PAGE = `<!doctype html><link rel="icon" href="data:," /><script type="module">
import * as whole from '/whole/stills.js';
import * as trimmed from '/trimmed/stills.js';
window.viewers = { whole, trimmed };
</script>`;
const root = path.resolve(import.meta.dirname, '../..');
const SIZE = { width: 480, height: 320 };
let server: http.Server;
let browser: Browser;
let origin: string;
/** Files by their paths: the model, and the viewer with three whole and trimmed. */
const files = new Map<string, string | Uint8Array>();

async function bundle(name: string, plugins: Plugin[]): Promise<number> {
	const built = await build({
		root,
		configFile: false,
		logLevel: 'error',
		publicDir: false,
		plugins,
		build: {
			write: false,
			lib: { entry: 'src/lib/viewer/render-stills.ts', formats: ['es'], fileName: 'stills' }
		}
	});
	let bytes = 0;
	for (const one of Array.isArray(built) ? built : [built]) {
		if (!('output' in one)) continue;
		for (const part of one.output) {
			const content = part.type === 'chunk' ? part.code : part.source;
			files.set(`/${name}/${part.fileName}`, content);
			bytes += content.length;
		}
	}
	return bytes;
}

beforeAll(async () => {
	const whole = await bundle('whole', []);
	// That it was trimmed at all.
	expect(await bundle('trimmed', [trimThree(root)])).toBeLessThan(whole * 0.8);
	files.set('/model.glb', new Uint8Array(await (await everyMaterial()).arrayBuffer()));
	files.set('/', PAGE);
	server = http.createServer((request, response) => {
		const url = request.url ?? '';
		response.statusCode = files.has(url) ? 200 : 404;
		response.setHeader('Content-Type', url.endsWith('.js') ? 'text/javascript' : 'text/html');
		response.end(files.get(url));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	origin = `http://127.0.0.1:${port}`;
	browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: CHROMIUM_ARGS
	});
}, 180_000);
afterAll(async () => {
	await browser?.close();
	server?.close();
});

it('three without what the app does not reach draws every material as the whole of it does', async () => {
	const page = await browser.newPage();
	const problems: string[] = [];
	page.on('console', (said) => said.type() === 'error' && problems.push(said.text()));
	await page.goto(origin);
	await page.waitForFunction(() => window.viewers);
	const drawn = await page.evaluate(async (size) => {
		const glb = await (await fetch('/model.glb')).blob();
		const draw = async (name: 'whole' | 'trimmed') => {
			const viewer = window.viewers?.[name];
			if (!viewer) throw new Error(`no viewer: ${name}`);
			const sides = ['front', 'right', 'top'] as const;
			const type = 'image/png';
			const stills = await viewer.renderStills({
				glb,
				stills: sides.map((side) => ({ ...size, side, type, background: 'transparent' }))
			});
			return Promise.all(stills.map(pixelsOf));
		};
		async function pixelsOf(picture: Blob) {
			const context = new OffscreenCanvas(size.width, size.height).getContext('2d');
			if (!context) throw new Error('no 2D canvas');
			context.drawImage(await createImageBitmap(picture), 0, 0);
			return context.getImageData(0, 0, size.width, size.height).data;
		}
		const [whole, trimmed] = [await draw('whole'), await draw('trimmed')];
		return whole.map((pixels, i) => {
			const other = trimmed[i];
			let [covered, worst] = [0, 0];
			pixels.forEach((value, at) => {
				if (at % 4 === 3 && value > 0) covered++;
				worst = Math.max(worst, Math.abs(value - (other?.[at] ?? 0)));
			});
			return { covered: covered / (pixels.length / 4), worst };
		});
	}, SIZE);
	expect(problems).toEqual([]);
	for (const { covered, worst } of drawn) {
		expect(covered).toBeGreaterThan(0.1);
		expect(worst).toBeLessThanOrEqual(2);
	}
});
