import { cloudflare } from '@cloudflare/vite-plugin';
import { sveltekit } from '@sveltejs/kit/vite';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { trimThree } from './scripts/trim-three';

/** `vite dev` ignores static/_headers: give the same isolation headers there. */
const isolation: Plugin = {
	name: 'dev-isolation-headers',
	configureServer(server) {
		server.middlewares.use((req, res, next) => {
			const path = (req.url ?? '/').split('?')[0] ?? '/';
			if (/^\/(studio|settings)(\/|$)/.test(path)) {
				res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
			}
			if (!/^\/(s|embed|api|files|products|dashboard|sign-in)(\/|$)/.test(path) && path !== '/') {
				res.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
				res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
			}
			next();
		});
	}
};

/** One for pages and threads: it trims once. */
const three = trimThree(import.meta.dirname);

export default defineConfig(({ command, isPreview }) => ({
	plugins: [
		isolation,
		three,
		sveltekit(),
		// Dev only, and after sveltekit(): the Worker answers run_worker_first paths, SvelteKit the rest.
		// `vite build` must not see it (it breaks SvelteKit's build); wrangler bundles the Worker for production.
		command === 'serve' && !isPreview ? cloudflare({ configPath: './wrangler.toml' }) : null
	],
	// Keeps ONNX Runtime's wasm (25.5 MiB, over the 25 MiB asset limit) out of the bundle; scripts/prepare-assets.mjs ships it gzipped.
	resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
	worker: { format: 'es', plugins: () => [three] }
}));
