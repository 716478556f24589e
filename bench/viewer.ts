/**
 * Our share page beside a page with `<model-viewer>`: the same model (our finest level), the same poster, one origin, one
 * compression, one headless Chromium, on a slow line and on none. Needs `npm run build`. `--models PATH` takes other GLBs
 * (optimized here first), `--runs N` repeats each load (default 3, medians count).
 */
import fs from 'node:fs';
import { chromium } from 'playwright';
import { z } from 'zod';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { startApp } from '../tests/e2e/app';
import { makeModel } from '../tests/fixtures/models';
import { seedShare } from '../tests/fixtures/seed-share';
import { loadPage, loadTenTimes, SLOW, type PageMeasures } from './viewer/load-page';
import { serve } from './viewer/serve';

const PEER = 'node_modules/@google/model-viewer/dist/model-viewer.min.js';
const PEER_DECODER = 'node_modules/meshoptimizer/meshopt_decoder.cjs';

interface Line {
	model: string;
	line: 'slow' | 'open';
	page: 'ours' | 'model_viewer';
	measures: PageMeasures;
}

export async function bench(options: string[], print: (line: Line) => void) {
	const after = (flag: string) => {
		const values = options.slice(options.indexOf(flag) + 1);
		if (!options.includes(flag)) return [];
		const end = values.findIndex((value) => value.startsWith('--'));
		return end < 0 ? values : values.slice(0, end);
	};
	const runs = Number(after('--runs')[0] ?? 3);
	const models = await modelsFor(after('--models'));
	const app = await startApp();
	const browser = await chromium.launch({
		executablePath: findChromium() ?? undefined,
		args: CHROMIUM_ARGS
	});
	const lines: Line[] = [];
	let growth = 0;
	try {
		for (const { name, glb } of models) {
			console.error(`${name}: optimizing …`);
			const { slug } = await seedShare(app.url.origin, glb, { name });
			const shown = await (await fetch(new URL(`/api/public/shares/${slug}`, app.url))).json();
			const site = await serve(app.url, peerFiles(name, shown));
			try {
				const pages = { ours: `${site.origin}/s/${slug}`, model_viewer: `${site.origin}/peer/` };
				for (const line of ['slow', 'open'] as const) {
					for (const page of ['ours', 'model_viewer'] as const) {
						const taken: PageMeasures[] = [];
						for (let run = 0; run < runs; run++) {
							console.error(`${name}, ${line} line, ${page}, ${run + 1} of ${runs} …`);
							taken.push(await loadPage(browser, pages[page], line === 'slow' ? SLOW : null));
						}
						const made: Line = { model: name, line, page, measures: medians(taken) };
						lines.push(made);
						print(made);
					}
				}
				const [first, last] = await loadTenTimes(browser, pages.ours);
				growth = Math.max(growth, last / first);
			} finally {
				site.close();
			}
		}
	} finally {
		await browser.close();
		await app.close();
	}
	return summarize(lines, growth);
}

function summarize(lines: Line[], growth: number) {
	const ratio = (key: keyof PageMeasures, line: Line['line']) => {
		const of = (page: Line['page']) =>
			lines
				.filter((one) => one.line === line && one.page === page)
				.map(({ measures }) => measures[key]);
		const theirs = of('model_viewer');
		return round(Math.max(...of('ours').map((ours, i) => ours / (theirs[i] ?? NaN))));
	};
	return {
		models: new Set(lines.map(({ model }) => model)).size,
		/** Ours / model-viewer's, the worst model; on the slow line unless the name says otherwise. */
		js_bytes_ratio: ratio('js_bytes', 'slow'),
		total_bytes_ratio: ratio('total_bytes', 'slow'),
		poster_ratio: ratio('poster_ms', 'slow'),
		first_frame_ratio: ratio('first_frame_ms', 'slow'),
		full_model_ratio: ratio('full_model_ms', 'slow'),
		first_frame_ratio_open: ratio('first_frame_ms', 'open'),
		full_model_ratio_open: ratio('full_model_ms', 'open'),
		long_tasks_ratio: ratio('long_tasks_ms', 'slow'),
		/** Heap after the tenth load in one tab / after the first. */
		memory_growth: round(growth)
	};
}

async function modelsFor(paths: string[]): Promise<{ name: string; glb: Blob }[]> {
	if (paths.length > 0) {
		return paths.map((path) => ({
			name: path.split('/').at(-1) ?? path,
			glb: new Blob([new Uint8Array(fs.readFileSync(path))], { type: 'model/gltf-binary' })
		}));
	}
	const { glb } = await makeModel({
		shape: 'vase',
		segments: 160,
		texture: 1024,
		normal_map: true
	});
	return [{ name: 'vase', glb }];
}

/** The peer's page as its documentation shows it. */
function peerFiles(name: string, shown: unknown) {
	const { poster_url, lods } = sharedFiles.parse(shown);
	const type = 'text/javascript; charset=utf-8';
	return {
		'/peer/model-viewer.min.js': { type, file: PEER },
		'/peer/meshopt_decoder.js': { type, file: PEER_DECODER },
		'/peer/': {
			type: 'text/html; charset=utf-8',
			text: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${name}</title>
<script>self.ModelViewerElement = { meshoptDecoderLocation: '/peer/meshopt_decoder.js' };</script>
<script type="module" src="/peer/model-viewer.min.js"></script>
<style>body { margin: 0 } model-viewer { width: 100vw; height: 100vh }</style>
</head>
<body><model-viewer src="${lods[0]?.url}" poster="${poster_url}" alt="${name}" camera-controls shadow-intensity="1"></model-viewer></body>
</html>`
		}
	};
}

const sharedFiles = z.object({
	poster_url: z.string(),
	lods: z.array(z.object({ url: z.string() }))
});

function medians(taken: PageMeasures[]): PageMeasures {
	const middle = (key: keyof PageMeasures) =>
		taken.map((one) => one[key]).sort((a, b) => a - b)[Math.floor(taken.length / 2)] ?? 0;
	return {
		js_bytes: middle('js_bytes'),
		total_bytes: middle('total_bytes'),
		poster_ms: middle('poster_ms'),
		first_frame_ms: middle('first_frame_ms'),
		full_model_ms: middle('full_model_ms'),
		long_tasks_ms: middle('long_tasks_ms'),
		heap: middle('heap')
	};
}

const round = (value: number) => Math.round(value * 1000) / 1000;
