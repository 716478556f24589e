import { createServer } from 'vite';

/**
 * Runs with a TypeScript module of ours in Node, through Vite. What the module loads on its way is loaded as well, which
 * Vite's `runnerImport` refuses: it closes as soon as the module itself is there.
 *
 * @template T
 * @param {string} file its path
 * @param {(module: Record<string, any>) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withModule(file, use) {
	const server = await createServer({
		configFile: false,
		logLevel: 'error',
		appType: 'custom',
		server: { middlewareMode: true, hmr: false, ws: false, watch: null },
		optimizeDeps: { noDiscovery: true }
	});
	try {
		return await use(await server.ssrLoadModule(file));
	} finally {
		await server.close();
	}
}
