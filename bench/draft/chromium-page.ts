/** What the bench calls in Chromium: the app's own code, from files to models and pictures of them. */
import type { Cutout, DraftShape, Size, View } from '../../src/lib/artifacts';
import { removeBackgrounds } from '../../src/lib/cutout/remove-backgrounds';
import { generate3DModel } from '../../src/lib/generate/generate-3d-model';
import { readPhoto } from '../../src/lib/intake/read-photo';
import { ModelViewer } from '../../src/lib/viewer/model-viewer';

export interface DraftRequest {
	/** Addresses of cut-outs, PNG. */
	pictures: { url: string; view?: View }[];
	size: Partial<Size>;
}

export interface DraftAnswer {
	/** From the cut-outs' files to the GLB, the thread already there. */
	seconds: number;
	triangles: number;
	draft: DraftShape | undefined;
}

export interface PhotoAnswer extends DraftAnswer {
	/** PNG as data addresses: the cut-out, and the model from the front, the side and the back. */
	pictures: string[];
	/** The cut-out engine's own confidence. */
	confidence: number;
}

async function cutoutOf(url: string, index: number): Promise<Cutout> {
	const image = await (await fetch(url)).blob();
	const bitmap = await createImageBitmap(image);
	const { width, height } = bitmap;
	bitmap.close();
	return {
		photo_id: String(index),
		image,
		mask: image,
		width,
		height,
		engine: 'backdrop',
		device: 'cpu',
		coverage: 0.5,
		confidence: 1,
		bounds: { x: 0, y: 0, width, height },
		processing_time: 0,
		notes: []
	};
}

async function draft(cutouts: Cutout[], size: Partial<Size>, views: Record<string, View>) {
	const model = await generate3DModel(cutouts, { provider: 'draft', size, views });
	const { glb, processing_time: seconds, triangles } = model;
	return { glb, seconds, triangles, draft: model.draft };
}

const SIDE = 260;
/** The same as in the table's pictures: front, from the right and a little above, from behind. */
const LOOKS = [
	{ azimuth: 0, polar: Math.PI / 2 },
	{ azimuth: 0.9, polar: 1.25 },
	{ azimuth: Math.PI - 0.4, polar: 1.35 }
];

async function picture(glb: Blob): Promise<string[]> {
	const canvas = document.createElement('canvas');
	canvas.style.cssText = `width:${SIDE}px;height:${SIDE}px`;
	document.body.append(canvas);
	const viewer = new ModelViewer(canvas, { background: '#f2f1ee', reduced_motion: true });
	try {
		await viewer.load(glb);
		const pictures: string[] = [];
		for (const look of LOOKS) {
			viewer.show(look);
			pictures.push(await asData(await viewer.snapshot(SIDE, SIDE)));
		}
		return pictures;
	} finally {
		viewer.dispose();
		canvas.remove();
	}
}

function asData(blob: Blob): Promise<string> {
	return new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => resolve(String(reader.result));
		reader.onerror = () => reject(new Error('unreadable picture'));
		reader.readAsDataURL(blob);
	});
}

export const bench = {
	async draft({ pictures, size }: DraftRequest): Promise<DraftAnswer> {
		const cutouts = await Promise.all(pictures.map(({ url }, i) => cutoutOf(url, i)));
		const named = pictures.flatMap(({ view }, i) => (view ? [[String(i), view] as const] : []));
		const made = await draft(cutouts, size, Object.fromEntries(named));
		return { seconds: made.seconds, triangles: made.triangles, draft: made.draft };
	},

	async photo(url: string, name: string): Promise<PhotoAnswer> {
		const file = new File([await (await fetch(url)).blob()], name);
		const photo = await readPhoto(file, {}, {});
		const [result] = await removeBackgrounds([photo], { engine: 'backdrop' });
		if (!result || !('cutout' in result)) throw result?.error ?? new Error('no cut-out');
		const { glb, ...answer } = await draft([result.cutout], {}, {});
		const pictures = [await asData(result.cutout.image), ...(await picture(glb))];
		return { ...answer, pictures, confidence: result.cutout.confidence };
	}
};

Object.assign(window, { bench });
