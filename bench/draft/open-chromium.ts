import { readFileSync, writeFileSync } from 'node:fs';
import { chromium, type Browser } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { CHROMIUM_ARGS, ensureChromium } from '../../scripts/chromium.mjs';
import type { bench, DraftAnswer, DraftRequest, PhotoAnswer } from './chromium-page';

declare global {
	interface Window {
		bench: typeof bench;
	}
}

export interface Measured<T> {
	answer: T;
	/** What the page, its threads and the graphics process held at most, more than before, megabytes. */
	peak_mb: number;
}

/** A page of Chromium with the app's code, that makes drafts and tells their time and memory. */
export interface ChromiumBench {
	/** Puts a file where the page can read it. @returns its address */
	serve(name: string, bytes: Uint8Array): string;
	draft(request: DraftRequest): Promise<Measured<DraftAnswer>>;
	photo(url: string, name: string): Promise<Measured<PhotoAnswer>>;
	close(): Promise<void>;
}

const PAGE = '<!doctype html><script type="module" src="/bench/draft/chromium-page.ts"></script>';
const MEGABYTE = 2 ** 20;

/** Opens the page on an address of this machine alone. */
export async function openChromium(): Promise<ChromiumBench> {
	const files = new Map<string, Uint8Array>();
	const server = await createServer({
		configFile: false,
		logLevel: 'error',
		worker: { format: 'es' },
		server: { host: '127.0.0.1', port: 8842, strictPort: false, hmr: false, watch: null },
		optimizeDeps: { entries: ['bench/draft/chromium-page.ts', 'src/lib/threads/tasks.ts'] },
		plugins: [
			{
				name: 'bench-files',
				configureServer({ middlewares }) {
					middlewares.use((request, answer, next) => {
						const bytes = files.get(request.url ?? '');
						if (request.url === '/') answer.setHeader('content-type', 'text/html').end(PAGE);
						else if (bytes) answer.end(bytes);
						else next();
					});
				}
			}
		]
	});
	await server.listen();
	const browser = await chromium.launch({ executablePath: ensureChromium(), args: CHROMIUM_ARGS });
	const page = await browser.newPage();
	await page.goto(addressOf(server));
	await page.waitForFunction(() => 'bench' in window, undefined, { timeout: 120_000 });
	const measured = async <T>(work: () => Promise<T>): Promise<Measured<T>> => {
		const processes = await processIds(browser);
		const before = processes.map((id) => [id, restartPeak(id)] as const);
		const answer = await work();
		const more = before.map(([id, at]) => Math.max(0, readMemory(id, 'VmHWM') - at));
		return { answer, peak_mb: Math.round(more.reduce((sum, value) => sum + value, 0)) };
	};
	return {
		serve(name, bytes) {
			const path = `/files/${encodeURIComponent(name)}`;
			files.set(path, bytes);
			return path;
		},
		draft: (request) => measured(() => page.evaluate((sent) => window.bench.draft(sent), request)),
		photo: (url, name) =>
			measured(() => page.evaluate((sent) => window.bench.photo(...sent), [url, name] as const)),
		async close() {
			await browser.close();
			await server.close();
		}
	};
}

function addressOf(server: ViteDevServer): string {
	const address = server.resolvedUrls?.local[0];
	if (!address) throw new Error('the bench page has no address');
	return address;
}

/** The processes that draw and compute for the page. */
async function processIds(browser: Browser): Promise<number[]> {
	const session = await browser.newBrowserCDPSession();
	const { processInfo } = await session.send('SystemInfo.getProcessInfo');
	await session.detach();
	return processInfo.flatMap(({ type, id }) => (/renderer|GPU/.test(type) ? [id] : []));
}

/** Makes the kernel count a process's peak anew (man 5 proc, clear_refs). @returns what it holds now, megabytes */
function restartPeak(id: number): number {
	writeFileSync(`/proc/${id}/clear_refs`, '5');
	return readMemory(id, 'VmRSS');
}

function readMemory(id: number, field: 'VmRSS' | 'VmHWM'): number {
	const status = readFileSync(`/proc/${id}/status`, 'utf8');
	const kilobytes = Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]);
	return (kilobytes * 1024) / MEGABYTE;
}
