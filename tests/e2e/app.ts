import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { createTestHarness } from 'wrangler';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.mjs';

/** The whole built app on a loopback port, with its own empty D1 and R2, and a Chromium that may only talk to it. */
export interface App {
	url: URL;
	server: ReturnType<typeof createTestHarness>;
	/** A fresh browser profile. */
	open: () => Promise<{ page: Page; context: BrowserContext }>;
	/** Requests of pages and of the Worker that tried to leave this machine, and errors pages logged. */
	outbound: string[];
	problems: string[];
	close: () => Promise<void>;
}

/**
 * @param vars over wrangler.toml (secrets are pinned so that a developer's own never reach a test), or a function of
 * the app's address
 * @param configPath default wrangler.toml
 */
export async function startApp(
	vars: Record<string, string> | ((url: URL) => Record<string, string>) = {},
	configPath = './wrangler.toml'
): Promise<App> {
	const outbound: string[] = [];
	const release = guardFetch(outbound);
	const server = createTestHarness();
	const configure = (more: Record<string, string>) =>
		server.update({
			workers: [
				{
					configPath,
					vars: {
						MESHY_API_KEY: '',
						MESHY_WEBHOOK_SECRET: '',
						STUDIO_TOKEN: '',
						ACCESS_TEAM_DOMAIN: '',
						ACCESS_AUD: '',
						AWS_ACCESS_KEY_ID: '',
						AWS_SECRET_ACCESS_KEY: '',
						AWS_S3_BUCKET: '',
						S3_ENDPOINT: '',
						// Nobody listens there: weights can't be reached.
						MODEL_BASE_URL: 'http://127.0.0.1:9',
						...more
					}
				}
			]
		});
	await configure(typeof vars === 'function' ? {} : vars);
	const { url } = await server.listen();
	if (typeof vars === 'function') await configure(vars(url));
	await server.getWorker().applyD1Migrations('DB');
	const browser: Browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: CHROMIUM_ARGS
	});
	const problems: string[] = [];
	return {
		url,
		server,
		outbound,
		problems,
		async open() {
			const context = await browser.newContext({ baseURL: url.href });
			await context.route('**/*', (route) => {
				const { hostname, protocol } = new URL(route.request().url());
				if (protocol === 'http:' && hostname !== '127.0.0.1' && hostname !== 'localhost') {
					outbound.push(route.request().url());
					return route.abort('internetdisconnected');
				}
				if (protocol === 'https:') {
					outbound.push(route.request().url());
					return route.abort('internetdisconnected');
				}
				return route.continue();
			});
			const page = await context.newPage();
			page.on('pageerror', (error) => problems.push(error.message));
			page.on('console', (message) => {
				if (message.type() === 'error') problems.push(message.text());
			});
			return { page, context };
		},
		async close() {
			await browser.close();
			await server.close();
			release();
		}
	};
}

/**
 * The harness makes the Worker's own calls with this process's fetch: those that would leave the machine are noted and
 * answered 599. @returns the way back
 */
function guardFetch(outbound: string[]): () => void {
	const real = globalThis.fetch;
	globalThis.fetch = (input, init) => {
		const url = new URL(input instanceof Request ? input.url : input);
		if (/^(127\.0\.0\.1|localhost)$/.test(url.hostname)) return real(input, init);
		outbound.push(url.href);
		return Promise.resolve(new Response('Blocked in tests', { status: 599 }));
	};
	return () => void (globalThis.fetch = real);
}
