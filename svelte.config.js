import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
	compilerOptions: { runes: true },
	kit: {
		// 200.html is the single-page shell; the Worker fetches it as ASSETS '/200' for routes with parameters.
		adapter: adapter({ pages: 'build', assets: 'build', fallback: '200.html' }),
		// Written into each page as <meta http-equiv> with script hashes. frame-ancestors only works as a header:
		// static/_headers and the Worker send it.
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['self'],
				'script-src': ['self', 'wasm-unsafe-eval'],
				'worker-src': ['self', 'blob:'],
				'img-src': ['self', 'data:', 'blob:'],
				// https: because presigned uploads go to the storage host the owner configured, and weights to the configured hub.
				'connect-src': ['self', 'blob:', 'data:', 'https:', 'http://127.0.0.1:*'],
				'style-src': ['self', 'unsafe-inline'],
				'font-src': ['self', 'data:'],
				'object-src': ['none'],
				'base-uri': ['self'],
				'form-action': ['self']
			}
		}
	}
};
