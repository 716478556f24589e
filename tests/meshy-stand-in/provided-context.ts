/** What the worker tests' global setup hands to vitest.config.ts. */
declare module 'vitest' {
	interface ProvidedContext {
		/** Base URL of Meshy's stand-in. */
		meshyUrl: string;
		/** Origin of Cloudflare Access's stand-in. */
		accessUrl: string;
	}
}

export {};
