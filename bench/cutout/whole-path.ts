/**
 * The whole way from a photo's file to its cut-out's in Chromium, beside the pipeline `background-removal` of
 * @huggingface/transformers: the same network file of RMBG-1.4's shape (`isnetStandIn`), the same photos, both on WASM with
 * the same number of threads, in turn on one page, each on a thread of its own. Ours makes more of it: refined edges, clean
 * colors, a mask and the shadow beside the cut-out.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { isnetStandIn } from './isnet-stand-in';
import type { EditorTimes } from './time-editor';
import { openWholePage, type OurTimes, type WholePage } from './open-whole-page';
import { paintScene } from './paint-scene';
import type { PeerAnswer } from './peer.worker';
import { listScenes } from './scenes';

export interface WholePathSummary {
	threads: number;
	/** Seconds: the median over the photos, of each the best of some runs, for what runs beside the bench only adds. */
	ours: { total: number; phases: OurTimes['phases'] };
	peer: { total: number; infer: number };
	/** Share of our time that is not inference. Wanted: at most 0.1. */
	overhead_share: number;
	/** Our time over the peer's, photo by photo. Wanted: at most 0.9. */
	vs_transformersjs: number;
	/** The same where the peer's runtime chooses its threads: half of the cores. */
	vs_transformersjs_as_it_comes: number;
	/** With equal threads, without what the network takes in either. */
	vs_transformersjs_without_infer: number;
	/** Of the page's main thread, while ours ran. Wanted: 0. */
	long_tasks_over_50ms: number;
	/** Of a smaller network (320 px, a quarter of the channels). Wanted: at most 1.2. */
	memory_ratio_20_over_2: number;
	memory_mb: { after_2: number; after_20: number };
	/** The editor on a photo of so many megapixels. */
	editor: EditorTimes & { megapixels: number };
}

const SIDE = 1024;
const SMALL = { side: 320, width: 0.25 };
const PHOTOS = 3;
/** Times each photo is cut out by both. */
const RUNS = 2;
/** The largest photo that is taken. */
const LARGEST = { width: 8000, height: 6250 };
/** As `threadCount` has it. */
const MOST_THREADS = 4;
/** How RMBG-1.4 and IS-Net want their picture. */
export const RMBG_SHAPE = {
	side: SIDE,
	mean: [0.5, 0.5, 0.5] as [number, number, number],
	std: [1, 1, 1] as [number, number, number],
	activation: 'min_max' as const
};

/** Times both and prints a line for each photo. */
export async function benchWholePath(print: (line: object) => void): Promise<WholePathSummary> {
	const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
	const photos = await paintPhotos();
	// Each on a page of its own: what the large network took is never given back.
	const onPage = async <T>(work: (page: WholePage, addresses: string[]) => Promise<T>) => {
		const page = await openWholePage();
		try {
			return await work(
				page,
				photos.map((photo, i) => page.serve(`photo-${i}.jpg`, photo))
			);
		} finally {
			await page.close();
		}
	};
	try {
		const editor = await onPage(measureEditor);
		print({ editor });
		const small = await writeNetwork(folder, SMALL);
		const memory = await onPage((page, addresses) => measureMemory(page, small, addresses));
		print(memory);
		const large = await writeNetwork(folder, { side: SIDE });
		const times = await onPage((page, addresses) => timeBoth(page, large, addresses, print));
		return { ...times, ...memory, editor };
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Products on white, of the network's own size. */
function paintPhotos(): Promise<Buffer[]> {
	const specs = listScenes().filter((spec) => spec.plain && spec.backdrop === 'white');
	return Promise.all(
		specs.slice(0, PHOTOS).map((spec) => {
			const { picture } = paintScene({ ...spec, width: SIDE, height: SIDE });
			const raw = { width: SIDE, height: SIDE, channels: 4 as const };
			return sharp(picture.data, { raw }).removeAlpha().jpeg({ quality: 92 }).toBuffer();
		})
	);
}

async function writeNetwork(
	folder: string,
	options: { side: number; width?: number }
): Promise<string> {
	const path = join(folder, `${options.side}.onnx`);
	await writeFile(path, isnetStandIn(options));
	return path;
}

async function timeBoth(
	page: WholePage,
	path: string,
	photos: string[],
	print: (line: object) => void
) {
	const threads = Math.min(MOST_THREADS, availableParallelism());
	const network = page.serve('network.onnx', { path });
	await page.takeNetwork(network, RMBG_SHAPE);
	await page.openPeer(network, SIDE, threads);
	const [warm = ''] = photos;
	await page.ours(warm);
	await page.peer(warm);
	await page.longTasks();
	const rounds: { ours: OurTimes; peer: PeerAnswer }[] = [];
	let long_tasks = 0;
	for (const photo of photos) {
		const tries: typeof rounds = [];
		for (let run = 0; run < RUNS; run++) {
			const ours = await page.ours(photo);
			long_tasks += (await page.longTasks()).length;
			const peer = await page.peer(photo);
			tries.push({ ours, peer });
			print({ photo, ours, peer });
			console.error(
				`${photo}: ours ${ours.seconds.toFixed(2)} s (network ${ours.phases.infer.toFixed(2)}), peer ${peer.seconds.toFixed(2)} s (network ${peer.infer.toFixed(2)})`
			);
		}
		rounds.push({
			ours: quickest(tries.map(({ ours }) => ours)),
			peer: quickest(tries.map(({ peer }) => peer))
		});
	}
	await page.openPeer(network, SIDE, null);
	await page.peer(warm);
	const as_it_comes = quickest([await page.peer(warm), await page.peer(warm)]);
	const of = (value: (round: (typeof rounds)[number]) => number) => median(rounds.map(value));
	const rest = ({ ours }: (typeof rounds)[number]) => ours.seconds - ours.phases.infer;
	return {
		threads,
		ours: {
			total: of(({ ours }) => ours.seconds),
			phases: {
				decode: of(({ ours }) => ours.phases.decode),
				pre: of(({ ours }) => ours.phases.pre),
				infer: of(({ ours }) => ours.phases.infer),
				post: of(({ ours }) => ours.phases.post),
				encode: of(({ ours }) => ours.phases.encode)
			}
		},
		peer: { total: of(({ peer }) => peer.seconds), infer: of(({ peer }) => peer.infer) },
		overhead_share: of((round) => rest(round) / round.ours.seconds),
		vs_transformersjs: of(({ ours, peer }) => ours.seconds / peer.seconds),
		vs_transformersjs_as_it_comes: of(({ ours }) => ours.seconds / as_it_comes.seconds),
		vs_transformersjs_without_infer: of(
			(round) => rest(round) / (round.peer.seconds - round.peer.infer)
		),
		long_tasks_over_50ms: long_tasks
	};
}

async function measureMemory(page: WholePage, path: string, photos: string[]) {
	await page.takeNetwork(page.serve('small.onnx', { path }), {
		...RMBG_SHAPE,
		side: SMALL.side
	});
	const cut = async (from: number, to: number) => {
		for (let i = from; i < to; i++) {
			const { seconds } = await page.ours(photos[i % photos.length] ?? '');
			console.error(`photo ${i + 1} of 20, small network: ${seconds.toFixed(2)} s`);
		}
		return page.memory();
	};
	const after_2 = await cut(0, 2);
	const after_20 = await cut(2, 20);
	return {
		memory_ratio_20_over_2: Math.round((after_20 / after_2) * 1000) / 1000,
		memory_mb: { after_2, after_20 }
	};
}

async function measureEditor(page: WholePage) {
	const [spec] = listScenes();
	if (!spec) throw new Error('no scene');
	const { picture, alpha } = paintScene({ ...spec, width: 1600, height: 1250 });
	const of = (data: Uint8ClampedArray, channels: 1 | 4) =>
		sharp(data, { raw: { width: 1600, height: 1250, channels } }).resize(LARGEST);
	const photo = page.serve('large.jpg', await of(picture.data, 4).removeAlpha().jpeg().toBuffer());
	const mask = page.serve(
		'large.png',
		await of(alpha, 1).toColourspace('b-w').png({ compressionLevel: 3 }).toBuffer()
	);
	return {
		megapixels: (LARGEST.width * LARGEST.height) / 1e6,
		...(await page.editor(photo, mask))
	};
}

function quickest<T extends { seconds: number }>(tries: T[]): T {
	return tries.reduce((best, one) => (one.seconds < best.seconds ? one : best));
}

function median(values: number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return Math.round((sorted[sorted.length >> 1] ?? 0) * 1000) / 1000;
}
