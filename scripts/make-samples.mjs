// Makes the sample products in static/samples: seeded renderings of ours, the same bytes at every run.
//   node scripts/make-samples.mjs [--side 1400] [--only mug/1] [--out static/samples]
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { renderShot } from './samples-render.mjs';

const view = { aim: 0.42, fov: 17 };
const SAMPLES = [
	{
		id: 'mug',
		name: 'Stoneware mug',
		height_m: 0.095,
		shots: [
			{ product: 'mug', size: 11, turn: 24, lift: 13, distance: 4.6, ...view, seed: 11 },
			{ product: 'mug', size: 11, turn: 26, lift: 13, distance: 4.6, ...view, seed: 12, blur: 9 },
			{ product: 'mug', size: 11, turn: 152, lift: 11, distance: 4.6, ...view, seed: 13 },
			{ product: 'mug', size: 11, turn: -62, lift: 28, distance: 4.6, ...view, seed: 14 }
		]
	},
	{
		id: 'armchair',
		name: 'Armchair',
		height_m: 0.84,
		shots: [
			{
				product: 'armchair',
				size: 92,
				turn: -32,
				lift: 14,
				distance: 4.9,
				aim: 0.45,
				fov: 18,
				seed: 21
			},
			{
				product: 'armchair',
				size: 92,
				turn: 64,
				lift: 12,
				distance: 4.9,
				aim: 0.45,
				fov: 18,
				seed: 22
			}
		]
	},
	{
		id: 'oil-bottle',
		name: 'Olive oil bottle',
		height_m: 0.28,
		shots: [
			{
				product: 'bottle',
				size: 24,
				turn: -8,
				lift: 6,
				distance: 5.4,
				aim: 0.57,
				fov: 17,
				seed: 31
			}
		]
	}
];

if (isMainThread) await main();
else {
	parentPort?.on('message', ({ shot, side }) => {
		const picture = renderShot(shot, side);
		parentPort?.postMessage(picture, [picture.buffer]);
	});
}

async function main() {
	const { values } = parseArgs({
		options: {
			side: { type: 'string', default: '1400' },
			only: { type: 'string', default: '' },
			out: { type: 'string', default: 'static/samples' }
		}
	});
	const side = Number(values.side);
	const jobs = SAMPLES.flatMap(({ id, shots }) =>
		shots.map((shot, i) => ({ shot, file: `${id}/${i + 1}.jpg` }))
	).filter(({ file }) => file.startsWith(values.only));
	const threads = Math.max(1, Math.min(os.availableParallelism(), jobs.length));
	await Promise.all(Array.from({ length: threads }, () => work(jobs, side, values.out)));
	if (values.only) return;
	const list = SAMPLES.map(({ id, name, height_m, shots }) => ({
		id,
		name,
		height_m,
		photos: shots.map((_, i) => `/samples/${id}/${i + 1}.jpg`)
	}));
	fs.writeFileSync(path.join(values.out, 'samples.json'), `${JSON.stringify(list, null, '\t')}\n`);
}

/** Takes shots off the list until it is empty, on a thread of its own. */
async function work(jobs, side, out) {
	const worker = new Worker(new URL(import.meta.url));
	for (let job = jobs.shift(); job; job = jobs.shift()) {
		const { shot, file } = job;
		const started = performance.now();
		const picture = await new Promise((resolve, reject) => {
			worker.once('message', resolve);
			worker.once('error', reject);
			worker.postMessage({ shot, side });
		});
		const target = path.join(out, file);
		fs.mkdirSync(path.dirname(target), { recursive: true });
		const jpeg = await sharp(picture, { raw: { width: side, height: side, channels: 3 } })
			.jpeg({ quality: 88, mozjpeg: true })
			.toBuffer();
		fs.writeFileSync(target, jpeg);
		const seconds = ((performance.now() - started) / 1000).toFixed(1);
		console.log(`${target}: ${Math.round(jpeg.length / 1024)} KB, ${seconds} s`);
	}
	await worker.terminate();
}
