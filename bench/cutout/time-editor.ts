/** In Chromium: how long the editor takes to open on a photo, and until a stroke is in the mask. */
import type { EditAnswer, EditRequest } from '../../src/lib/cutout/edit/messages';
import { runTask } from '../../src/lib/threads/run-task';

export interface EditorTimes {
	open_seconds: number;
	/** From a stroke's point until the mask has it, the median of some, milliseconds. */
	stroke_ms: number;
}

const STROKES = 9;
/** Pixels of a photo that is seen whole on a screen. */
const VIEW = { width: 1200, height: 900 };

export async function timeEditor(image: Blob, mask: Blob): Promise<EditorTimes> {
	const bitmap = await createImageBitmap(image);
	const { width, height } = bitmap;
	bitmap.close();
	const { port1, port2 } = new MessageChannel();
	const ending = new AbortController();
	const canvas = new OffscreenCanvas(VIEW.width, VIEW.height);
	const heard = (type: EditAnswer['type']) =>
		new Promise<void>((resolve, reject) => {
			port1.onmessage = ({ data }: MessageEvent<EditAnswer>) => {
				if (data.type === 'failed') reject(new Error(data.message));
				if (data.type === type) resolve();
			};
		});
	const send = (request: EditRequest) => port1.postMessage(request);
	const start = performance.now();
	const ready = heard('ready');
	const session = runTask(
		'edit_mask',
		{ port: port2, canvas, image, mask, width, height, edits: [] },
		{ signal: ending.signal, transfer: [port2, canvas] }
	);
	await Promise.race([ready, session]);
	const open_seconds = (performance.now() - start) / 1000;
	const scale = VIEW.width / width;
	const white: [number, number, number] = [255, 255, 255];
	const backdrop = { even: white, odd: white, cell: 8 };
	send({ type: 'view', view: { ...VIEW, left: 0, top: 0, scale, backdrop, split: 0, ghost: 0 } });
	const times: number[] = [];
	for (let i = 0; i < STROKES; i++) {
		const x = (width * (i + 1)) / (STROKES + 1);
		const begun = performance.now();
		send({ type: 'stroke_begin', mode: 'erase', hardness: 0.5 });
		send({ type: 'stroke_points', points: [x, height / 2, 60, x + 40, height / 2 + 40, 60] });
		send({ type: 'probe', x, y: height / 2 });
		await heard('probed');
		times.push(performance.now() - begun);
		send({ type: 'stroke_end' });
	}
	ending.abort();
	await session.catch(() => undefined);
	return { open_seconds, stroke_ms: times.toSorted((a, b) => a - b)[STROKES >> 1] ?? 0 };
}
