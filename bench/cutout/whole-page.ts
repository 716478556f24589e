/** What the bench calls in Chromium: the app's own way from photo to cut-out, and the peer's, each on a thread of its own. */
import type { OwnShape } from '../../src/lib/cutout/own-engine';
import { takeFile } from '../../src/lib/cutout/own-engine';
import {
	removeBackgrounds,
	type RemoveBackgroundsOptions
} from '../../src/lib/cutout/remove-backgrounds';
import { timeEditor } from './time-editor';
import type { PeerAnswer, PeerOpening, PeerRequest } from './peer.worker';

export interface OurAnswer {
	/** From the photo's file to the cut-out's. */
	seconds: number;
	device: string;
	/** PNG, as base64; only where it was asked for. */
	image: string | null;
}

export type NetworkShape = Omit<OwnShape, 'title'>;

let own: RemoveBackgroundsOptions['own'] = null;
let peer: Worker | null = null;
const long_tasks: number[] = [];
new PerformanceObserver((list) => {
	for (const { duration } of list.getEntries()) long_tasks.push(duration);
}).observe({ type: 'longtask' });

export const wholePath = {
	/** Takes a network in as the settings do with a file of the owner's. */
	async takeNetwork(url: string, shape: NetworkShape): Promise<void> {
		own = await takeFile(await blobOf(url), { title: 'Bench', ...shape });
	},

	async ours(url: string, keep: boolean): Promise<OurAnswer> {
		const image = await blobOf(url);
		const { width, height } = await sizeOf(image);
		const photo = { id: url, name: url, image, width, height };
		const start = performance.now();
		const options = { engine: 'own', own, device: 'cpu', most_side: Infinity } as const;
		const [result] = await removeBackgrounds([photo], options);
		if (!result || !('cutout' in result)) throw result?.error ?? new Error('no cut-out');
		const { cutout } = result;
		const seconds = (performance.now() - start) / 1000;
		return { seconds, device: cutout.device, image: keep ? await asBase64(cutout.image) : null };
	},

	async openPeer(opening: PeerOpening): Promise<void> {
		peer?.terminate();
		peer = new Worker(new URL('./peer.worker.ts', import.meta.url), { type: 'module' });
		await ask(peer, opening);
	},

	async peer(url: string): Promise<PeerAnswer> {
		if (!peer) throw new Error('the peer is not open');
		const answer = await ask(peer, { photo: await blobOf(url) });
		if (!answer) throw new Error('the peer gave nothing');
		return answer;
	},

	editor: async (photo: string, mask: string) =>
		timeEditor(await blobOf(photo), await blobOf(mask)),

	/** Tasks of the main thread over 50 ms since this was last asked, milliseconds. */
	longTasks: () => long_tasks.splice(0)
};

function ask(thread: Worker, request: PeerOpening | PeerRequest): Promise<PeerAnswer | null> {
	return new Promise((resolve, reject) => {
		thread.onmessage = ({ data }: MessageEvent<PeerAnswer | { error: string } | null>) => {
			if (data && 'error' in data) reject(new Error(data.error));
			else resolve(data);
		};
		thread.onerror = ({ message }) => reject(new Error(message));
		thread.postMessage(request);
	});
}

async function blobOf(url: string): Promise<Blob> {
	return (await fetch(url)).blob();
}

async function sizeOf(image: Blob): Promise<{ width: number; height: number }> {
	const bitmap = await createImageBitmap(image);
	const { width, height } = bitmap;
	bitmap.close();
	return { width, height };
}

async function asBase64(blob: Blob): Promise<string> {
	return new Uint8Array(await blob.arrayBuffer()).toBase64();
}

Object.assign(window, { wholePath });
