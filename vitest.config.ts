import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.mjs';
import { processMegabytes } from './tests/process-memory.ts';
import { SummaryReporter } from './tests/summary-reporter.ts';

const alias = { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) };

export default defineConfig({
	test: {
		reporters: ['default', new SummaryReporter()],
		projects: [
			{
				resolve: { alias },
				test: {
					name: 'unit',
					include: ['tests/unit/**/*.test.ts'],
					environment: 'node',
					testTimeout: 30_000,
					// Pure computing: two at once, before what minds the time.
					maxWorkers: 2
				}
			},
			{
				// Inside workerd: routes, D1, R2, Workflows.
				plugins: [
					cloudflareTest(async ({ inject }) => ({
						main: './worker/index.ts',
						wrangler: { configPath: './wrangler.toml' },
						miniflare: {
							// .dev.vars is read here too: pin every secret, so that a developer's real key never reaches a test.
							bindings: {
								TEST_MIGRATIONS: await readD1Migrations('./migrations'),
								MESHY_BASE_URL: inject('meshyUrl'),
								MESHY_API_KEY: 'msy_test_key',
								MESHY_WEBHOOK_SECRET: '',
								STUDIO_TOKEN: '',
								ACCESS_TEAM_DOMAIN: '',
								ACCESS_AUD: '',
								TEST_ACCESS_TEAM: inject('accessUrl'),
								AWS_ACCESS_KEY_ID: '',
								AWS_SECRET_ACCESS_KEY: '',
								AWS_S3_BUCKET: '',
								AWS_REGION: '',
								S3_ENDPOINT: ''
							},
							// Nothing leaves the machine.
							outboundService: async (request: Request) => {
								const { Response } = await import('miniflare');
								const { hostname } = new URL(request.url);
								if (hostname !== '127.0.0.1') {
									return new Response(`blocked in tests: ${hostname}`, { status: 599 }) as never;
								}
								return fetch(request.url, {
									method: request.method,
									headers: [...request.headers],
									body: request.body,
									duplex: 'half',
									redirect: 'manual'
								} as RequestInit) as never;
							}
						}
					}))
				],
				test: {
					name: 'worker',
					include: ['tests/worker/**/*.test.ts'],
					testTimeout: 20_000,
					sequence: { groupOrder: 1 },
					fsModuleCache: false, // Vitest 5's default true makes vitest-plugin 1.4.0 fail to read its modules
					globalSetup: ['tests/worker/global.ts'],
					setupFiles: ['tests/worker/setup.ts']
				}
			},
			{
				// Real Chromium with WebGPU (SwiftShader) and cross-origin isolation.
				plugins: [svelte()],
				resolve: {
					alias,
					conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions]
				},
				worker: { format: 'es' },
				publicDir: 'static',
				server: {
					headers: {
						'Cross-Origin-Opener-Policy': 'same-origin',
						'Cross-Origin-Embedder-Policy': 'require-corp',
						'Cross-Origin-Resource-Policy': 'cross-origin'
					}
				},
				optimizeDeps: {
					// Find their WASM beside themselves.
					exclude: ['watlas', 'ktx2-encoder'],
					include: [
						'@lucide/svelte/icons/circle-alert',
						'@lucide/svelte/icons/info',
						'@lucide/svelte/icons/triangle-alert',
						'@observablehq/plot',
						'axe-core',
						'bits-ui',
						'draco3dgltf/draco_decoder_gltf_nodejs.js',
						'@gltf-transform/core',
						'@gltf-transform/extensions',
						'@gltf-transform/functions',
						'idb',
						'image-size',
						'meshoptimizer',
						'protobufjs/minimal.js',
						'onnxruntime-web/wasm',
						'onnxruntime-web/webgpu',
						'meshoptimizer/decoder',
						'three',
						'three/addons/loaders/GLTFLoader.js',
						'uuid',
						'zod'
					]
				},
				test: {
					name: 'browser',
					include: ['tests/browser/**/*.test.ts'],
					testTimeout: 60_000,
					sequence: { groupOrder: 1 },
					// A condition comes when it comes: on a busy machine one look can take a second.
					expect: { poll: { timeout: 15_000 } },
					browser: {
						enabled: true,
						headless: true,
						screenshotFailures: false,
						commands: { processMegabytes },
						provider: playwright({
							launchOptions: { executablePath: findChromium() ?? undefined, args: CHROMIUM_ARGS }
						}),
						instances: [{ browser: 'chromium' }]
					}
				}
			},
			{
				// Thousands of seeded worlds of faults on every core, so by itself and last.
				test: {
					name: 'simulate',
					include: ['tests/simulate/**/*.test.ts'],
					environment: 'node',
					// It takes about three minutes on two cores; a slow machine may take longer.
					testTimeout: 900_000,
					sequence: { groupOrder: 3 }
				}
			},
			{
				// The built site in wrangler's own harness, driven by a real Chromium, after the rooms' own tests, which need
				// both cores. Needs `npm run build`.
				resolve: { alias },
				test: {
					name: 'e2e',
					include: ['tests/e2e/**/*.test.ts'],
					environment: 'node',
					testTimeout: 240_000,
					hookTimeout: 120_000,
					expect: { poll: { timeout: 15_000 } },
					fileParallelism: false,
					sequence: { groupOrder: 2 }
				}
			}
		]
	}
});
