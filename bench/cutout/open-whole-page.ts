import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { createServer, defaultClientConditions, type ViteDevServer } from 'vite';
import { CHROMIUM_ARGS, ensureChromium } from '../../scripts/chromium.mjs';
import type { Phase } from '../../src/lib/cutout/timed';
import type { PeerAnswer } from './peer.worker';
import type { EditorTimes } from './time-editor';
import type { NetworkShape, OurAnswer, wholePath } from './whole-page';

declare global {
	interface Window {
		wholePath: typeof wholePath;
	}
}

export interface OurTimes extends OurAnswer {
	/** Seconds. */
	phases: Record<Phase, number>;
}

/** A page with the app's code under cross-origin isolation, where threads share memory. */
export interface WholePage {
	/** Puts a file, of memory or of the disk, where the page can read it. @returns its address */
	serve(name: string, content: Uint8Array | { path: string }): string;
	takeNetwork(url: string, shape: NetworkShape): Promise<void>;
	ours(url: string, keep?: boolean): Promise<OurTimes>;
	/** Ends the peer that was open. */
	openPeer(network: string, side: number, threads: number | null): Promise<void>;
	peer(url: string): Promise<PeerAnswer>;
	editor(photo: string, mask: string): Promise<EditorTimes>;
	/** Of each task over 50 ms of the page's main thread since this was last asked, milliseconds. */
	longTasks(): Promise<number[]>;
	/** What the page and its threads hold, megabytes. */
	memory(): Promise<number>;
	close(): Promise<void>;
}

const PAGE = '<!doctype html><script type="module" src="/bench/cutout/whole-page.ts"></script>';
const ISOLATED = {
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Cross-Origin-Embedder-Policy': 'require-corp',
	'Cross-Origin-Resource-Policy': 'cross-origin'
};
/** The build of ONNX Runtime that transformers.js takes by itself. */
const PEER_RUNTIME = 'ort-wasm-simd-threaded.asyncify';
const DIST = dirname(
	createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm')
);

/** Opens the page on an address of this machine alone. */
export async function openWholePage(): Promise<WholePage> {
	execFileSync(process.execPath, ['scripts/prepare-assets.mjs']);
	const files = new Map<string, Uint8Array | { path: string }>();
	for (const type of ['mjs', 'wasm']) {
		files.set(`/files/${PEER_RUNTIME}.${type}`, { path: `${DIST}/${PEER_RUNTIME}.${type}` });
	}
	const server = await serveFiles(files);
	const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGS });
	const page = await browser.newPage();
	await page.goto(addressOf(server));
	await page.waitForFunction(() => 'wholePath' in window, undefined, { timeout: 120_000 });
	return {
		serve(name, content) {
			const path = `/files/${encodeURIComponent(name)}`;
			files.set(path, content);
			return path;
		},
		takeNetwork: (url, shape) =>
			page.evaluate((sent) => window.wholePath.takeNetwork(...sent), [url, shape] as const),
		async ours(url, keep = false) {
			const answer = await page.evaluate((sent) => window.wholePath.ours(...sent), [
				url,
				keep
			] as const);
			return { ...answer, phases: await takePhases(page) };
		},
		openPeer: (network, side, threads) =>
			page.evaluate((opening) => window.wholePath.openPeer(opening), {
				network,
				side,
				threads,
				runtime: {
					mjs: new URL(`/files/${PEER_RUNTIME}.mjs`, page.url()).href,
					wasm: new URL(`/files/${PEER_RUNTIME}.wasm`, page.url()).href
				}
			}),
		peer: (url) => page.evaluate((sent) => window.wholePath.peer(sent), url),
		editor: (photo, mask) =>
			page.evaluate((sent) => window.wholePath.editor(...sent), [photo, mask] as const),
		longTasks: () => page.evaluate(() => window.wholePath.longTasks()),
		memory: () => heldMemory(browser),
		async close() {
			await browser.close();
			await server.close();
		}
	};
}

async function serveFiles(
	files: Map<string, Uint8Array | { path: string }>
): Promise<ViteDevServer> {
	const server = await createServer({
		configFile: false,
		logLevel: 'error',
		publicDir: 'static',
		resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
		worker: { format: 'es' },
		server: {
			host: '127.0.0.1',
			port: 8833,
			strictPort: false,
			hmr: false,
			watch: null,
			headers: ISOLATED
		},
		optimizeDeps: {
			entries: [
				'bench/cutout/whole-page.ts',
				'bench/cutout/peer.worker.ts',
				'src/lib/threads/tasks.ts'
			]
		},
		plugins: [
			{
				name: 'bench-files',
				configureServer({ middlewares }) {
					middlewares.use((request, answer, next) => {
						for (const [name, value] of Object.entries(ISOLATED)) answer.setHeader(name, value);
						const url = request.url ?? '';
						const content = files.get(url);
						if (url === '/') return answer.setHeader('content-type', 'text/html').end(PAGE);
						if (!content) return next();
						if (url.endsWith('.mjs')) answer.setHeader('content-type', 'text/javascript');
						if (url.endsWith('.wasm')) answer.setHeader('content-type', 'application/wasm');
						if (content instanceof Uint8Array) answer.end(content);
						else createReadStream(content.path).pipe(answer);
					});
				}
			}
		]
	});
	await server.listen();
	return server;
}

/** The measures that `timed` left in the thread since they were last taken, summed. */
async function takePhases(page: Page): Promise<OurTimes['phases']> {
	const thread = page.workers().find((worker) => worker.url().includes('thread.worker'));
	const measures = await thread?.evaluate(() => {
		const entries = performance.getEntriesByType('measure');
		performance.clearMeasures();
		return entries.map(({ name, duration }) => ({ name, duration }));
	});
	if (!measures?.length) throw new Error('the thread left no times');
	const of = (phase: Phase) =>
		measures
			.filter(({ name }) => name === `cutout ${phase}`)
			.reduce((sum, { duration }) => sum + duration / 1000, 0);
	return {
		decode: of('decode'),
		pre: of('pre'),
		infer: of('infer'),
		post: of('post'),
		encode: of('encode')
	};
}

async function heldMemory(browser: Browser): Promise<number> {
	const session = await browser.newBrowserCDPSession();
	const { processInfo } = await session.send('SystemInfo.getProcessInfo');
	await session.detach();
	const kilobytes = processInfo
		.filter(({ type }) => type === 'renderer')
		.map(({ id }) => /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8')))
		.reduce((sum, found) => sum + Number(found?.[1] ?? 0), 0);
	return Math.round(kilobytes / 1024);
}

function addressOf(server: ViteDevServer): string {
	const address = server.resolvedUrls?.local[0];
	if (!address) throw new Error('the bench page has no address');
	return address;
}
