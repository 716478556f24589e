import { decodeMask } from './decode-mask';
import { isUntouched, type Edit } from './edits';
import { alphaAt } from './mask';
import { MaskEditor, smallSize } from './mask-editor';
import type { EditAnswer, EditRequest } from './messages';
import { PhotoSource } from './photo-source';
import { checkMaskFile } from './read-mask-file';
import { ViewPainter } from './view-painter';
import { writeCutout, writeMask } from './write-cutout';
import type { Size } from '../raster';

export interface EditMaskInput extends Size {
	/** Carries `EditRequest`s in and `EditAnswer`s out. Transferred. */
	port: MessagePort;
	/** Where the view is drawn. Transferred. */
	canvas: OffscreenCanvas;
	/** The photo. */
	image: Blob;
	/** The automatic cut-out's mask, gray PNG of the photo's size. */
	mask: Blob;
	/** What was done in an earlier session. */
	edits: Edit[];
}

class Stopped extends Error {}

/**
 * One editing session on a thread: holds the mask at full size, follows the brush, draws the view, writes the result.
 * Lasts until the thread is ended.
 */
export async function editMask(input: EditMaskInput): Promise<never> {
	const { port, image, mask, edits, canvas, width, height } = input;
	const answer = (message: EditAnswer) => port.postMessage(message);
	// The mask first: its four bytes a pixel are given back before the photo takes as many.
	const alpha = await decodeMask(mask, { width, height });
	const photo = await PhotoSource.open(image);
	let painter: ViewPainter | null = null;
	const editor = new MaskEditor(
		{ width, height, alpha },
		{
			width,
			height,
			small: photo.shrunk(smallSize(photo)),
			pixels: (box) => photo.pixels(box)
		},
		(file) => decodeMask(file, { width, height }),
		(box) => painter?.change(box)
	);
	await editor.load(edits, (fraction) => answer({ type: 'progress', fraction }));
	painter = new ViewPainter(canvas, photo, editor.mask, editor.adjustments);
	const view = painter;
	let stopped = false;

	const changed = () => {
		view.adjustments = editor.adjustments;
		answer({ type: 'changed', edits: editor.edits, can_redo: editor.can_redo });
	};

	async function takeMask(file: Blob): Promise<void> {
		const refusal = await checkMaskFile(file, { width, height });
		if (refusal) return answer({ type: 'refused', ...refusal });
		try {
			await editor.apply({ kind: 'import', mask: file });
			changed();
		} catch {
			answer({ type: 'refused', reason: 'mask_corrupt', detail: {} });
		}
	}

	async function finish(): Promise<void> {
		if (isUntouched(editor.edits)) return answer({ type: 'untouched' });
		stopped = false;
		try {
			const colors = view.estimateColors();
			const result = await writeCutout(
				photo,
				editor.mask,
				editor.adjustments,
				colors,
				async (fraction) => {
					answer({ type: 'progress', fraction });
					await new Promise((resume) => setTimeout(resume));
					if (stopped) throw new Stopped();
				}
			);
			answer(result ? { type: 'finished', result } : { type: 'nothing_left' });
		} catch (error) {
			if (!(error instanceof Stopped)) throw error;
			answer({ type: 'stopped' });
		}
	}

	async function perform(request: EditRequest): Promise<void> {
		switch (request.type) {
			case 'stroke_begin':
				editor.beginStroke(request.mode, request.hardness);
				break;
			case 'stroke_points':
				editor.extendStroke(request.points);
				break;
			case 'stroke_end':
				editor.endStroke();
				changed();
				break;
			case 'stroke_cancel':
				editor.cancelStroke();
				break;
			case 'hole': {
				const { x, y } = request;
				if (await editor.apply({ kind: 'hole', x, y })) changed();
				else answer({ type: 'refused', reason: 'hole_open', detail: {} });
				break;
			}
			case 'adjust':
				view.adjustments = request.adjustments;
				view.change({ left: 0, top: 0, right: width, bottom: height });
				if (!request.final) break;
				await editor.apply({ kind: 'adjust', ...request.adjustments });
				changed();
				break;
			case 'undo':
			case 'redo':
				await editor[request.type]();
				changed();
				break;
			case 'reset':
				if (isUntouched(editor.edits)) break;
				await editor.apply({ kind: 'reset' });
				changed();
				view.change({ left: 0, top: 0, right: width, bottom: height });
				break;
			case 'import':
				await takeMask(request.file);
				break;
			case 'export':
				answer({ type: 'exported', mask: await writeMask(editor.mask, editor.adjustments) });
				break;
			case 'probe': {
				const alpha = alphaAt(editor.mask, request.x, request.y);
				answer({ type: 'probed', alpha });
				break;
			}
			case 'finish':
				await finish();
				break;
		}
		view.painting = editor.painting;
	}

	// One after the other; what is shown, and giving up, do not wait.
	let queue = Promise.resolve();
	port.onmessage = ({ data }: MessageEvent<EditRequest>) => {
		if (data.type === 'view') view.show(data.view);
		else if (data.type === 'stop') stopped = true;
		else {
			queue = queue
				.then(() => perform(data))
				.catch((error: unknown) =>
					answer({
						type: 'failed',
						message: error instanceof Error ? error.message : String(error)
					})
				);
		}
	};
	answer({ type: 'ready' });
	changed();
	return new Promise<never>(() => undefined);
}
